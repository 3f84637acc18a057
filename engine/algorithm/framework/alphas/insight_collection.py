"""Insights by symbol (LEAN: Common/Algorithm/Framework/Alphas/InsightCollection.cs)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from engine.orders.exact import stamp_of, utc_datetime

if TYPE_CHECKING:
    from engine.algorithm.framework.alphas.insight import Insight
    from engine.common.symbol import Symbol


class InsightCollection:
    """Open insights by symbol, and every insight there ever was."""

    def __init__(self) -> None:
        self._complete: list[Insight] = []
        self._open: dict[Symbol, list[Insight]] = {}
        self.total_count = 0

    @property
    def count(self) -> int:
        return sum(map(len, self._open.values()))

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Insight]:
        return iter([insight for insights in self._open.values() for insight in insights])

    def add(self, item: Insight) -> None:
        self.total_count += 1
        self._complete.append(item)
        self._open.setdefault(item.symbol, []).append(item)

    def add_range(self, insights: Iterable[Insight]) -> None:
        for insight in insights:
            self.add(insight)

    def __contains__(self, item: Insight) -> bool:
        return item in self._open.get(item.symbol, ())

    contains = __contains__

    def contains_key(self, symbol: Symbol) -> bool:
        return bool(self._open.get(symbol))

    def __getitem__(self, symbol: Symbol) -> list[Insight]:
        return list(self._open[symbol])

    def __setitem__(self, symbol: Symbol, insights: list[Insight]) -> None:
        self.total_count += len(insights)
        self._open[symbol] = list(insights)

    def try_get_value(self, symbol: Symbol, insights: object = None) -> tuple[bool, list[Insight] | None]:
        """Return (found, insights); the second argument stands for C#'s out parameter and is ignored."""
        found = self._open.get(symbol)
        return found is not None, None if found is None else list(found)

    def remove(self, item: Insight) -> bool:
        """Take an insight off the open ones; return whether it was there."""
        insights = self._open.get(item.symbol)
        if insights is None or item not in insights:
            return False
        insights.remove(item)
        if not insights:
            del self._open[item.symbol]
        return True

    def clear(self, symbols: Iterable[Symbol]) -> None:
        for symbol in symbols:
            self._open.pop(symbol, None)

    def get_next_expiry_time(self) -> datetime | None:
        """Return when the next open insight ends, None where none is open."""
        stamp = self.next_expiry_stamp()
        return None if stamp is None else utc_datetime(stamp)

    def next_expiry_stamp(self) -> int | None:
        return min(
            (insight.close_stamp for insights in self._open.values() for insight in insights), default=None
        )

    def get_active_insights(self, utc_time: datetime | int) -> list[Insight]:
        now = stamp_of(utc_time)
        return [insight for insight in self if insight.close_stamp >= now]

    def has_active_insights(self, symbol: Symbol, utc_time: datetime | int) -> bool:
        now = stamp_of(utc_time)
        return any(insight.close_stamp >= now for insight in self._open.get(symbol, ()))

    def remove_expired_insights(self, utc_time: datetime | int) -> list[Insight]:
        """Take the insights that have ended off the open ones and return them."""
        now = stamp_of(utc_time)
        expired = [insight for insight in self if insight.close_stamp < now]
        for insight in expired:
            self.remove(insight)
        return expired

    def remove_insights(self, filter: Callable[[Insight], bool]) -> None:
        """Forget every insight that a filter names, open or not."""
        self._complete = [insight for insight in self._complete if not filter(insight)]
        for insight in self:
            if filter(insight):
                self.remove(insight)

    def get_insights(self, filter: Callable[[Insight], bool] | None = None) -> list[Insight]:
        """Return the insights there ever were, or those of them that a filter names."""
        return [insight for insight in self._complete if filter is None or filter(insight)]
