"""Minute bars of every built-in symbol: one day, computed when touched."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.common.enums import SecurityType, TickType
from engine.common.time import DAY, MINUTE, TimeZone
from engine.data_source.modelled import futures_data, interest
from engine.data_source.modelled import rows as make
from engine.data_source.modelled.contracts import Contract, contract_of, future_of
from engine.data_source.modelled.listings import Expiry, day_number, is_listed
from engine.data_source.modelled.option_quotes import YEAR
from engine.data_source.modelled.rates import DIVIDEND_YIELD, pricing_rate

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.data_source.modelled.day_points import DayPoints, DayPointsStore
    from engine.data_source.modelled.option_quotes import OptionQuotes
    from engine.data_source.rows import Rows

FIRST_INTRADAY_DAY = day_number(2013, 1, 2)
"""A year before the options, for warm-up; daily bars go back to 1999."""

_OPEN_INTEREST_MINUTE = 6 * 60 + 30
_INDEXES = frozenset(("SPX", "VIX"))


class DayOfRows(NamedTuple):
    """A day that exists: how its rows are made, and the end of the first one without making the others."""

    load: Callable[[], Rows]
    peek: Callable[[], int | None]


class Minutes:
    """Finds the minute rows of a symbol; `None` where a data folder would have no file."""

    def __init__(self, store: DayPointsStore, quotes: OptionQuotes) -> None:
        self._store = store
        self._quotes = quotes
        self._listed_since: dict[tuple[str, int, float], int] = {}
        self._new_york = TimeZone.of("America/New_York")
        self._finders = {
            SecurityType.INDEX: self._index,
            SecurityType.EQUITY: self._equity,
            SecurityType.FUTURE: self._future,
            SecurityType.INDEX_OPTION: self._option,
            SecurityType.OPTION: self._option,
            SecurityType.FUTURE_OPTION: self._option,
        }

    def find(self, symbol: Symbol, tick_type: TickType, day: int) -> DayOfRows | None:
        """Return a day of rows."""
        finder = self._finders.get(symbol.security_type)
        return None if finder is None else finder(symbol, tick_type, day)

    def _index(self, symbol: Symbol, tick_type: TickType, day: int) -> DayOfRows | None:
        name = symbol.id.symbol
        if name not in _INDEXES or tick_type is not TickType.TRADE or not self._has_session(day):
            return None
        if name == "SPX":
            return self._session_rows(day, lambda: make.index_rows(self._index_points(day)))
        if not self._store.has_vix(self._store.history.row(day)):
            return None
        return self._session_rows(day, lambda: make.vix_rows(self._index_points(day)))

    def _index_points(self, day: int) -> DayPoints:
        points = self._store.index_option_day(day)
        assert points is not None
        return points

    def _equity(self, symbol: Symbol, tick_type: TickType, day: int) -> DayOfRows | None:
        if symbol.id.symbol != "SPY" or not self._has_session(day):
            return None
        store = self._store

        def trades() -> Rows:
            points = store.session(day)
            assert points is not None
            return make.equity_trade_rows(points, float(store.history.volume[store.history.row(day)]))

        def quotes() -> Rows:
            points = store.session(day)
            assert points is not None
            return make.equity_quote_rows(points)

        loaders = {TickType.TRADE: trades, TickType.QUOTE: quotes}
        return self._session_rows(day, loaders[tick_type]) if tick_type in loaders else None

    def _has_session(self, day: int) -> bool:
        return day >= FIRST_INTRADAY_DAY and self._store.history.row(day) is not None

    def _session_rows(self, day: int, load: Callable[[], Rows]) -> DayOfRows:
        return DayOfRows(load, lambda: self._store.session_start(day) + MINUTE)

    # -- futures ---------------------------------------------------------------------------------

    def _future(self, symbol: Symbol, tick_type: TickType, day: int) -> DayOfRows | None:
        future = future_of(symbol)
        if future is None or not future.listed <= day <= future.last_day:
            return None
        if tick_type is TickType.OPEN_INTEREST:
            if not self._store.has_vix(self._store.history.row(day)):
                return None
            stamp = day * DAY + _OPEN_INTEREST_MINUTE * MINUTE
            return _one_row(stamp, futures_data.open_interest(future, day), scaled=False)
        points = self.future_points(future, day)
        if points is None:
            return None

        def load() -> Rows:
            prices = future_prices(points, self._quotes.expiry_stamp(future), day)
            if tick_type is TickType.QUOTE:
                return make.future_quote_rows(points, prices)
            return make.future_trade_rows(points, prices, futures_data.session_volume(future, day))

        return DayOfRows(load, lambda: int(points.ends[0]))

    def future_points(self, future: Expiry, day: int) -> DayPoints | None:
        """Return the minutes of a UTC day until the future expires, None without any."""
        points = self._store.future_day(day)
        if points is None:
            return None
        points = points.between(int(points.starts[0]), self._quotes.expiry_stamp(future))
        return points if points.bars else None

    # -- options ---------------------------------------------------------------------------------

    def _option(self, symbol: Symbol, tick_type: TickType, day: int) -> DayOfRows | None:
        contract = contract_of(symbol)
        if contract is None or tick_type is TickType.TRADE:
            return None
        if not self._is_listed(contract, day):
            return None
        root, expiry = contract.root, contract.expiry
        if tick_type is TickType.OPEN_INTEREST:
            return self._open_interest(contract, day)
        if root.name == "ES":
            points = self._quotes.points("ES", expiry, day)
            if points is None:
                return None
            first_end = int(points.ends[0])
            return DayOfRows(lambda: self._quote_rows(contract, day), lambda: first_end)
        if not self._store.has_vix(self._store.history.row(day)):
            return None
        return self._session_rows(day, lambda: self._quote_rows(contract, day))

    def _is_listed(self, contract: Contract, day: int) -> bool:
        # what was listed once stays until its expiry
        key = (contract.root.name, contract.expiry.day, contract.strike)
        since = self._listed_since.get(key)
        if since is not None and since <= day:
            return day <= contract.expiry.last_day
        listed = is_listed(contract.root, contract.expiry, contract.strike, day)
        if listed:
            self._listed_since[key] = day
        return listed

    def _quote_rows(self, contract: Contract, day: int) -> Rows:
        state, closes = self._quotes.states(contract.root, contract.expiry, day, contract.future)
        return make.option_quote_rows(
            state.points,
            closes.cents(contract.is_call, contract.strike),
            lambda: state.cents(contract.is_call, contract.strike),
            scaled=contract.future is None,
        )

    def _open_interest(self, contract: Contract, day: int) -> DayOfRows | None:
        # Published in the morning: that of the end of the session before.
        store, root, expiry = self._store, contract.root, contract.expiry
        before = store.calendar.before(day)
        if store.history.row(day) is None or not store.has_vix(store.history.row(before)):
            return None
        strike, spot = np.array([contract.strike]), self._quotes.closing_price(root, before)
        amount = interest.open_interest(root, expiry, strike, spot, before)
        stamp = day * DAY + _OPEN_INTEREST_MINUTE * MINUTE
        if contract.future is None:
            stamp = int(self._new_york.to_utc(stamp))
        return _one_row(stamp, float(amount[0]), scaled=contract.future is None)


def _one_row(stamp: int, amount: float, scaled: bool) -> DayOfRows:
    return DayOfRows(lambda: make.open_interest_rows(stamp, amount, scaled), lambda: stamp)


def future_prices(points: DayPoints, expiry_stamp: int, day: int) -> np.ndarray:
    """Return unrounded prices of a future at all points of a day."""
    carry = pricing_rate(day) - DIVIDEND_YIELD
    years = (expiry_stamp - points.edge_times) / YEAR
    return points.spot * np.exp(carry * years)[points.edge_of_point]
