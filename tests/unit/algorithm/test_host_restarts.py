"""Kill the host anywhere and start it again: nothing is lost, nothing is sent twice."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from scripted_world import World, option

from objectstore.chain import Chain
from objectstore.journal import read_journal
from objectstore.store import MemoryStore
from strategies.contracts import Right

FRIDAY = date(2014, 1, 10)


def at(clock: str, day: date = FRIDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def live(clock: str = "09:00", **parameters: str) -> World:
    given = {f"iron_condor.{name}": value for name, value in parameters.items()}
    return World(at(clock), live=True, parameters=given).start()


def protected(w: World) -> None:
    """No short leg stands without its wing, and every contract held is owned (in a quiet moment)."""
    for right in (" P ", " C "):
        assert sum(q for s, q in w.market.positions.items() if right in s) >= 0
    owned = {leg.contract: leg.quantity for leg in w.machine.legs}
    assert owned == w.market.positions


def settled(w: World, day: date = FRIDAY) -> None:
    """Let the day end and check that everything adds up."""
    w.run(at("12:00", day + timedelta(days=1)))
    assert w.market.positions == {}
    assert w.broker.resting == []
    total = w.host.report()["portfolio"]
    assert abs(total["unattributed_usd"]) < 0.01
    chain = Chain()
    for piece in read_journal(w.store, "options-machines"):
        chain.follow(piece.records)
    assert chain.problems == []


@pytest.mark.parametrize("minutes", range(0, 12))
def test_killed_at_any_minute_around_the_entry(minutes: int) -> None:
    """Before, while and after the combo works: one condor at most, whole or none of it; none is tried twice at once."""
    w = live()
    w.broker.accepts = 0.7
    w.run(at("09:58") + timedelta(minutes=minutes))
    w.kill()
    w.run(w.market.at + timedelta(minutes=2))
    w.restart()
    w.run(at("10:20"))
    protected(w)
    entries = [tag for tag, legs, limit in w.broker.sent if len(legs) == 4 and legs[0][1] > 0]
    assert len(entries) <= 2
    assert len(w.market.positions) in (0, 4)
    assert len({abs(quantity) for quantity in w.market.positions.values()}) <= 1
    assert w.machine.state in ("ACTIVE", "WAITING", "COMPLETE", "DEFENSIVE_EXIT")
    settled(w)


def test_a_working_entry_is_cancelled_before_the_legs_are_checked() -> None:
    """ "Crash during entry: check all four legs": first nothing may be at work any more."""
    w = live()
    w.broker.accepts = 99
    w.run(at("10:01"))
    assert w.machine.state == "ENTERING"
    w.kill()
    w.restart()
    assert w.machine.state == "RECOVERY"
    former = w.broker.resting[0].ids
    w.run(at("10:02"))
    assert all(order.ids != former for order in w.broker.resting)
    assert w.machine.state in ("WAITING", "VALIDATION")


def test_an_entry_that_the_crash_cut_short_is_tried_again_within_its_window() -> None:
    """Nothing of it was filled, and the window is open still: the session's one attempt is not used up."""
    w = live()
    w.broker.accepts = 99
    w.run(at("10:01"))
    w.kill()
    w.restart()
    w.broker.accepts = 0.3
    w.run(at("10:10"))
    assert w.machine.state == "ACTIVE"
    assert w.machine.values["entered"] == 1


def test_an_entry_that_the_crash_cut_short_after_its_window_is_skipped_as_interrupted() -> None:
    """The reason is told, and nothing is tried outside of the window."""
    w = live()
    w.broker.accepts = 99
    w.run(at("10:01"))
    w.kill()
    w.run(at("11:10"))
    w.restart()
    w.run(at("11:20"))
    assert w.machine.state == "WAITING"
    assert w.machine.values["skipped.interrupted"] == 1


def test_an_entry_that_filled_while_nobody_looked_is_taken_over() -> None:
    """The broker is believed: four legs there are a position, with its credit and its owner."""
    w = live()
    w.broker.accepts = 99
    w.run(at("10:01"))
    w.kill()
    w.broker.accepts = -9
    w.run(at("10:03"))
    assert len(w.market.positions) == 4
    w.restart()
    w.run(at("10:04"))
    assert w.machine.state == "ACTIVE"
    protected(w)
    settled(w)


@pytest.mark.parametrize("lost", [("long_put",), ("short_call", "long_call")])
def test_a_part_of_an_entry_is_unwound(lost: tuple[str, ...]) -> None:
    """Some legs there -> out of them again, shorts first."""
    w = live()
    w.run(at("10:05"))
    assert w.machine.state == "ACTIVE"
    gone = [leg for leg in w.machine.legs if leg.role in lost]
    w.kill()
    for leg in gone:
        w.broker.move(leg.contract, -leg.quantity, 1.0)
    w.restart()
    assert w.machine.state == "DEFENSIVE_EXIT" or not w.machine.legs
    w.run(at("10:10"))
    assert all(q > 0 for q in w.market.positions.values())


def test_a_position_closed_elsewhere_is_complete() -> None:
    """A document without holdings is recorded as closed elsewhere."""
    w = live()
    w.run(at("10:05"))
    w.kill()
    for symbol, quantity in list(w.market.positions.items()):
        w.broker.move(symbol, -quantity, 1.0)
    w.restart()
    assert (w.machine.state, w.machine.legs) == ("COMPLETE", ())
    assert any("closed elsewhere" in r.reason for r in w.host.audit.recent)


