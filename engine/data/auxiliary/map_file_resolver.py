"""Finds the map file of a ticker on a date. LEAN: MapFileResolver.cs, MappingExtensions.cs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import datetime

from engine.common.enums import SecurityType
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.data.auxiliary.map_file import MapFile

LATEST = datetime(2049, 12, 31)
"""Stands for today where LEAN asks the wall clock who bears a ticker now: rows of today lie in 2050."""


class MapFileResolver:
    """All map files of a market; a ticker that several securities bore belongs to one of them at any date."""

    def __init__(self, map_files: Iterable[MapFile] = ()) -> None:
        self._by_permtick: dict[str, MapFile] = {}
        histories: dict[str, dict[datetime, str]] = {}
        for map_file in map_files:
            self._by_permtick[map_file.permtick] = map_file
            for row in map_file:
                histories.setdefault(row.mapped_symbol, {}).setdefault(row.date, map_file.permtick)
        self._histories = {
            ticker: (sorted(owners), [owners[day] for day in sorted(owners)])
            for ticker, owners in histories.items()
        }

    def get_by_permtick(self, permtick: str) -> MapFile | None:
        """Return the file of that name, or None."""
        return self._by_permtick.get(permtick.upper())

    def resolve_map_file(self, ticker: str, day: datetime) -> MapFile:
        """Return the file of the security that bore the ticker on the date, an empty one if there is none."""
        history = self._histories.get(ticker.upper())
        permtick = ticker
        if history is not None:
            days, owners = history
            permtick = owners[min(bisect_left(days, day), len(days) - 1)]
        found = self.get_by_permtick(permtick)
        if found is None or (found.first_date > day and day != SecurityIdentifier.DEFAULT_DATE):
            return MapFile(permtick)
        return found

    def resolve_map_file_of(self, symbol: Symbol) -> MapFile:
        """Return the file of a symbol (of an option: of its underlying)."""
        sid = symbol.id if symbol.underlying is None else symbol.underlying.id
        ticker = sid.symbol
        if symbol.security_type is SecurityType.BASE and "." in ticker:
            ticker = ticker.rpartition(".")[0]  # TICKER.TypeName
        return self.resolve_map_file(ticker, sid.date)

    def first_ticker(self, ticker: str, day: datetime | None) -> tuple[str, datetime] | None:
        """Return first ticker and date of the security that bears the ticker on the day (None: now)."""
        found = self.resolve_map_file(ticker, day or LATEST)
        return (found.first_ticker, found.first_date) if len(found) else None

    def __iter__(self) -> Iterator[MapFile]:
        return iter(self._by_permtick.values())
