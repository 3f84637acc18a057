"""The manager: one halt for all, operators obeyed and recorded, everything remembered."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from state.drawdown import DrawdownAction, DrawdownStep
from state.errors import DefinitionError, PersistenceError
from state.machine import Machine
from state.manager import UnifiedStateManager
from state.records import Difference, Holding, ManagerSituation, Refused, TransitionRecord
from state.rules import EVERYBODY
from state.states import StrategyState as S
from tests.unit.state.managers import manager_with, put
from tests.unit.state.samples import ENTRY, LONG_PUT, SHORT_PUT, START, clock_at

ENTERING = (S.VALIDATION, S.ENTERING)
ACTIVE = (*ENTERING, S.ACTIVE)


def holding(manager: UnifiedStateManager, name: str, *way: S) -> Machine:
    """Return a machine that holds a short put in the last state of the way."""
    machine = put(manager, name, *way)
    machine.update(legs=(SHORT_PUT,))
    return machine


@pytest.mark.parametrize(
    "way",
    [
        ACTIVE,
        (*ACTIVE, S.MANAGING),
        (*ACTIVE, S.EXITING),
        (*ACTIVE, S.DEFENSIVE_EXIT),
        (*ACTIVE, S.ERROR),
        (*ACTIVE, S.RECOVERY),
        ENTERING,
    ],
)
def test_halt_takes_every_holding_machine_to_emergency_exit(way: tuple[S, ...]) -> None:
    """A halt reaches a position wherever it stands, in one step, and keeps it."""
    manager = manager_with()
    machine = holding(manager, "condor", *way)
    record = manager.halt("flash crash", by="me")
    assert isinstance(record, TransitionRecord)
    assert (record.source, record.target, record.reason) == ("RUNNING", "HALTED", "halt by me: flash crash")
    assert machine.state == S.EMERGENCY_EXIT
    assert machine.legs == (SHORT_PUT,)
    assert machine.last is not None
    assert machine.last.reason == "emergency halt: flash crash"


def test_halt_reaches_orders_at_work_and_leaves_waiting_machines_alone() -> None:
    """Orders that may still fill count as well; who has nothing stays put."""
    manager = manager_with()
    put(manager, "condor", *ENTERING)
    put(manager, "lt112", *ACTIVE).update(intents=(ENTRY,))
    manager.halt("enough", by="me")
    assert manager.states() == {"condor": S.EMERGENCY_EXIT, "lt112": S.EMERGENCY_EXIT, "ladder": S.WAITING}


@pytest.mark.parametrize("way", [(), (*ACTIVE, S.EXITING, S.COMPLETE)])
def test_halt_reaches_a_position_where_none_should_be(way: tuple[S, ...]) -> None:
    """A fill that came late, into a state without the edge: the halt goes by way of ERROR."""
    manager = manager_with()
    machine = holding(manager, "condor", *way)
    manager.halt("enough", by="me")
    assert (machine.state, machine.legs) == (S.EMERGENCY_EXIT, (SHORT_PUT,))
    assert manager.states()["lt112"] == S.WAITING


def test_halt_stops_all_even_if_one_machine_breaks() -> None:
    """One machine's broken hook does not keep the others from stopping."""
    manager = manager_with()

    def broken(machine: Machine, record: object) -> None:
        raise ZeroDivisionError

    holding(manager, "condor", *ACTIVE).hooks = (broken,)
    holding(manager, "lt112", *ACTIVE)
    with pytest.raises(ExceptionGroup, match="emergency halt"):
        manager.halt("enough", by="me")
    assert manager.states()["lt112"] == S.EMERGENCY_EXIT


def test_halt_survives_a_restart_and_is_carried_through() -> None:
    """A crash between the halt and the machines is made good by the next process."""
    manager = manager_with()
    machine = holding(manager, "condor", *ACTIVE)
    stored = ManagerSituation(since=START, halted="flash crash")
    manager.restore(stored)
    assert not manager.can_enter("lt112")
    manager.enforce_halt()
    assert machine.state == S.EMERGENCY_EXIT
    machine.transition(S.ERROR, "the exit failed")
    manager.enforce_halt()
    assert machine.state == S.ERROR