def test_a_settlement_that_nobody_saw_is_looked_up() -> None:
    """Down over the expiry: the legs are booked at what the close made of them."""
    w = live(profit_pct="100", loss_pct="1000")
    w.market.volatility = 0.4
    w.run(at("10:05"))
    assert w.machine.state == "ACTIVE"
    w.kill()
    w.run(at("10:00", FRIDAY + timedelta(days=3)))
    assert w.market.positions == {}
    w.restart()
    assert w.machine.legs == ()
    assert w.machine.state == "COMPLETE"
    strategies = w.host.report()["strategies"][0]
    assert strategies["pnl_usd"] == pytest.approx(w.market.cash - 250_000, abs=0.01)


def test_an_exit_goes_on_after_a_restart() -> None:
    """Killed while leaving: still leaving, at market."""
    w = live(profit_pct="100", loss_pct="1000")
    w.run(at("10:05"))
    w.market.volatility = 0.6
    w.run(at("15:29"))
    w.broker.accepts = 99
    w.run(at("15:31"))
    assert w.machine.state == "EXITING"
    w.kill()
    w.restart()
    w.run(at("15:40"))
    assert w.market.positions == {}
    assert w.machine.state == "COMPLETE"


def test_documents_of_the_last_seconds_may_be_missing() -> None:
    """The entry's documents are lost: what only the condor trades is recognised as its own."""
    w = live()
    w.run(at("09:59"))
    kept = {key: w.store.read(key) for key in w.store.keys()}  # noqa: SIM118
    w.run(at("10:05"))
    assert len(w.market.positions) == 4
    w.kill()
    w.store = MemoryStore()
    for key, data in kept.items():
        w.store.save(key, data)
    w.restart()
    assert w.machine.state == "ACTIVE"
    protected(w)
    settled(w)


def test_a_half_written_document_is_set_aside_and_the_position_kept() -> None:
    """A torn document is named and moved away; the one before it and the broker's holdings decide."""
    w = live()
    w.run(at("10:05"))
    w.kill()
    key = "options-machines/iron_condor.json"
    w.store.save(key, w.store.read(key)[:100])
    w.restart()
    assert any("iron_condor-quarantine-1.json" in line for line in w.lines)
    assert w.machine.state == "ACTIVE"
    protected(w)


def test_holdings_nobody_owns_block_entries_until_they_are_adopted() -> None:
    """ "Holdings that no document explains: reported, entries blocked until the operator adopts them"."""
    w = live("09:00")
    stranger = option("SPY", FRIDAY + timedelta(days=30), 180, Right.PUT)
    w.market.contracts[stranger.symbol] = stranger
    w.kill()
    w.broker.move(stranger.symbol, 2, 3.0)
    w.restart()
    assert any("entries are blocked" in line for line in w.lines)
    w.run(at("10:30"))
    assert w.broker.sent == []
    assert w.host.on_command("adopt", {"contract": stranger.name})
    w.run(at("10:35"))
    assert w.broker.sent != []


def test_an_errored_machine_stays_in_error_with_its_position() -> None:
    """A restart is no operator: ERROR stays, the legs are corrected, the stop still works."""
    w = live()
    w.run(at("10:05"))
    w.machine.fail("on purpose", "test")
    w.kill()
    w.restart()
    assert w.machine.state == "ERROR"
    assert len(w.machine.legs) == 4
    w.market.spot = lambda now: 1900.0
    w.run(at("10:10"))
    assert "DEFENSIVE_EXIT" in w.states()
    protected(w)
    assert not any(" P " in symbol for symbol in w.market.positions)


def test_adopting_all_of_a_position_hands_it_to_its_strategy_as_a_whole() -> None:
    """Legs adopted one by one would be judged, and closed, before the last of them is there."""
    w = live()
    w.run(at("10:05"))
    legs = w.machine.legs
    w.machine.update(legs=())
    w.host.reconciler.report_differences()
    assert len(w.host.manager.situation.differences) == 4
    assert not w.host.on_command("adopt all nobody", {})
    assert w.host.on_command("adopt all iron_condor", {})
    assert {leg.contract: leg.role for leg in w.machine.legs} == {leg.contract: leg.role for leg in legs}
    assert w.host.manager.situation.differences == ()
    w.run(at("10:07"))
    assert w.machine.state == "ACTIVE"


def test_a_halt_survives_a_restart() -> None:
    """ "survives a restart; only an operator's resume lifts it"."""
    w = live()
    w.run(at("10:05"))
    assert w.host.on_command("halt", {"reason": "test"})
    assert all(q > 0 for q in w.market.positions.values()), "closed at market"
    w.kill()
    w.restart()
    w.run(at("10:00", FRIDAY + timedelta(days=7)))
    w.run(at("11:30", FRIDAY + timedelta(days=7)))
    assert w.host.report()["strategies"][0]["skipped"] == {"blocked_halt": 1}
    assert w.host.on_command("resume", {})
    assert not w.host.on_command("resume", {}), "it is not halted any more"
