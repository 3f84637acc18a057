"""Goes through the sources of custom data day by day (LEAN: SubscriptionDataReader.cs, *SubscriptionDataSourceReader.cs).

An algorithm's class names the source of each tradable date; a source that stays the same is read on. The points
must rise in time, else they are left out, as in LEAN.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine.common.enums import Resolution
from engine.common.time import date_to_stamp
from engine.data.base_data import NO_TIME
from engine.data.custom.source_lines import source_lines
from engine.data.universe_selection.base_data_collection import BaseDataCollection

if TYPE_CHECKING:
    from engine.data.auxiliary.map_file import MapFile
    from engine.data.base_data import BaseData
    from engine.data.custom.subscription_data_source import SubscriptionDataSource
    from engine.data.subscription_data_config import SubscriptionDataConfig

_ONE_DAY = timedelta(1)


class CustomDataReader:
    """Points of one configuration that end from `start` on and begin not after `end` (UTC stamps).

    Parameters
    ----------
    is_tradable : tells whether a date of the data's zone has a session
    tell : takes the text about a line that the algorithm's reader failed at
    tickers : those that the data's symbol went by; the algorithm's class is told the one of the date it reads
    """

    def __init__(
        self,
        config: SubscriptionDataConfig,
        start: int,
        end: int,
        is_tradable: Callable[[date], bool],
        object_store: Any,
        tell: Callable[[str], None],
        tickers: MapFile | None = None,
    ) -> None:
        self._config = config
        self._mapped = config
        self._tickers = tickers
        self._zone = config.exchange_time_zone
        self._start, self._end = self._zone.local_datetime(start), self._zone.local_datetime(end)
        self._object_store = object_store
        self._tell: Callable[[str], None] | None = tell
        self._factory = _instance_of(config)
        self._is_tradable = is_tradable
        self._days = self._tradable_days()
        self._day: date | None = next(self._days, None)
        self._following = next(self._days, None)
        self._source: SubscriptionDataSource | None = None
        self._points = self._read()
        self._next = next(self._points, None)

    def until(self, high: int) -> tuple[list[BaseData], list[int]]:
        """Return the points not handed over yet that end up to `high`, and their ends as UTC stamps."""
        points: list[BaseData] = []
        ends: list[int] = []
        while self._next is not None:
            end = self._zone.utc_stamp(self._next.end_time)
            if end > high:
                break
            points.append(self._next)
            ends.append(end)
            self._next = next(self._points, None)
        return points, ends

    # -- days --------------------------------------------------------------------------------------------------

    def _in_data_zone(self, local: datetime) -> datetime:
        zone = self._config.data_time_zone
        return local if zone is self._zone else zone.local_datetime(self._zone.utc_stamp(local))

    def _tradable_days(self) -> Iterator[date]:
        day, last = self._in_data_zone(self._start).date(), self._in_data_zone(self._end).date()
        while day <= last:
            if self._is_tradable(day):
                yield day
            day += _ONE_DAY

    def _begins(self, day: date) -> datetime:
        """Return when a date of the data's zone begins, in the time of the exchange."""
        stamp = self._config.data_time_zone.to_utc(date_to_stamp(day))
        return self._zone.local_datetime(stamp)

    # -- sources -----------------------------------------------------------------------------------------------

    def _new_source(self, day: date) -> SubscriptionDataSource | None:
        """Return the source of a date if it is another one than before."""
        tickers = self._tickers
        if tickers is not None and tickers.has_data(day):
            ticker = tickers.get_mapped_symbol(day, self._mapped.mapped_symbol)
            if ticker != self._mapped.mapped_symbol:
                # a copy: the configuration itself follows when the market comes to that date
                self._mapped = self._config.with_changes(
                    symbol=self._config.symbol.update_mapped_symbol(ticker)
                )
        source = self._factory.get_source(self._mapped, _midnight(day), False)
        if source is None or not source.source or source == self._source:
            return None
        self._source = source
        return source

    def _read(self) -> Iterator[BaseData]:
        previous: BaseData | None = None
        while self._day is not None:
            late = previous is not None and self._in_data_zone(previous.end_time) > _midnight(self._day)
            source = None if late else self._new_source(self._day)
            points = iter(()) if source is None else self._points_of(source, self._day)
            while (point := next(points, None)) is not None:
                changed = self._follow(point)
                if changed is not None:
                    points = self._points_of(changed, self._day)
                    if self._in_data_zone(point.end_time).date() >= self._day:
                        continue
                if previous is not None and point.end_time < previous.end_time:
                    continue
                previous = point
                if point.end_time < self._start:
                    continue
                if point.time > self._end:
                    return
                yield point
            self._advance()

    def _follow(self, point: BaseData) -> SubscriptionDataSource | None:
        """Let the date move on to that of a point; return the source that begins on the way, if any does."""
        reached = (
            point.end_time if self._config.resolution == Resolution.DAILY and self._behind else point.time
        )
        while self._following is not None and self._begins(self._following) <= reached:
            self._advance()
            changed = self._new_source(self._day)
            if changed is not None:
                return changed
        return None

    @property
    def _behind(self) -> bool:
        # the exchange's day begins after that of the data
        return self._begins(_SOME_DAY) < _midnight(_SOME_DAY)

    def _advance(self) -> None:
        self._day, self._following = self._following, next(self._days, None)

    # -- points ------------------------------------------------------------------------------------------------

    def _points_of(self, source: SubscriptionDataSource, day: date) -> Iterator[BaseData]:
        points = self._parsed(source, _midnight(day))
        return iter(sorted(points, key=lambda point: point.end_time)) if source.sort else points

    def _parsed(self, source: SubscriptionDataSource, day: datetime) -> Iterator[BaseData]:
        factory = _instance_of(self._config)
        for line in source_lines(source, self._object_store):
            try:
                made = factory.reader(self._mapped, line, day, False)
            except Exception as error:
                self._report(line, error)
                continue
            for point in _each(made):
                if point is not None and point.end_time != NO_TIME:
                    yield point

    def _report(self, line: str, error: Exception) -> None:
        # said once: a file that does not fit fails at every line
        if self._tell is not None:
            self._tell(f"Error invoking {self._config.symbol} data reader. Line: {line} Error: {error}")
            self._tell = None


_SOME_DAY = date(2000, 1, 3)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)


def _each(made: Any) -> Iterable[Any]:
    if isinstance(made, BaseDataCollection):
        return made.data
    return made if isinstance(made, (list, tuple)) else (made,)


def _instance_of(config: SubscriptionDataConfig) -> Any:
    instance = config.type()
    instance.symbol = config.symbol
    return instance
