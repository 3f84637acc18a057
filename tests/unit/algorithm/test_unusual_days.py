"""Days that are not like others: old data, wide and one-sided markets, missed sessions, holidays, half days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from scripted_world import World

from strategies.contracts import Quote
from strategies.registry import STRATEGIES
from tests.invariants import Checker

MONDAY = date(2014, 1, 6)
LEAP = date(2015, 6, 19)


def at(clock: str, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def world(day: date, *names: str, expiries: tuple[date, ...], live: bool = False, **parameters: str) -> World:
    """Return a world whose options expire on these days, with every invariant checked at every step."""
    w = World(at("08:00", day), strategies=names or tuple(STRATEGIES), parameters=parameters, live=live)
    market = w.market
    market.names["ES"], market.steps["ES"] = "ES21H14", 10.0
    market.tick, market.half_spread, market.volatility = 0.01, 0.01, 0.15
    market.expiries = lambda today: [each for each in expiries if each >= today]
    market.closes = [180 + i * 0.2 for i in range(100)]
    w.broker.accepts = -9
    observe(w)
    return w.start()


def observe(w: World) -> None:
    checker = Checker(w.host)
    w.checks[:] = [lambda _: checker.step()]


def fridays(first: date, weeks: int = 20) -> tuple[date, ...]:
    return tuple(first + timedelta(weeks=week) for week in range(weeks))


def rows(w: World) -> dict[str, dict[str, object]]:
    return {row["name"]: row for row in Checker(w.host).finish()["strategies"]}


WEEK = (*fridays(date(2014, 1, 10)), LEAP)


# --- data ---


def test_old_data_means_no_entry_for_anybody() -> None:
    """ "Missing or stale (older than 2 bars) VIX, underlying or leg quote means no entry"."""
    w = world(MONDAY, expiries=WEEK)
    w.market.age = timedelta(minutes=3)
    w.run(at("20:00", MONDAY + timedelta(days=4)))
    assert w.broker.sent == []
    for row in rows(w).values():
        assert set(row["skipped"]) <= {"vix_stale", "underlying_stale"}, row  # type: ignore[call-overload]
        assert row["skipped"], row


@pytest.mark.parametrize("missing", ["bid", "ask"])
def test_one_sided_quotes_mean_no_entry_for_anybody(missing: str) -> None:
    """ "whose bid is missing, or whose two sides were not quoted within the same 2 bars is skipped"."""
    w = world(MONDAY, expiries=WEEK)
    w.market.seen = lambda quote: replace(quote, **{missing: None, f"{missing}_age": None})
    w.run(at("20:00", MONDAY + timedelta(days=4)))
    assert w.broker.sent == []
    assert all(row["skipped"] for row in rows(w).values())


def test_a_wide_market_means_no_entry_for_anybody() -> None:
    """ "A leg whose bid-ask spread exceeds 15% of mid (floor 0.10) ... is skipped"."""
    w = world(MONDAY, expiries=WEEK)

    def wide(quote: Quote) -> Quote:
        if quote.bid is None or quote.ask is None:
            return quote
        half = max(0.08 * quote.mid, 0.06)
        return replace(quote, bid=max(quote.mid - half, 0.01), ask=quote.mid + half)

    w.market.seen = wide
    w.run(at("20:00", MONDAY + timedelta(days=4)))
    assert w.broker.sent == []
    assert all(row["skipped"] for row in rows(w).values())


def test_a_wide_market_keeps_nobody_from_getting_out() -> None:
    """Width is a rule for entries: a stop in a wide market is a stop."""
    friday = date(2014, 1, 10)
    w = world(friday, "iron_condor", expiries=(friday,)).run(at("10:30", friday))
    assert w.machine.state == "ACTIVE"
    w.market.half_spread = 0.6
    w.market.spot = lambda now: 1975.0
    w.run(at("10:40", friday))
    assert "DEFENSIVE_EXIT" in w.states()
    closed = next(r for r in w.host.audit.recent if r.target == "DEFENSIVE_EXIT")
    assert "is at or beyond the short_put" in closed.reason
    assert all(w.market.contract(symbol).right != "PUT" for symbol in w.market.positions)


# --- a contract that nobody bids for ---


def test_on_the_last_day_a_halted_contract_is_tried_until_it_trades() -> None:
    """At 21 DTE the short put goes, the long one without a bid waits for one: the same day, or a later one."""
    entry, expiry = date(2014, 1, 8), date(2014, 4, 30)
    w = world(entry, "lt112", expiries=(expiry,), **{"lt112.profit_pct": "100", "lt112.loss_pct": "1000"})
    w.market.volatility = 0.16
    w.run(at("11:00", entry))
    long = next(leg for leg in w.machine.legs if leg.role == "long_put")
    last = expiry - timedelta(days=21)
    w.run(at("09:35", last))
    assert len(w.machine.legs) == 2
    w.market.overrides[long.contract] = Quote(None, 0.05, None, timedelta())
    w.run(at("18:00", last))
    assert [(leg.role, w.machine.state) for leg in w.machine.legs] == [("long_put", "DEFENSIVE_21DTE")]
    w.market.overrides.clear()
    w.run(at("09:45", last + timedelta(days=1)))
    assert w.machine.legs == ()


def test_a_halted_short_leg_keeps_its_wing() -> None:
    """Nobody offers it: the whole side waits, and the exchange settles it; neither is neglect."""
    friday = date(2014, 1, 10)
    w = world(friday, "iron_condor", expiries=(friday,)).run(at("10:30", friday))
    short = next(leg for leg in w.machine.legs if leg.role == "short_put")
    w.market.overrides[short.contract] = Quote(None, None, None, None)
    w.run(at("12:00", friday + timedelta(days=1)))
    assert w.machine.state in ("COMPLETE", "WAITING")
    settled = [each["contract"] for each in w.host.report()["settlements"]]
    assert short.name in settled
    assert len(settled) >= 2, "its wing was not sold before it"


# --- sessions that nobody looked at ---


def test_a_missed_session_is_accounted_with_its_reason() -> None:
    """The process is down on Wednesday: the next morning says so, and nothing is made up for."""
    w = world(MONDAY, "lt112", expiries=WEEK, live=True)
    w.run(at("20:00", MONDAY + timedelta(days=1)))
    w.kill()
    w.market.at = at("08:00", MONDAY + timedelta(days=3))
    w.restart()
    observe(w)
    w.run(at("12:00", MONDAY + timedelta(days=3)))
    assert w.broker.sent == []
    row = rows(w)["lt112"]
    assert (row["opportunities"], row["entered"]) == (1, 0)
    assert row["skipped"] == {"not_running": 1}


def test_a_missed_twenty_first_day_is_made_up_for_at_once() -> None:
    """ "Crash: recheck DTE before anything else": closed on the first session after it."""
    entry, expiry = date(2014, 1, 8), date(2014, 4, 30)
    given = {"lt112.profit_pct": "100", "lt112.loss_pct": "1000"}
    w = world(entry, "lt112", expiries=(expiry,), live=True, **given)
    w.market.volatility = 0.16
    w.run(at("11:00", entry))
    assert w.machine.state == "ACTIVE"
    w.kill()
    w.checks.clear()
    w.market.at = at("08:00", expiry - timedelta(days=19))
    w.restart()
    w.run(at("10:10", expiry - timedelta(days=19)))
    assert w.states()[-2:] == ["DEFENSIVE_21DTE", "COMPLETE"]
    assert w.market.positions == {}


# --- holidays and half days ---


def test_the_condor_trades_on_thursday_when_friday_is_a_holiday() -> None:
    """ "Friday, Thursday when Friday is a holiday": Good Friday of 2014."""
    thursday = date(2014, 4, 17)
    w = world(thursday - timedelta(days=3), "iron_condor", expiries=(thursday,))
    w.run(at("12:00", thursday + timedelta(days=1)))
    row = rows(w)["iron_condor"]
    assert (row["opportunities"], row["entered"]) == (1, 1)
    assert w.market.positions == {}


@pytest.mark.parametrize(
    ("expiry", "rolled_at"),
    [
        (date(2014, 4, 17), "15:45"),  # the Thursday before Good Friday
        (date(2014, 11, 28), "12:45"),  # the half day after Thanksgiving
    ],
)
def test_a_short_call_is_rolled_on_its_real_last_day_at_its_real_close(expiry: date, rolled_at: str) -> None:
    """ "Close" in clock rules means that session's real close", and no weekday arithmetic alone."""
    monday = expiry - timedelta(days=4 if expiry.weekday() == 4 else 10)
    leap = expiry + timedelta(days=400)
    w = world(monday, "ipmcc", expiries=(expiry, *fridays(expiry + timedelta(days=7), 6), leap))
    w.run(at("11:20", monday))
    short = next(leg for leg in w.machine.legs if leg.role == "short_call")
    assert w.market.contract(short.contract).expiry == expiry
    strike = w.market.contract(short.contract).strike
    w.market.spot = lambda now: 10 * (strike - 0.1)  # dear enough not to be bought back before
    w.run(at(rolled_at, expiry) - timedelta(minutes=1))
    assert short.contract in w.market.positions
    w.run(at(rolled_at, expiry) + timedelta(minutes=8))
    assert short.contract not in w.market.positions
    record = next(r for r in w.host.audit.recent if "over night" in r.reason)
    assert record.at.astimezone(w.market.utc_now().tzinfo).minute == int(rolled_at[-2:])


def test_the_twenty_first_day_on_a_half_day_is_in_time() -> None:
    """It closes at ten, long before one o'clock; quotes of the afternoon are nobody's."""
    half = date(2014, 7, 3)
    expiry = half + timedelta(days=21)
    entry = date(2014, 4, 2)
    given = {"lt112.profit_pct": "100", "lt112.loss_pct": "1000"}
    w = world(entry, "lt112", expiries=(expiry,), **given)
    w.market.volatility = 0.16
    w.run(at("11:00", entry))
    assert w.machine.state == "ACTIVE"
    w.run(at("12:59", half))
    assert w.machine.legs == ()
    assert w.states()[-2:] == ["DEFENSIVE_21DTE", "COMPLETE"]
