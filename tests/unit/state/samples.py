"""A table with every state of `StrategyState`, a clock and small builders, for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from state.clock import SettableClock
from state.machine import Machine
from state.records import Intent, IntentLeg, PositionLeg
from state.states import StrategyState as S
from state.table import Timeout, TransitionTable, table

START = datetime(2024, 1, 5, 15, 0, tzinfo=UTC)

ALWAYS: dict[Any, Any] = {S.ERROR: None}
HELD: dict[Any, Any] = {S.EMERGENCY_EXIT: None, S.ERROR: None, S.RECOVERY: None}

TIMEOUTS = {
    S.ENTERING: Timeout(timedelta(minutes=5), to=S.EXITING),
    S.EXITING: Timeout(timedelta(minutes=5), to=S.EMERGENCY_EXIT),
    S.RECOVERY: Timeout(timedelta(minutes=30), to=S.ERROR),
}


def risk_ok(context: object) -> bool | str:
    """Be open without a context, else answer what the context says."""
    return True if context is None else context["risk"]  # type: ignore[index]


def edges(guard: Any = risk_ok) -> dict[Any, dict[Any, Any]]:
    """Return the sample's edges, to be changed by whoever wants to break them."""
    return {
        S.INITIALIZING: {S.WAITING: None, **ALWAYS},
        S.WAITING: {S.VALIDATION: None, **ALWAYS},
        S.VALIDATION: {S.ENTERING: guard, S.WAITING: None, **ALWAYS},
        S.ENTERING: {S.ACTIVE: None, S.WAITING: None, S.EXITING: None, **HELD},
        S.ACTIVE: {S.MANAGING: None, S.EXITING: None, S.DEFENSIVE_EXIT: None, **HELD},
        S.MANAGING: {S.ACTIVE: None, S.EXITING: None, S.DEFENSIVE_EXIT: None, **HELD},
        S.DEFENSIVE_EXIT: {S.EXITING: None, S.COMPLETE: None, **HELD},
        S.EXITING: {S.COMPLETE: None, **HELD},
        S.EMERGENCY_EXIT: {S.COMPLETE: None, S.EXITING: None, S.ERROR: None},
        S.COMPLETE: {S.WAITING: None, **ALWAYS},
        S.ERROR: {S.RECOVERY: None, S.WAITING: None, S.EMERGENCY_EXIT: None},
        S.RECOVERY: {S.ACTIVE: None, S.WAITING: None, S.EXITING: None, S.EMERGENCY_EXIT: None, **ALWAYS},
    }


HOLDING = {S.ENTERING, S.ACTIVE, S.MANAGING}

TABLE: TransitionTable = table(edges(), initial=S.INITIALIZING, holding=HOLDING, timeouts=TIMEOUTS)

TO_ENTERING = (S.WAITING, S.VALIDATION, S.ENTERING)
TO_ACTIVE = (*TO_ENTERING, S.ACTIVE)
ROUND_TRIP = (S.VALIDATION, S.ENTERING, S.ACTIVE, S.EXITING, S.COMPLETE, S.WAITING)

SHORT_PUT = PositionLeg("SPXW 32N1|SPX 31", "SPXW 2024-01-05 4700 put", -2.0, 3.45, "short_put")
LONG_PUT = PositionLeg("SPXW 32N2|SPX 31", "SPXW 2024-01-05 4675 put", 2.0, 1.15, "long_put")
ENTRY = Intent(
    "entry-1",
    "entry",
    "sent",
    START,
    (
        IntentLeg(LONG_PUT.contract, LONG_PUT.name, LONG_PUT.role, 2.0, 1.0, 1.15, (11, 12)),
        IntentLeg(SHORT_PUT.contract, SHORT_PUT.name, SHORT_PUT.role, -2.0),
    ),
    {"limit": 2.3, "step": 1},
)


def clock_at(moment: datetime = START) -> SettableClock:
    return SettableClock(moment)


def machine_in(*way: S, name: str = "sample", **more: Any) -> Machine:
    """Return a machine that has gone this way, a second a step."""
    clock = more.pop("clock", None) or clock_at()
    machine = Machine(name, more.pop("table", TABLE), clock, **more)
    for state in way:
        clock.advance(timedelta(seconds=1))
        assert machine.transition(state, "on the way")
    return machine
