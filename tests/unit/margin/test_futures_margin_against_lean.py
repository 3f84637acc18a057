"""Margin, value and profit of futures and their options as LEAN logged them."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from tests.unit.securities.log_replay import HELD, Replay

JANUARY_6 = [datetime(2020, 1, 6)]


def read(shared, name):
    """Return the log of a scenario."""
    return json.loads((shared / f"lean-golden/scenarios/{name}.json").read_text())["log"]


@pytest.mark.parametrize(
    ("name", "cash", "until", "checks"),
    [
        ("opt_fop_strangle", 250_000, datetime(2020, 1, 7), 9),
        ("fut_option_expiry", 300_000, datetime(2020, 1, 7), 4),
        ("fut_strangle_universe", 250_000, datetime(2020, 1, 6, 12, 30), 7),
    ],
)
def test_portfolio_of_future_options_equals_leans_log(shared, new_account, name, cash, until, checks) -> None:
    """Every line with used margin, remaining, cash and value holds, with strangles, spreads and a future."""
    account = new_account(cash)
    replay = Replay(account, JANUARY_6)
    seen = 0
    for line in replay.lines(read(shared, name), until):
        if " used " in line and " cash " in line:
            logged, here = replay.figures(line)
            assert here == logged, line
            seen += 1
        elif held := HELD.match(" " + line):
            holding = replay.security(held["symbol"]).holdings
            assert [
                holding.quantity,
                round(holding.average_price, 4),
                round(holding.price, 4),
                round(holding.holdings_value, 4),
                round(holding.unrealized_profit, 4),
                round(holding.profit, 4),
            ] == [
                float(held[key]) for key in ("quantity", "average", "price", "value", "unrealized", "profit")
            ], line
    assert seen >= checks


def test_orders_too_big_are_refused_when_flat_and_accepted_beside_a_strangle(shared, new_account) -> None:
    """LEAN refuses 60 naked puts alone, takes them beside a strangle, then calls 4, 4 and 33."""
    account = new_account(250_000)
    replay = Replay(account, JANUARY_6)
    put = replay.security("ES20H20  200320P03080000")
    account.at(datetime(2020, 1, 6, 10, 10))
    refused = account.portfolio.has_sufficient_buying_power_for_order([account.market_order(put, -60)])
    assert not refused.is_sufficient
    assert refused.reason == "Id: 1, Initial Margin: -517088.2, Free Margin: 250000"

    for line in replay.lines(read(shared, "opt_fop_strangle"), datetime(2020, 1, 6, 11, 1)):
        if line.startswith("rolled"):
            account.at(datetime(2020, 1, 6, 11, 0))
            order = account.market_order(put, -60)
            assert account.portfolio.has_sufficient_buying_power_for_order([order]).is_sufficient
    account.at(datetime(2020, 1, 6, 11, 1))
    requests, warning = account.portfolio.margin_call_model.get_margin_call_orders()
    assert warning
    called = sorted((request.symbol.value, request.quantity) for request in requests)
    assert called == [
        ("ES20H20  200320C03450000", 4.0),
        ("ES20H20  200320P03080000", 4.0),
        ("ES20H20  200320P03080000", 33.0),
    ]
    assert {request.tag for request in requests} == {"Margin Call"}
