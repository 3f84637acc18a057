"""The futures that most positions are held in.

LEAN: Algorithm.Framework/Selection/OpenInterestFutureUniverseSelectionModel.cs.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.selection.future_universe_selection_model import FutureUniverseSelectionModel
from engine.common.enums import Resolution
from engine.data.market.open_interest import OpenInterest
from engine.data_feeds.trade_bar_times import start_time_for_trade_bars

if TYPE_CHECKING:
    from engine.algorithm.framework.selection.chain_universe_selection_model import ChainSelector
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol


class OpenInterestFutureUniverseSelectionModel(FutureUniverseSelectionModel):
    """Of the next contracts of a chain those of the largest open interest on the last day."""

    def __init__(
        self,
        algorithm: QCAlgorithm,
        future_chain_symbol_selector: ChainSelector,
        chain_contracts_lookup_limit: int | None = 6,
        results_limit: int | None = 1,
    ) -> None:
        super().__init__(timedelta(days=1), future_chain_symbol_selector)
        self._algorithm = algorithm
        self._lookup_limit = chain_contracts_lookup_limit
        self._results_limit = results_limit

    def filter(self, filter: Any) -> Any:
        return filter.contracts(self.filter_by_open_interest(dict.fromkeys(row.symbol for row in filter)))

    def filter_by_open_interest(self, contracts: Iterable[Symbol]) -> list[Symbol]:
        """Return contracts in the order of their open interest, at most as many as are wanted."""
        candidates = list(contracts)
        if self._lookup_limit is not None:
            candidates = sorted(candidates, key=lambda symbol: symbol.id.date)[: self._lookup_limit]
        held = self._open_interest(candidates)
        if not held:
            self._algorithm.error(
                "OpenInterestFutureUniverseSelectionModel.FilterByOpenInterest: Failed to get historical open interest,"
                " no symbol will be selected."
            )
        return sorted(held, key=lambda symbol: (-held[symbol], symbol.id.date))[: self._results_limit]

    def _open_interest(self, symbols: list[Symbol]) -> dict[Symbol, float]:
        algorithm = self._algorithm
        found: dict[Symbol, float] = {}
        for symbol in symbols:
            entry = algorithm.market_hours_database.get_entry(symbol.id.market, symbol, symbol.security_type)
            start = start_time_for_trade_bars(
                entry.exchange_hours,
                algorithm.utc_stamp,
                Resolution.DAILY,
                1,
                True,
                entry.data_time_zone,
                algorithm.settings.daily_precise_end_time,
            )
            points = algorithm.history[OpenInterest](
                symbol, algorithm.time_zone.local_datetime(start), algorithm.time, Resolution.TICK
            )
            for point in points:
                # LEAN takes the earliest of the day
                found.setdefault(symbol, point.value)
        return found
