"""Dividend yields and fixed rates that option models use.

LEAN: Common/Data/DividendYieldProvider.cs, ConstantDividendYieldModel.cs,
ConstantRiskFreeRateInterestRateModel.cs,
FuncRiskFreeRateInterestRateModel.cs.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from engine.common.enums import SecurityType
from engine.common.errors import ArgumentException
from engine.common.market import Market
from engine.common.numbers import ONE, ZERO, to_decimal, to_float
from engine.common.symbol import Symbol
from engine.data.market.dividend import Dividend
from engine.data.market.split import Split
from engine.securities.market_hours_database import MarketHoursDatabase

if TYPE_CHECKING:
    from engine.data_source.source import DataSource

# LEAN sums the dividends of not quite a year, so that last year's is not counted twice.
_TRAILING_YEAR = timedelta(days=350)
_DECIMALS = 3


def ask_exactly(model: Any, method: str, *arguments: Any) -> Decimal:
    """Return what a model says; one of the algorithm's own has only LEAN's member, which gives a float."""
    exact = getattr(model, f"{method}_decimal", None)
    if exact is not None:
        return exact(*arguments)
    return to_decimal(getattr(model, method)(*arguments))


class ConstantDividendYieldModel:
    """The same yield every day."""

    def __init__(self, dividend_yield: float | Decimal) -> None:
        self._yield = to_decimal(dividend_yield)

    def get_dividend_yield_decimal(self, moment: date, security_price: Decimal | None = None) -> Decimal:
        return self._yield

    def get_dividend_yield(self, moment: date, security_price: float | None = None) -> float:
        return to_float(self._yield)


class ConstantRiskFreeRateInterestRateModel:
    """The same rate every day."""

    def __init__(self, risk_free_rate: float | Decimal) -> None:
        self._rate = to_decimal(risk_free_rate)

    def get_interest_rate_decimal(self, moment: date) -> Decimal:
        return self._rate

    def get_interest_rate(self, date: date) -> float:
        return to_float(self._rate)


class FuncRiskFreeRateInterestRateModel:
    """The rate that a function gives for a date."""

    def __init__(self, get_interest_rate: Callable[[Any], float]) -> None:
        self._function = get_interest_rate

    def get_interest_rate_decimal(self, moment: date) -> Decimal:
        return to_decimal(self._function(moment))

    def get_interest_rate(self, date: date) -> float:
        return to_float(self.get_interest_rate_decimal(date))


class DividendYieldProvider:
    """Dividends of the year before the last ex-date, over the price; 0 before the first one."""

    DEFAULT_DIVIDEND_YIELD_RATE = 0.0

    source: DataSource | None = None
    """Where factor files come from; the launcher sets it."""

    def __init__(self, symbol: Symbol | None = None) -> None:
        if symbol is None:
            symbol = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
        self._symbol = symbol
        self._events: list[Dividend | Split] | None = None
        self._dates: list[date] = []

    @staticmethod
    def create_for_option(option_symbol: Symbol) -> Any:
        """Return the model of an option's underlying; index options take the yield of a fund."""
        if option_symbol.security_type == SecurityType.OPTION:
            return DividendYieldProvider(option_symbol.underlying)
        if option_symbol.security_type == SecurityType.INDEX_OPTION:
            # LEAN compares the option's own text, so contracts (unlike a bare "NDX") take the default, SPY.
            fund = {"SPX": "SPY", "NDX": "QQQ"}.get(option_symbol.value)
            if fund is not None:
                return DividendYieldProvider(Symbol.create(fund, SecurityType.EQUITY, Market.USA))
            return ConstantDividendYieldModel(0) if option_symbol.value == "VIX" else DividendYieldProvider()
        return ConstantDividendYieldModel(0)

    def get_dividend_yield(self, moment: Any, security_price: float | None = None) -> float:
        """Return the yield known on a date, or at the time of a price."""
        if not isinstance(moment, date):
            if moment.symbol != self._symbol:
                raise ArgumentException(
                    f"Trying to get {moment.symbol} dividend yield using the {self._symbol} dividend yield "
                    "provider."
                )
            moment, security_price = moment.end_time, moment.value
        price = None if security_price is None else to_decimal(security_price)
        return to_float(self.get_dividend_yield_decimal(moment, price))

    def get_dividend_yield_decimal(self, moment: date, security_price: Decimal | None = None) -> Decimal:
        """Return the yield exactly; without a price, on the close before the last ex-date."""
        events = self._load()
        day = moment.date() if isinstance(moment, datetime) else moment
        newest = bisect_right(self._dates, day) - 1
        dividend = next((e for e in reversed(events[: newest + 1]) if isinstance(e, Dividend)), None)
        if dividend is None:
            return ZERO
        price = dividend.reference_price_decimal if security_price is None else security_price
        if not price:
            raise ArgumentException("Security price cannot be zero.")
        since = dividend.end_time - _TRAILING_YEAR
        total, shares = ZERO, ONE
        for event in reversed(events[: newest + 1]):
            if event.end_time < since:
                break
            if isinstance(event, Dividend):
                total += event.distribution_decimal * shares
            else:
                shares *= event.split_factor_decimal
        return total / price

    def _load(self) -> list[Dividend | Split]:
        if self._events is None:
            self._events = _corporate_events(self._symbol, type(self).source)
            self._dates = [event.end_time.date() for event in self._events]
        return self._events


def _corporate_events(symbol: Symbol, source: DataSource | None) -> list[Dividend | Split]:
    factors = None if source is None else source.factor_file(symbol)
    if factors is None:
        return []
    hours = MarketHoursDatabase.from_data_folder().get_exchange_hours(
        symbol.id.market, symbol, symbol.security_type
    )
    rows = list(factors)
    return [
        row.get_dividend(following, symbol, hours, _DECIMALS)
        if row.price_factor != following.price_factor
        else row.get_split(following, symbol, hours)
        for row, following in pairwise(rows)
    ]
