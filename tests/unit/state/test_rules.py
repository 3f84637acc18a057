"""Entry rules: each blocks exactly whom it should, and says why in words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from state.errors import PersistenceError
from state.records import Holding, Permission
from state.rules import (
    EVERYBODY,
    Account,
    EntryRequest,
    EntryRule,
    any_in,
    at_most,
    blocking,
    drawdown_below,
    enough_buying_power,
    while_in,
    within_allocation,
    yield_to,
)
from state.states import StrategyState as S
from tests.unit.state.managers import manager_with, put
from tests.unit.state.samples import SHORT_PUT, TO_ACTIVE

ENTERING = (S.VALIDATION, S.ENTERING)
ACTIVE = (*ENTERING, S.ACTIVE)
RICH = Account(equity=250_000, free_buying_power=100_000)

NO_ERRORS = EntryRule("errors", any_in(S.ERROR, S.RECOVERY, S.EMERGENCY_EXIT), "something is broken")
TWO_AT_ONCE = EntryRule("entering", at_most(1, S.ENTERING), "one group at a time")
CAPITAL = EntryRule("capital", enough_buying_power(reserve_frac=0.1), "margin is not for spending")
SHARES = EntryRule("shares", within_allocation({"condor": 0.2, "lt112": 0.3}), "eggs and baskets")
PRIORITY = EntryRule("priority", yield_to("condor", "lt112", "ladder"), "the condor's window is an hour")


def test_no_rule_blocks_by_itself() -> None:
    """With nothing wrong anybody may enter."""
    assert manager_with().can_enter("condor") == Permission(True, "no rule blocks")


@pytest.mark.parametrize("state", [S.ERROR, S.RECOVERY, S.EMERGENCY_EXIT])
def test_any_machine_in_trouble_blocks_everybody(state: S) -> None:
    """ERROR, RECOVERY and EMERGENCY_EXIT of one machine block the entries of all."""
    manager = manager_with(NO_ERRORS)
    put(manager, "lt112", *ACTIVE, state)
    for name in ("condor", "lt112", "ladder"):
        answer = manager.can_enter(name)
        assert not answer
        assert answer == Permission(False, f"lt112 is in {state} (something is broken)", "errors")


def test_state_of_one_machine_blocks_those_it_names() -> None:
    """LT112 in its last days blocks the condor, and nobody else."""
    rule = EntryRule("late", while_in("lt112", S.MANAGING, blocked=("condor",)), "one fire at a time")
    manager = manager_with(rule)
    put(manager, "lt112", *ACTIVE, S.MANAGING)
    assert manager.can_enter("condor").reason == "lt112 is in MANAGING (one fire at a time)"
    assert manager.can_enter("ladder")
    assert manager.can_enter("lt112")
    everybody_else = manager_with(EntryRule("late", while_in("lt112", S.MANAGING), "alone"))
    put(everybody_else, "lt112", *ACTIVE, S.MANAGING)
    assert [bool(everybody_else.can_enter(n)) for n in ("condor", "lt112", "ladder")] == [False, True, False]


def test_state_of_a_machine_that_is_not_there_blocks_nobody() -> None:
    """A rule about a strategy that is switched off is no obstacle."""
    manager = manager_with(EntryRule("late", while_in("strangle", S.MANAGING), "-"))
    assert manager.can_enter("condor")


def test_at_most_counts_the_others() -> None:
    """The one that asks does not block itself."""
    manager = manager_with(TWO_AT_ONCE)
    put(manager, "lt112", *ENTERING)
    assert manager.can_enter("condor").reason == "lt112: 1 of at most 1 (one group at a time)"
    assert manager.can_enter("lt112")


def test_buying_power_counts_what_others_are_entering_with() -> None:
    """What an entry at work will take is not free, although the broker still says so."""
    manager = manager_with(CAPITAL)
    assert manager.can_enter(EntryRequest("condor", 75_000, RICH))
    assert manager.can_enter(EntryRequest("condor", 75_001, RICH)).reason == (
        "needs 75,001.00, 75,000.00 is free (margin is not for spending)"
    )
    manager.commit("lt112", 30_000)
    assert manager.can_enter(EntryRequest("condor", 75_000, RICH))
    put(manager, "lt112", *ENTERING)
    assert not manager.can_enter(EntryRequest("condor", 45_001, RICH))
    assert manager.can_enter(EntryRequest("condor", 45_000, RICH))
    assert manager.can_enter(EntryRequest("lt112", 75_000, RICH))


def test_allocation_is_a_share_of_equity_and_none_without_one() -> None:
    """A strategy may tie up its share; one without a share may tie up nothing."""
    manager = manager_with(SHARES)
    assert manager.can_enter(EntryRequest("condor", 50_000, RICH))
    manager.commit("condor", 20_000)
    assert manager.can_enter(EntryRequest("condor", 30_001, RICH)).rule == "shares"
    manager.release("condor")
    assert manager.can_enter(EntryRequest("condor", 30_001, RICH))
    assert manager.can_enter(EntryRequest("ladder", 1, RICH)).reason.startswith(
        "would tie up 1.00 of at most 0.00"
    )


def test_lower_priority_yields_when_both_ask_in_one_step_and_capital_is_short() -> None:
    """The condor comes first, whoever asks first; with enough for both nobody waits."""
    manager = manager_with(PRIORITY, priority=("condor", "lt112", "ladder"))
    assert [machine.name for machine in manager.machines] == ["condor", "lt112", "ladder"]
    manager.can_enter(EntryRequest("condor", 60_000, RICH))
    assert manager.can_enter(EntryRequest("lt112", 40_000, RICH))
    answer = manager.can_enter(EntryRequest("lt112", 40_001, RICH))
    assert (
        answer.reason
        == "condor comes first and needs 60,000.00, not enough is left (the condor's window is an hour)"
    )
    assert manager.can_enter(EntryRequest("condor", 100_000, RICH))


def test_priority_does_not_count_who_is_entering_already_twice() -> None:
    """Once the condor has committed, its wish is part of what is taken."""
    manager = manager_with(PRIORITY)
    manager.can_enter(EntryRequest("condor", 60_000, RICH))
    manager.commit("condor", 60_000)
    put(manager, "condor", *ENTERING)
    assert manager.can_enter(EntryRequest("lt112", 40_000, RICH))


def test_wish_of_an_earlier_step_is_no_wish_any_more() -> None:
    """Priority is about the same moment."""
    manager = manager_with(PRIORITY)
    manager.can_enter(EntryRequest("condor", 100_000, RICH))
    manager.clock.advance(timedelta(minutes=1))  # type: ignore[attr-defined]
    assert manager.can_enter(EntryRequest("ladder", 100_000, RICH))


def test_strategy_outside_of_the_order_comes_last() -> None:
    """Who is not in the order yields to everybody in it."""
    manager = manager_with(EntryRule("priority", yield_to("condor"), "-"))
    manager.can_enter(EntryRequest("condor", 100_000, RICH))
    assert not manager.can_enter(EntryRequest("ladder", 1, RICH))


@pytest.mark.parametrize("rule", [CAPITAL, SHARES, PRIORITY])
def test_rule_about_money_blocks_when_the_account_is_not_known(rule: EntryRule) -> None:
    """There is no default for money; in hindsight, from documents, the rule is left out."""
    manager = manager_with(rule)
    manager.can_enter(EntryRequest("condor", 1, RICH))
    request = EntryRequest("lt112")
    answer = manager.can_enter(request)
    assert answer.reason == f"cannot be judged without the account ({rule.because})"
    assert list(blocking([rule], request, manager, hindsight=True)) == []


def test_drawdown_blocks_from_its_step_on() -> None:
    """From 10% below the peak on nobody enters; above it watching is enough."""
    manager = manager_with(EntryRule("drawdown", drawdown_below(), "losing is a signal"))
    manager.observe_equity(100_000)
    manager.observe_equity(90_001)
    assert manager.can_enter("condor")
    manager.observe_equity(90_000)
    assert manager.can_enter("condor").reason == (
        "equity is 10% or more below its peak of 100,000.00 (losing is a signal)"
    )
    manager.observe_equity(84_000)
    assert not manager.can_enter("condor")


def test_halt_pause_holdings_and_storage_block_with_any_rules() -> None:
    """The standing rules cannot be left out."""
    manager = manager_with()
    manager.pause("condor", "earnings", by="me")
    assert manager.can_enter("condor").rule == "pause"
    assert manager.can_enter("lt112")
    manager.pause(EVERYBODY, "holiday", by="me")
    assert manager.can_enter("lt112").reason.startswith("paused: holiday")
    manager.resume("me")
    manager.resume("me", "condor")
    manager.check_ownership([Holding("XYZ", "a stock", 100)])
    assert manager.can_enter("condor").reason.startswith("a stock: held 100, owned 0")
    manager.check_ownership([])

    def broken(machine: object, situation: object) -> None:
        raise PersistenceError("options-machines/lt112.json", "disk full")

    machine = put(manager, "lt112", *ACTIVE)
    machine.save = broken
    machine.transition(S.EXITING, "out")
    assert manager.can_enter("condor").reason.startswith(
        "lt112 is not stored: options-machines/lt112.json: disk full"
    )
    machine.save = None
    machine.update()
    assert machine.unsaved is not None
    manager.halt("enough", by="me")
    assert manager.can_enter("condor").rule == "halt"


def test_facts_of_a_request_reach_the_rule() -> None:
    """Rules of the strategies' room see what the host put into the request."""
    rule = EntryRule("exposure", lambda request, overview: f"{request.facts} shorts", "short volatility")
    assert (
        manager_with(rule).can_enter(EntryRequest("condor", facts=4)).reason == "4 shorts (short volatility)"
    )


def test_two_rules_of_one_name_are_refused() -> None:
    """A refusal names its rule, so a name is one rule's."""
    with pytest.raises(Exception, match="halt: is the name of two rules"):
        manager_with(EntryRule("halt", any_in(), "-"))


def test_every_way_to_active_leaves_the_position_alone() -> None:
    """Asking never changes a machine."""
    manager = manager_with(NO_ERRORS, TWO_AT_ONCE)
    machine = put(manager, "condor", *TO_ACTIVE[1:])
    machine.update(legs=(SHORT_PUT,))
    before = machine.situation
    manager.can_enter("lt112")
    manager.can_enter("condor")
    assert machine.situation is before
