"""A data source that remembers what was asked of it, so that exactly that can be written as files."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from engine.common.enums import Resolution, TickType

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.data.universe_selection.universe_rows import UniverseRows
    from engine.data_source.columns import BarColumns
    from engine.data_source.source import DataSource


class RecordingSource:
    """Passes every question on and keeps the answered ones."""

    def __init__(self, source: DataSource) -> None:
        self.source = source
        self.days: dict[Symbol, tuple[date, date]] = {}
        """First and last day on which minute bars of a symbol were asked for and exist."""
        self.histories: set[tuple[Symbol, Resolution]] = set()
        self.universes: set[tuple[Symbol, date]] = set()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.source, name)

    def bars(
        self, symbol: Symbol, resolution: Resolution, tick_type: TickType, day: date
    ) -> BarColumns | None:
        """Return what the source has."""
        columns = self.source.bars(symbol, resolution, tick_type, day)
        if columns is not None:
            first, last = self.days.get(symbol, (day, day))
            self.days[symbol] = (min(first, day), max(last, day))
        return columns

    def bar_history(self, symbol: Symbol, resolution: Resolution, tick_type: TickType) -> BarColumns | None:
        """Return what the source has."""
        columns = self.source.bar_history(symbol, resolution, tick_type)
        if columns is not None:
            self.histories.add((symbol, resolution))
        return columns

    def universe(self, canonical: Symbol, day: date) -> UniverseRows | None:
        """Return what the source has."""
        rows = self.source.universe(canonical, day)
        if rows is not None:
            self.universes.add((canonical, day))
        return rows
