"""Securities that join one after the other.

LEAN: Algorithm.Framework/Selection/InceptionDateUniverseSelectionModel.cs.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.selection.custom_universe_selection_model import CustomUniverseSelectionModel
from engine.data.universe_selection.universe import Universe

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm


class InceptionDateUniverseSelectionModel(CustomUniverseSelectionModel):
    """Each ticker stays from its date on; the dates must rise."""

    def __init__(self, name: str, tickers_by_date: Mapping[str, datetime]) -> None:
        super().__init__(name, None)
        self._waiting = deque(tickers_by_date.items())
        self._tickers: list[str] = []

    def select(self, algorithm: QCAlgorithm, date: datetime) -> Iterable[str] | Any:
        added = []
        while self._waiting and self._waiting[0][1] <= date:
            added.append(self._waiting.popleft()[0])
        if not added:
            return Universe.UNCHANGED
        self._tickers += added
        return self._tickers