def test_enforce_without_a_halt_does_nothing() -> None:
    """Only a halt is enforced."""
    manager = manager_with()
    machine = holding(manager, "condor", *ACTIVE)
    manager.enforce_halt()
    assert machine.state == S.ACTIVE


def test_only_resume_lifts_a_halt_and_twice_is_refused() -> None:
    """Halting twice or resuming what is not halted is refused with the reason."""
    manager = manager_with()
    assert manager.resume("me") == Refused("manager", "RUNNING", "RUNNING", "is not halted", START)
    manager.halt("enough", by="me")
    again = manager.halt("more", by="you")
    assert isinstance(again, Refused)
    assert again.reason == "is halted already: enough"
    record = manager.resume("me")
    assert isinstance(record, TransitionRecord)
    assert (record.source, record.target, record.reason) == (
        "HALTED",
        "RUNNING",
        "resumed by me after: enough",
    )
    assert manager.can_enter("condor")


def test_halt_holds_even_if_it_cannot_be_stored() -> None:
    """A full disk does not keep anybody from stopping."""

    def broken(situation: ManagerSituation) -> None:
        raise PersistenceError("options-machines/manager.json", "disk full")

    manager = manager_with(save=broken)
    machine = holding(manager, "condor", *ACTIVE)
    manager.halt("enough", by="me")
    assert machine.state == S.EMERGENCY_EXIT
    assert manager.situation.halted == "enough"
    assert "manager" in manager.unsaved()


def test_commitment_that_cannot_be_stored_is_none() -> None:
    """Nothing is entered on capital that nobody would remember."""

    def broken(situation: ManagerSituation) -> None:
        raise PersistenceError("options-machines/manager.json", "disk full")

    manager = manager_with(save=broken)
    with pytest.raises(PersistenceError):
        manager.commit("condor", 1000)
    assert manager.situation.commitments == {}


def test_everything_the_manager_decides_is_stored_and_told() -> None:
    """Records count up without gaps, each is stored before it is told."""
    stored: list[ManagerSituation] = []
    told: list[TransitionRecord] = []
    manager = manager_with(save=stored.append, hooks=(told.append,))
    manager.pause("condor", "earnings", by="me")
    manager.resume("me", "condor")
    manager.halt("enough", by="me")
    manager.resume("me")
    manager.reset_peak(100_000, by="me")
    assert [record.seq for record in told] == [1, 2, 3, 4, 5]
    assert [situation.last for situation in stored] == told
    assert [record.kind for record in told] == ["operator"] * 5
    assert told[1].reason == "condor resumed by me"


@pytest.mark.parametrize("operation", ["pause", "resume"])
def test_operator_asking_for_what_is_already_so_is_refused(operation: str) -> None:
    """An order that changes nothing is refused with the reason."""
    manager = manager_with()
    if operation == "pause":
        manager.pause("condor", "earnings", by="me")
        answer = manager.pause("condor", "again", by="you")
        words = "condor is paused already: earnings"
    else:
        answer = manager.resume("me", "condor")
        words = "condor is not paused"
    assert isinstance(answer, Refused)
    assert answer.reason == words


def test_pause_of_everybody_is_lifted_by_a_plain_resume() -> None:
    """What holds for all is lifted for all."""
    manager = manager_with()
    manager.pause(EVERYBODY, "document lost", by="me")
    assert not manager.can_enter("ladder")
    assert manager.resume("me")
    assert manager.can_enter("ladder")


def test_reset_takes_an_errored_machine_to_waiting_or_to_recovery() -> None:
    """With a position the broker is asked first; without, the machine waits again."""
    manager = manager_with()
    empty = put(manager, "condor", S.ERROR)
    empty.update(errors=(START,))
    assert manager.reset("condor", by="me")
    assert (empty.state, empty.situation.errors) == (S.WAITING, ())
    full = holding(manager, "lt112", *ACTIVE, S.ERROR)
    manager.reset("lt112", by="me")
    assert full.state == S.RECOVERY
    refused = manager.reset("ladder", by="me")
    assert isinstance(refused, Refused)
    assert refused.reason == "ladder is in WAITING, only ERROR can be reset"


