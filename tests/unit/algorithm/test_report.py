"""What the report says of a run: it adds up, in dollars, in sessions and in days."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from scripted_world import World

from algorithm.report import Drawdown
from algorithm.settlements import SettlementKind, neglected, settlement_kind

FRIDAY = date(2014, 1, 10)


def at(clock: str, day: date = FRIDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


def left_to_the_exchange() -> World:
    """Return a condor whose legs nobody quotes any more from noon on: all four are settled."""
    w = World(at("08:00")).start()
    w.run(at("12:00"))
    assert w.machine.legs
    w.market.age = timedelta(minutes=30)
    w.run(at("08:00", FRIDAY + timedelta(days=4)))
    return w


def test_days_in_states_are_as_long_as_the_run() -> None:
    """A note (a settlement, an adopted leg) does not count a stay twice, and the present stay counts."""
    w = left_to_the_exchange()
    row = w.host.report()["strategies"][0]
    seconds = (w.market.at - at("08:00")).total_seconds()
    assert sum(row["seconds_in_state"].values()) == pytest.approx(seconds)
    assert any(record.kind == "note" for record in w.host.audit.recent)


def test_every_settlement_is_counted_and_listed() -> None:
    """ "each such event is one the rules allow, and is listed"."""
    w = left_to_the_exchange()
    report = w.host.report()
    row = report["strategies"][0]
    assert row["settled"] == {"expired": 4}
    assert row["neglected"] == 0
    assert [each["strategy"] for each in report["settlements"]] == ["iron_condor"] * 4
    assert sum(each["quantity"] for each in report["settlements"]) == 0
    assert any("settled by the exchange 4, by neglect 0" in line for line in w.host.report_lines())


@pytest.mark.parametrize(
    ("quantity", "worth", "cash", "kind"),
    [
        (-1, 0.0, True, SettlementKind.EXPIRED),
        (1, 0.0, False, SettlementKind.EXPIRED),
        (-1, 2.5, True, SettlementKind.CASH_SETTLED),
        (1, 2.5, True, SettlementKind.CASH_SETTLED),
        (-1, 2.5, False, SettlementKind.ASSIGNED),
        (1, 2.5, False, SettlementKind.EXERCISED),
    ],
)
def test_what_became_of_an_option(quantity: float, worth: float, cash: bool, kind: SettlementKind) -> None:
    """By its sign, its worth and how it settles."""
    assert settlement_kind(quantity, worth, cash) is kind


@pytest.mark.parametrize(
    ("kind", "quantity", "cash", "early", "by_neglect"),
    [
        (SettlementKind.CASH_SETTLED, -1, True, False, False),  # "what cannot be closed by the close"
        (SettlementKind.EXPIRED, -1, True, False, False),
        (SettlementKind.ASSIGNED, -1, False, True, False),  # somebody else's decision
        (SettlementKind.EXPIRED, 1, False, False, False),  # nobody ever bid for it
        (SettlementKind.ASSIGNED, -1, False, False, True),
        (SettlementKind.EXPIRED, -1, False, False, True),  # lucky, and neglected all the same
        (SettlementKind.EXERCISED, 1, False, False, True),
    ],
)
def test_what_a_rule_should_have_closed_before(
    kind: SettlementKind, quantity: float, cash: bool, early: bool, by_neglect: bool
) -> None:
    """ "no option of ours is ever assigned or expired by neglect"."""
    assert neglected(kind, quantity, cash, early) is by_neglect


def test_a_drawdown_is_measured_from_the_best_so_far() -> None:
    """Open positions count: a strategy that closes nothing for years has one too."""
    drawdown = Drawdown()
    for pnl in (100.0, -50.0, 300.0, 200.0, 299.0):
        drawdown.observe(pnl)
    assert (drawdown.peak_usd, drawdown.worst_usd) == (300.0, -150.0)


def test_win_rate_is_of_closed_positions() -> None:
    """None before the first one."""
    w = World(at("08:00")).start()
    assert w.host.report()["strategies"][0]["win_rate_pct"] is None
    w.run(at("12:00", FRIDAY + timedelta(days=1)))
    row = w.host.report()["strategies"][0]
    assert row["trades"] == row["won"] + row["lost"] == 1
    assert row["win_rate_pct"] in (0.0, 100.0)
    assert row["average_win_usd"] + row["average_loss_usd"] == pytest.approx(row["pnl_usd"], abs=0.01)
