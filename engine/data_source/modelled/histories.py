"""Hour and daily bars of every built-in symbol: all of them, as LEAN's hour and daily files hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.common.enums import Resolution, SecurityType, TickType
from engine.common.time import DAY
from engine.data_source.modelled.aggregation import calendar_stamps, gather
from engine.data_source.modelled.contracts import contract_of, future_of
from engine.data_source.modelled.listings import FIRST_OPTION_DAY
from engine.data_source.modelled.minutes import FIRST_INTRADAY_DAY, DayOfRows
from engine.data_source.modelled.rows import spy_cents, spy_volume
from engine.data_source.rows import Rows, concatenate

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.common.time import TimeZone
    from engine.data_source.modelled.day_points import DayPointsStore
    from engine.data_source.modelled.minutes import Minutes

_PRICES = ("open", "high", "low", "close")


class Histories:
    """Gathers days of minutes; daily bars of index and SPY come straight from the real daily values."""

    def __init__(self, store: DayPointsStore, minutes: Minutes) -> None:
        self._store = store
        self._minutes = minutes

    def rows(
        self, symbol: Symbol, resolution: Resolution, tick_type: TickType, zones: tuple[TimeZone, TimeZone]
    ) -> Rows | None:
        """Return every bar, oldest first; None where a data folder would have no file."""
        if resolution is Resolution.DAILY and tick_type is TickType.TRADE:
            daily = {"SPX": self._index, "VIX": self._vix}.get(symbol.id.symbol)
            if symbol.security_type is SecurityType.INDEX and daily is not None:
                return daily(zones)
            if symbol.security_type is SecurityType.EQUITY and symbol.id.symbol == "SPY":
                return self._spy(zones)
        days = [found.load() for found in self._days(symbol, tick_type)]
        if not days:
            return None
        if tick_type is TickType.OPEN_INTEREST:
            whole = days[0]
            for day in days[1:]:
                whole = concatenate(whole, day)
            return whole
        return gather(days, resolution, *zones)

    def _days(self, symbol: Symbol, tick_type: TickType) -> list[DayOfRows]:
        found = (self._minutes.find(symbol, tick_type, day) for day in self._span(symbol))
        return [day for day in found if day is not None]

    def _span(self, symbol: Symbol) -> range:
        # Calendar days on which the symbol can have rows.
        last = int(self._store.history.days[-1])
        contract, future = contract_of(symbol), future_of(symbol)
        expiry = contract.expiry if contract is not None else future
        if expiry is None:
            return range(FIRST_INTRADAY_DAY, last + 1)
        return range(max(expiry.listed, FIRST_OPTION_DAY), min(expiry.last_day, last) + 1)

    def _index(self, zones: tuple[TimeZone, TimeZone]) -> Rows:
        history = self._store.history
        prices = {name: np.rint(getattr(history, name) * 100) for name in _PRICES}
        return _daily_rows(history.days, prices, np.zeros(len(history.days)), 2, zones)

    def _spy(self, zones: tuple[TimeZone, TimeZone]) -> Rows:
        history = self._store.history
        prices = {name: spy_cents(getattr(history, name)) * 100 for name in _PRICES}
        return _daily_rows(history.days, prices, spy_volume(history.volume), 4, zones)

    def _vix(self, zones: tuple[TimeZone, TimeZone]) -> Rows:
        # Only closes are real: a day goes straight from the one before to its own.
        history = self._store.history
        known = np.isfinite(history.vix)
        close = np.rint(history.vix[known] * 100)
        opens = np.concatenate((close[:1], close[:-1]))
        prices = dict(
            zip(_PRICES, (opens, np.maximum(opens, close), np.minimum(opens, close), close), strict=True)
        )
        return _daily_rows(history.days[known], prices, np.zeros(len(close)), 2, zones)


def _daily_rows(
    days: np.ndarray,
    prices: dict[str, np.ndarray],
    volume: np.ndarray,
    exponent: int,
    zones: tuple[TimeZone, TimeZone],
) -> Rows:
    start, end = calendar_stamps(days * DAY, DAY, *zones)
    return Rows(start, end, prices | {"volume": volume}, exponent)
