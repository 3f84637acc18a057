"""Margin of option structures, leg by leg, as LEAN logged it (scenario opt_margin_table)."""

from __future__ import annotations

import json
import re
from datetime import datetime

from engine.common.enums import OptionRight, OptionStyle, OrderDirection, SecurityType
from engine.common.symbol import Symbol

DAY = datetime(2015, 12, 24)
NEAR, FAR, LEAP = datetime(2015, 12, 31), datetime(2016, 1, 15), datetime(2017, 1, 20)
OPENED = re.compile(
    r"(?P<quantity>-?\d+) (?P<value>GOOG\S*(?:  \S+)?) FILLED @ (?P<price>[\d.]+) used (?P<used>[\d.]+) "
    r"remaining (?P<remaining>[\d.]+) value (?P<total>[\d.]+)"
)
LATER = re.compile(
    r"after 4 min used (?P<used>[\d.]+) remaining (?P<remaining>[\d.]+) value (?P<total>[\d.]+) "
    r"for buy (?P<buy>[\d.]+) sell (?P<sell>[\d.]+) power (?P<power>[\d.]+)"
)


def contract(account, stock, value):
    """Add the option of a readable symbol."""
    expiry = {"151231": NEAR, "160115": FAR, "170120": LEAP}[value[6:12]]
    right = OptionRight.CALL if value[12] == "C" else OptionRight.PUT
    strike = int(value[13:]) / 1000
    symbol = Symbol.create_option(stock.symbol, "usa", OptionStyle.AMERICAN, right, strike, expiry)
    return account.feed(account.add(symbol), DAY)


def test_margin_of_every_structure_equals_leans_log(shared, new_account) -> None:
    """Used margin, margin remaining, value and buying power follow every fill and the prices after it."""
    record = json.loads((shared / "lean-golden/scenarios/opt_margin_table.json").read_text())
    events = [dict(zip(record["order_event_columns"], row)) for row in record["order_events"]]
    fills = iter([event for event in events if event["status"] == "filled"])
    account = new_account(400_000)
    stock = account.feed(account.add(Symbol.create("GOOG", SecurityType.EQUITY, "usa")), DAY)
    securities = {"GOOG": stock}
    opened = []
    checked = 0
    for line in record["log"]:
        account.at(datetime.fromisoformat(line[:19]))
        portfolio = account.portfolio
        if match := LATER.search(line):
            shown = {name: float(value) for name, value in match.groupdict().items()}
            first = opened[-1][0]
            assert [
                round(portfolio.total_margin_used, 4),
                round(portfolio.margin_remaining, 4),
                round(portfolio.total_portfolio_value, 4),
                round(portfolio.get_margin_remaining(first.symbol, OrderDirection.BUY), 4),
                round(portfolio.get_margin_remaining(first.symbol, OrderDirection.SELL), 4),
                round(portfolio.get_buying_power(first.symbol, OrderDirection.SELL), 4),
            ] == [*list(shown.values())[:3], shown["buy"], shown["sell"], shown["power"]], line
            for security, _quantity in sorted(opened, key=lambda pair: pair[1]):
                book(account, security, next(fills))
            opened = []
        elif match := OPENED.search(line):
            value = match["value"]
            if value not in securities:
                securities[value] = contract(account, stock, value)
            book(account, securities[value], next(fills))
            opened.append((securities[value], int(match["quantity"])))
            assert (
                round(portfolio.total_margin_used, 4),
                round(portfolio.margin_remaining, 4),
                round(portfolio.total_portfolio_value, 4),
            ) == (float(match["used"]), float(match["remaining"]), float(match["total"])), line
        checked += 1
    assert checked > 80
    assert round(account.portfolio.cash, 4) == 396639.3


def book(account, security, event) -> None:
    """Book a fill of LEAN's record."""
    assert security.symbol.id == event["symbol"] or str(security.symbol.id) == event["symbol"]
    account.fill(security, event["fill_quantity"], event["fill_price"], event["fee"] or 0)
