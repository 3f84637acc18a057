"""A table is checked when it is declared: each contradiction refuses to load and names its states."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Any

import pytest

from state.errors import DefinitionError
from state.states import StrategyState as S
from state.table import Timeout, table
from tests.unit.state.samples import HOLDING, TABLE, TIMEOUTS, edges
from tests.unit.state.table_pairs import assert_every_pair


def declare(changed: dict[Any, Any] | None = None, **more: Any) -> Any:
    return table(
        edges() | (changed or {}),
        **{"initial": S.INITIALIZING, "holding": HOLDING, "timeouts": TIMEOUTS, **more},
    )


def test_sample_table_is_sound_and_allows_exactly_what_it_lists() -> None:
    """All 144 pairs of the sample's states are possible if and only if they are listed."""
    assert assert_every_pair(TABLE) == 144


BROKEN: dict[str, tuple[dict[Any, Any], dict[str, Any], str, str]] = {
    "unknown_target": ({S.WAITING: {"NOWHERE": None}}, {}, "NOWHERE", "not a state"),
    "unknown_source": ({"NOWHERE": {S.WAITING: None}}, {}, "NOWHERE", "not a state"),
    "unknown_holding": ({}, {"holding": {*HOLDING, "NOWHERE"}}, "NOWHERE", "not a state"),
    "unknown_exit": ({}, {"exits": {"NOWHERE"}}, "NOWHERE", "not a state"),
    "unknown_timeout_state": ({}, {"timeouts": {"NOWHERE": TIMEOUTS[S.ENTERING]}}, "NOWHERE", "not a state"),
    "unreachable": ({S.VALIDATION: {S.WAITING: None, S.ERROR: None}}, {}, "ENTERING", "cannot be reached"),
    "trap": ({S.COMPLETE: {}}, {}, "COMPLETE", "trap"),
    "loop": ({S.COMPLETE: {S.WAITING: None, S.COMPLETE: None}}, {}, "COMPLETE", "edge to itself"),
    "terminal_with_a_way_out": ({}, {"terminal": {S.COMPLETE}}, "COMPLETE", "way out"),
    "timeout_without_edge": (
        {},
        {"timeouts": {S.WAITING: Timeout(timedelta(minutes=1), to=S.ACTIVE)}},
        "WAITING",
        "no edge",
    ),
    "timeout_of_no_time": (
        {},
        {"timeouts": {S.ENTERING: Timeout(timedelta(), to=S.EXITING)}},
        "ENTERING",
        "no time",
    ),
    "holding_without_exit": (
        {
            S.DEFENSIVE_EXIT: {S.DEFENSIVE_EXIT: None},
            S.RECOVERY: {S.EMERGENCY_EXIT: None, S.ERROR: None, S.WAITING: None},
            S.ERROR: {S.EMERGENCY_EXIT: None, S.RECOVERY: None},
            S.EMERGENCY_EXIT: {S.ERROR: None, S.COMPLETE: None},
        },
        {},
        "DEFENSIVE_EXIT",
        "edge to itself",
    ),
    "holding_without_emergency_exit": (
        {S.MANAGING: {S.ACTIVE: None, S.EXITING: None, S.ERROR: None}},
        {},
        "MANAGING",
        "EMERGENCY_EXIT",
    ),
    "guarded_emergency_exit": (
        {S.MANAGING: {S.ACTIVE: None, S.ERROR: None, S.EMERGENCY_EXIT: lambda context: True}},
        {},
        "MANAGING",
        "nothing may close",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_table_refuses_to_load_and_names_the_state(case: str) -> None:
    """Each kind of contradiction is a DefinitionError that names the state and says what is wrong."""
    changed, more, state, words = BROKEN[case]
    with pytest.raises(DefinitionError) as raised:
        declare(changed, **more)
    assert state in raised.value.states
    assert words in str(raised.value)
    assert state in str(raised.value)


def test_state_without_a_row_refuses_to_load() -> None:
    """Every member of the enum must have its row."""
    row = edges()
    del row[S.COMPLETE]
    with pytest.raises(DefinitionError, match="COMPLETE: has no row"):
        table(row, initial=S.INITIALIZING, holding=HOLDING)


class Ways(StrEnum):
    """States whose ways out can be taken away one by one."""

    IDLE = "IDLE"
    HELD = "HELD"
    EXITING = "EXITING"
    EMERGENCY_EXIT = "EMERGENCY_EXIT"
    ERROR = "ERROR"


WAYS: dict[Any, dict[Any, None]] = {
    Ways.IDLE: {Ways.HELD: None},
    Ways.HELD: {Ways.EXITING: None, Ways.EMERGENCY_EXIT: None, Ways.ERROR: None},
    Ways.EXITING: {Ways.IDLE: None, Ways.EMERGENCY_EXIT: None, Ways.ERROR: None},
    Ways.EMERGENCY_EXIT: {Ways.EXITING: None, Ways.ERROR: None},
    Ways.ERROR: {Ways.EMERGENCY_EXIT: None, Ways.EXITING: None},
}


@pytest.mark.parametrize(
    ("row", "targets", "words"),
    [
        (Ways.EXITING, {Ways.EMERGENCY_EXIT: None, Ways.ERROR: None}, "never be without one again"),
        (Ways.ERROR, {Ways.EXITING: None}, "no edge to EMERGENCY_EXIT"),
        (Ways.EXITING, {Ways.IDLE: None, Ways.ERROR: None}, "no edge to EMERGENCY_EXIT"),
    ],
)
def test_holding_state_without_a_way_out_refuses_to_load(
    row: Ways, targets: dict[Ways, None], words: str
) -> None:
    """A position can always be halted, closed and forgotten, from every state that may have it."""
    assert table(WAYS, initial=Ways.IDLE, holding={Ways.HELD})
    with pytest.raises(DefinitionError, match=words):
        table(WAYS | {row: targets}, initial=Ways.IDLE, holding={Ways.HELD})


class NoError(StrEnum):
    """States without ERROR."""

    IDLE = "IDLE"
    HELD = "HELD"
    EXITING = "EXITING"
    EMERGENCY_EXIT = "EMERGENCY_EXIT"


class NoExit(StrEnum):
    """States without an exit."""

    IDLE = "IDLE"
    HELD = "HELD"
    ERROR = "ERROR"


@pytest.mark.parametrize(
    ("states", "words"),
    [(NoError, "no path to ERROR"), (NoExit, "HELD: may hold a position but has no path to an exit")],
)
def test_holding_table_lacks_error_or_exit_refuses_to_load(states: type[StrEnum], words: str) -> None:
    """Where something may be held there are an exit and ERROR."""
    everywhere = {a: {b: None for b in states if b != a} for a in states}
    with pytest.raises(DefinitionError, match=words):
        table(everywhere, initial=states["IDLE"], holding={states["HELD"]})


def test_table_cannot_be_changed_afterwards() -> None:
    """A table is shared by all machines of a strategy, so nobody can change it."""
    with pytest.raises(TypeError):
        TABLE.edges[S.WAITING][S.ACTIVE] = None  # type: ignore[index]
    with pytest.raises(TypeError):
        TABLE.timeouts[S.WAITING] = None  # type: ignore[index]
    with pytest.raises(AttributeError):
        TABLE.initial = S.ACTIVE  # type: ignore[misc]


def test_error_recovery_and_exits_may_hold_where_anything_may() -> None:
    """An error or an exit begins with the position there, declared or not."""
    assert {S.ERROR, S.RECOVERY, S.EXITING, S.DEFENSIVE_EXIT, S.EMERGENCY_EXIT} <= TABLE.holding
    assert TABLE.exits == {S.EXITING, S.DEFENSIVE_EXIT, S.EMERGENCY_EXIT}


class Extended(StrEnum):
    """A strategy's own states beside well-known ones."""

    WAITING = "WAITING"
    ENTERING = "ENTERING"
    DEFENSIVE_21DTE = "DEFENSIVE_21DTE"
    EXITING = "EXITING"
    EMERGENCY_EXIT = "EMERGENCY_EXIT"
    ERROR = "ERROR"
    CLOSED = "CLOSED"


def test_strategy_may_declare_states_exits_and_ends_of_its_own() -> None:
    """A strategy's own enum is recognised by its texts and may add exits and terminal states."""
    held = {Extended.EMERGENCY_EXIT: None, Extended.ERROR: None}
    own = table(
        {
            Extended.WAITING: {Extended.ENTERING: None},
            Extended.ENTERING: {Extended.DEFENSIVE_21DTE: None, **held},
            Extended.DEFENSIVE_21DTE: {Extended.EXITING: None, **held},
            Extended.EXITING: {Extended.CLOSED: None, **held},
            Extended.EMERGENCY_EXIT: {Extended.CLOSED: None, Extended.EXITING: None, Extended.ERROR: None},
            Extended.ERROR: {Extended.EMERGENCY_EXIT: None, Extended.EXITING: None},
            Extended.CLOSED: {},
        },
        initial=Extended.WAITING,
        holding={Extended.ENTERING},
        exits={Extended.DEFENSIVE_21DTE},
        terminal={Extended.CLOSED},
    )
    assert own.exits == {Extended.DEFENSIVE_21DTE, S.EXITING, S.EMERGENCY_EXIT}
    assert own.edges[S.ENTERING][S.EMERGENCY_EXIT].must_happen
    assert own.terminal == {Extended.CLOSED}
    assert assert_every_pair(own) == 49


def test_path_is_a_shortest_way_and_none_where_there_is_none() -> None:
    """A way out can be shown to whoever asks how a machine gets somewhere."""
    assert TABLE.path(S.ACTIVE, {S.COMPLETE}) == (S.ACTIVE, S.EXITING, S.COMPLETE)
    assert TABLE.path(S.ACTIVE, {S.INITIALIZING}) is None
    assert TABLE.path(S.ACTIVE, {S.ACTIVE}) == (S.ACTIVE,)


def test_state_is_found_by_its_text() -> None:
    """Documents hold texts; the table knows its member for each, and says if there is none."""
    assert TABLE.state("ACTIVE") is S.ACTIVE
    assert TABLE.state("NOWHERE") is None
    assert TABLE.targets("NOWHERE") == ()
    assert not TABLE.allows("NOWHERE", "ACTIVE")