def test_machine_is_registered_once_and_found_by_name() -> None:
    """A name is one machine's; the manager's own is taken."""
    manager = manager_with()
    with pytest.raises(DefinitionError, match="registered already"):
        manager.register(Machine("condor", manager.machine("condor").table, clock_at()))
    with pytest.raises(DefinitionError, match="registered already"):
        manager.register(Machine("manager", manager.machine("condor").table, clock_at()))
    for asking in (
        manager.can_enter,
        manager.machine,
        lambda n: manager.commit(n, 1),
        lambda n: manager.pause(n, "", ""),
    ):
        with pytest.raises(
            DefinitionError, match="strangle: is not registered; there are condor, lt112, ladder"
        ):
            asking("strangle")


def test_verdict_is_remembered_and_stored_only_when_it_changes() -> None:
    """What was answered can be shown later; the same answer again costs no write."""
    stored: list[ManagerSituation] = []
    manager = manager_with(save=stored.append)
    manager.can_enter("condor")
    manager.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]
    manager.can_enter("condor")
    assert len(stored) == 1
    assert manager.situation.verdicts["condor"].at == START + timedelta(minutes=1)
    manager.pause("condor", "earnings", by="me")
    manager.can_enter("condor")
    assert stored[-1].verdicts["condor"].rule == "pause"


def test_holdings_that_agree_are_no_differences() -> None:
    """What machines and operator own together is what the broker holds."""
    manager = manager_with()
    holding(manager, "condor", *ACTIVE)
    assert manager.check_ownership([Holding(SHORT_PUT.contract, SHORT_PUT.name, -2)]) == ()
    assert manager.owned() == {SHORT_PUT.contract: {"condor": -2.0}}


def test_holdings_that_differ_block_entries_until_adopted_by_a_strategy() -> None:
    """A contract that nobody owns gets an owner by an operator, and everything adds up again."""
    manager = manager_with()
    machine = holding(manager, "condor", *ACTIVE)
    holdings = [Holding(SHORT_PUT.contract, SHORT_PUT.name, -3, 3.0), Holding("XYZ", "a stock", 100, 5.0)]
    assert manager.check_ownership(holdings) == (
        Difference(SHORT_PUT.contract, SHORT_PUT.name, -3, -2.0, 3.0),
        Difference("XYZ", "a stock", 100, 0.0, 5.0),
    )
    assert not manager.can_enter("lt112")
    assert manager.adopt(SHORT_PUT.contract, "me", "condor")
    assert [leg.quantity for leg in machine.legs] == [-3.0]
    assert machine.last is not None
    assert machine.last.reason == "adopted -1 SPXW 2024-01-05 4700 put, by me"
    record = manager.adopt("XYZ", "me")
    assert isinstance(record, TransitionRecord)
    assert record.reason == "+100 a stock belongs to nobody here, by me"
    assert manager.situation.external[0].average_price == 5.0
    assert manager.check_ownership(holdings) == ()
    assert manager.can_enter("lt112")


def test_adopting_makes_good_what_the_broker_closed() -> None:
    """A leg that is gone at the broker leaves the machine when an operator says so."""
    manager = manager_with()
    machine = holding(manager, "condor", *ACTIVE)
    manager.check_ownership([])
    manager.adopt(SHORT_PUT.contract, "me", "condor")
    assert machine.legs == ()
    assert manager.check_ownership([]) == ()


def test_adopting_what_is_no_difference_or_into_a_flat_state_is_refused() -> None:
    """Only what does not add up can be adopted, and only by a machine that can hold it."""
    manager = manager_with()
    refused = manager.adopt("XYZ", "me")
    assert isinstance(refused, Refused)
    assert "not among the holdings that do not add up" in refused.reason
    manager.check_ownership([Holding("XYZ", "a stock", 100)])
    refused = manager.adopt("XYZ", "me", "condor")
    assert isinstance(refused, Refused)
    assert refused.reason == "condor is in WAITING, where it can hold nothing"


