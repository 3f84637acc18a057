"""Replays the fills that a scenario of LEAN logged, and reads the figures it logged between them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.common.enums import OptionRight, OptionStyle, OrderType, SecurityType
from engine.common.symbol import Symbol
from engine.securities.settlement_model import ScanSettlementModelParameters
from tests.unit.securities.securities_account import Account

OPTION = re.compile(r"^(\S+)\s+(\d{6})([CP])(\d{8})$")
FUTURE = re.compile(r"^ES(\d\d)([FGHJKMNQUVXZ])(\d\d)$")
MONTHS = "FGHJKMNQUVXZ"
EVENT = re.compile(
    r"event (?P<id>\d+)\.\d+ (?P<symbol>\S+(?:\s+\d{6}[CP]\d{8})?) (?:(?P<type>[A-Z_]+) )?FILLED "
    r"(?:BUY |SELL )?(?:-?\d+ fill )?(?P<quantity>-?\d+) @ (?P<price>[\d.]+) fee (?P<fee>[\d.]+)"
)
FIGURE = re.compile(r"\b(cash|value|used|remaining|holdings|unrealized|profit|fees) (-?[\d.]+)")
HELD = re.compile(
    r"^ +(?P<symbol>\S+(?:\s+\d{6}[CP]\d{8})?) (?P<quantity>-?\d+) @ (?P<average>[\d.]+) "
    r"price (?P<price>[\d.]+) "
    r"value (?P<value>-?[\d.]+) unrealized (?P<unrealized>-?[\d.]+) profit (?P<profit>-?[\d.]+)"
)
MEMBERS = {
    "cash": "cash",
    "value": "total_portfolio_value",
    "used": "total_margin_used",
    "remaining": "margin_remaining",
    "holdings": "total_holdings_value",
    "unrealized": "total_unrealized_profit",
    "profit": "total_profit",
    "fees": "total_fees",
}


def future_of(value: str) -> Symbol:
    """Return the ES future of a readable symbol."""
    day, month, year = FUTURE.match(value).groups()
    return Symbol.create_future("ES", "cme", datetime(2000 + int(year), MONTHS.index(month) + 1, int(day)))


def symbol_of(value: str) -> Symbol:
    """Return the symbol of LEAN's readable text: a US equity, an ES future, or an option on one of them."""
    option = OPTION.match(value)
    if option is None:
        return future_of(value) if FUTURE.match(value) else Symbol.create(value, SecurityType.EQUITY, "usa")
    root, day, right, strike = option.groups()
    underlying = symbol_of(root)
    market = underlying.id.market
    expiry = datetime(2000 + int(day[:2]), int(day[2:4]), int(day[4:]))
    side = OptionRight.CALL if right == "C" else OptionRight.PUT
    return Symbol.create_option(
        underlying, market, OptionStyle.AMERICAN, side, Decimal(strike) / 1000, expiry
    )


class Replay:
    """Walks through a log: books every fill, and yields the lines with figures."""

    def __init__(self, account: Account, days: list[datetime], aliases: dict[str, str] | None = None) -> None:
        self.account = account
        self.days = days
        self.aliases = aliases or {}
        self.events: list[Any] = []
        self._known: dict[str, Any] = {}
        self._last_day: datetime | None = None

    def security(self, value: str) -> Any:
        """Return the security of a readable symbol, added with its data at the first time."""
        value = self.aliases.get(value, value)
        if value not in self._known:
            symbol = symbol_of(value)
            if symbol.has_underlying:
                self.security(symbol.underlying.value)
            security = self.account.add(symbol)
            for day in self.days:
                self.account.feed(security, day)
            self._known[value] = security
        return self._known[value]

    def lines(self, log: list[str], until: datetime) -> Iterator[str]:
        """Yield the lines before a moment, the clock at their time, the fills before them booked."""
        for line in sorted(log, key=lambda text: text[:19]):  # LEAN writes in batches
            moment = datetime.fromisoformat(line[:19])
            if moment >= until:
                return
            self._move(moment)
            event = EVENT.search(line)
            if event is None:
                yield line[20:]
            else:
                self._book(event)

    def _move(self, moment: datetime) -> None:
        # an hourly settlement scan comes with every new day
        day = moment.replace(hour=0, minute=0, second=0)
        while self._last_day is not None and self._last_day < day:
            self._last_day += timedelta(days=1)
            self.account.at(self._last_day)
            self._scan()
        self._last_day = day
        self.account.at(moment)

    def _scan(self) -> None:
        account = self.account
        for security in account.securities.values():
            security.settlement_model.scan(
                ScanSettlementModelParameters(account.portfolio, security, account.time_keeper.utc_stamp)
            )

    def _book(self, event: re.Match[str]) -> None:
        exercise = event["type"] == "OPTION_EXERCISE"
        self.events.append(
            self.account.fill(
                self.security(event["symbol"]),
                int(event["quantity"]),
                float(event["price"]),
                float(event["fee"]),
                OrderType.OPTION_EXERCISE if exercise else OrderType.MARKET,
            )
        )

    def figures(self, line: str) -> tuple[dict[str, float], dict[str, float]]:
        """Return the portfolio's figures that a line names, as logged and as they are here."""
        logged = {name: float(text.rstrip(".")) for name, text in FIGURE.findall(line)}
        here = {name: round(getattr(self.account.portfolio, MEMBERS[name]), 4) for name in logged}
        return logged, here
