"""What `option.set_filter` filters. LEAN: Common/Securities/Option/OptionFilterUniverse.cs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Self

from engine.common.enums import OptionRight, SecurityType
from engine.common.errors import InvalidOperationException
from engine.common.numbers import ONE, to_decimal
from engine.common.symbol import Symbol
from engine.data.market.universe_data import (
    DELTA,
    GAMMA,
    IMPLIED_VOLATILITY,
    OPEN_INTEREST,
    RHO,
    THETA,
    VEGA,
    OptionUniverse,
)
from engine.data.universe_selection.option_strategy_filters import OptionStrategyFilters
from engine.securities.future_option.future_option_symbol import FutureOptionSymbol
from engine.securities.index_option.index_option_symbol import IndexOptionSymbol
from engine.securities.option.option_symbol import OptionSymbol


class OptionFilterUniverse(OptionStrategyFilters):
    """The options of a chain that are left, with yesterday's close, open interest, volatility and greeks."""

    _row_type = OptionUniverse

    def __init__(
        self,
        option: Any,
        all_data: Sequence[Any] = (),
        underlying: Any = None,
        underlying_scale_factor: float | Decimal | None = None,
    ) -> None:
        if underlying is None:
            super().__init__(all_data)
            scale = option.symbol_properties.strike_multiplier_decimal
        else:
            super().__init__(all_data, underlying.end_time)
            scale = ONE
        self._option = option
        self._underlying_scale = (
            scale if underlying_scale_factor is None else to_decimal(underlying_scale_factor)
        )
        self.underlying = underlying
        self._unique_strikes: list[Decimal] | None = None

    def refresh(self, all_contracts_data: Sequence[Any], underlying: Any, local_time: datetime) -> None:
        """Start anew with the chain of another time."""
        self._reset(all_contracts_data, local_time)
        self.underlying = underlying
        day = local_time.replace(hour=0, minute=0, second=0, microsecond=0)
        if day != self._last_exchange_date:
            self._unique_strikes = None
        self._last_exchange_date = day

    def _is_standard(self, symbol: Symbol) -> bool:
        kind = symbol.security_type
        if kind is SecurityType.FUTURE_OPTION:
            return FutureOptionSymbol.is_standard(symbol)
        if kind is SecurityType.INDEX_OPTION:
            return IndexOptionSymbol.is_standard(symbol)
        return OptionSymbol.is_standard(symbol)

    def _expiry_of(self, row: OptionUniverse) -> datetime:
        return row.expiry

    def _expiration_reference(self, day: datetime) -> datetime:
        hours = self._option.exchange.hours
        return day if hours.is_date_open(day) else hours.get_next_trading_day(day)

    def strikes(self, min_strike: int, max_strike: int) -> Self:
        """Keep strikes so many steps from the underlying's price: -1 is the first below, +1 the first above.

        The steps are those of the contracts left at the first call of a day, usually the whole chain. Without
        a strike above the price nothing is left, as in LEAN.
        """
        if self.underlying is None:
            return self
        if self._unique_strikes is None:
            self._unique_strikes = sorted({row.strike for row in self.data})
        strikes = self._unique_strikes
        price = self.underlying.close_decimal / self._underlying_scale
        index = bisect_left(strikes, price)
        if index == len(strikes):
            return self._empty()
        first, last = index + min_strike, index + max_strike
        if strikes[index] != price:  # then the first strike above counts as step +1
            if min_strike < 0 < max_strike:
                last -= 1
            elif min_strike > 0:
                first -= 1
                last -= 1
        first = max(first, 0)
        if first >= len(strikes) or last < 0:
            return self._empty()
        lowest, highest = strikes[first], strikes[min(last, len(strikes) - 1)]
        self.data = [row for row in self.data if lowest <= row.strike <= highest]
        return self

    def calls_only(self) -> Self:
        """Keep calls."""
        return self.where(lambda row: row.right is OptionRight.CALL)

    def puts_only(self) -> Self:
        """Keep puts."""
        return self.where(lambda row: row.right is OptionRight.PUT)

    # By the numbers of the universe file ----

    def delta(self, min: float, max: float) -> Self:
        """Keep contracts whose delta lies in the range, ends included."""
        return self._between("Delta", DELTA, min, max)

    def gamma(self, min: float, max: float) -> Self:
        """Keep contracts whose gamma lies in the range, ends included."""
        return self._between("Gamma", GAMMA, min, max)

    def theta(self, min: float, max: float) -> Self:
        """Keep contracts whose theta (per year) lies in the range, ends included."""
        return self._between("Theta", THETA, min, max)

    def vega(self, min: float, max: float) -> Self:
        """Keep contracts whose vega lies in the range, ends included."""
        return self._between("Vega", VEGA, min, max)

    def rho(self, min: float, max: float) -> Self:
        """Keep contracts whose rho lies in the range, ends included."""
        return self._between("Rho", RHO, min, max)

    def implied_volatility(self, min: float, max: float) -> Self:
        """Keep contracts whose implied volatility lies in the range, ends included."""
        return self._between("ImpliedVolatility", IMPLIED_VOLATILITY, min, max)

    def open_interest(self, min: int, max: int) -> Self:
        """Keep contracts whose open interest lies in the range, ends included."""
        return self._between("OpenInterest", OPEN_INTEREST, min, max)

    d, g, t, v, r = delta, gamma, theta, vega, rho
    iv, oi = implied_volatility, open_interest

    def _between(self, name: str, column: int, least: float, most: float) -> Self:
        if self._option.symbol.security_type is SecurityType.FUTURE_OPTION:
            raise InvalidOperationException(f"{name} filter is not supported for future options.")
        # LEAN compares theta per year, files have it per day.
        per = 365 if column == THETA else 1
        low, high = float(least), float(most)
        return self.where(lambda row: low <= row.number(column) * per <= high)