def test_leg_that_would_net_against_another_strategy_is_refused() -> None:
    """The broker has one net position per contract: opposite sides of two strategies would both be gone."""
    manager = manager_with()
    holding(manager, "condor", *ACTIVE)
    refused = manager.may_trade("lt112", SHORT_PUT.contract, 1)
    assert not refused
    assert "condor has -2" in refused.reason
    assert manager.may_trade("lt112", SHORT_PUT.contract, -1)
    assert manager.may_trade("condor", SHORT_PUT.contract, 2).reason == "closes what it owns"
    assert not manager.may_trade("stranger", SHORT_PUT.contract, 1)
    assert manager.may_trade("lt112", LONG_PUT.contract, 5)


def test_orders_at_work_and_external_holdings_count_for_netting() -> None:
    """What is about to be held, or held outside of the strategies, nets just the same."""
    manager = manager_with()
    put(manager, "condor", *ENTERING).update(intents=(ENTRY,))
    assert not manager.may_trade("lt112", LONG_PUT.contract, -1)
    assert not manager.may_trade("lt112", SHORT_PUT.contract, 1)
    manager.check_ownership([Holding("XYZ", "a stock", 100)])
    manager.adopt("XYZ", "me")
    assert not manager.may_trade("lt112", "XYZ", -10)
    assert manager.may_trade("lt112", "XYZ", 10)


def test_equity_moves_along_the_ladder_and_the_peak_is_kept() -> None:
    """-5% watch, -10% no entries, -15% close losers, -20% close all, and up again."""
    manager = manager_with()
    steps: list[Any] = [
        manager.observe_equity(e) for e in (100_000, 96_000, 95_000, 90_000, 85_000, 79_999, 97_000)
    ]
    assert [step and step.action for step in steps] == [
        None,
        None,
        DrawdownAction.WATCH,
        DrawdownAction.NO_ENTRIES,
        DrawdownAction.CLOSE_LOSERS,
        DrawdownAction.CLOSE_ALL,
        None,
    ]
    assert manager.situation.peak_equity == 100_000
    assert manager.observe_equity(110_000) is None
    assert manager.situation.peak_equity == 110_000
    manager.observe_equity(80_000)
    assert manager.reset_peak(80_000, by="me").reason == "drawdown counted from 80,000.00, by me"
    assert manager.observe_equity(80_000) is None


def test_drawdown_and_settings_are_in_the_situation_and_hold_after_a_restart() -> None:
    """Until the equity is known again, the last drawdown blocks; the rules' numbers are kept beside it."""
    manager = manager_with()
    manager.remember_settings({"portfolio.max_entering": "1"})
    manager.observe_equity(100_000)
    manager.observe_equity(89_000)
    assert manager.situation.drawdown == DrawdownAction.NO_ENTRIES
    later = manager_with()
    later.restore(manager.situation)
    assert later.drawdown is not None
    assert later.drawdown.action is DrawdownAction.NO_ENTRIES
    assert later.situation.settings == {"portfolio.max_entering": "1"}
    later.observe_equity(99_000)
    assert (later.drawdown, later.situation.drawdown) == (None, None)


def test_ladder_needs_a_peak_to_count_from() -> None:
    """Without any equity ever seen there is no drawdown."""
    assert manager_with().observe_equity(0.0) is None


@pytest.mark.parametrize(
    "ladder",
    [
        (DrawdownStep(0.1, DrawdownAction.WATCH), DrawdownStep(0.05, DrawdownAction.CLOSE_ALL)),
        (DrawdownStep(0.1, DrawdownAction.CLOSE_ALL), DrawdownStep(0.2, DrawdownAction.WATCH)),
        (DrawdownStep(0.0, DrawdownAction.WATCH),),
        (DrawdownStep(1.0, DrawdownAction.WATCH),),
    ],
)
def test_ladder_that_does_not_climb_is_refused(ladder: tuple[DrawdownStep, ...]) -> None:
    """A deeper loss has to mean more."""
    with pytest.raises(DefinitionError):
        manager_with(ladder=ladder)
