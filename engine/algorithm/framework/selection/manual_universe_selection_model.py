"""Securities by a list of symbols (LEAN: Algorithm/Selection/ManualUniverseSelectionModel.cs)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.selection.manual_universe import ManualUniverse
from engine.algorithm.framework.selection.universe_selection_model import UniverseSelectionModel
from engine.common.enums import Resolution
from engine.common.symbol import Symbol
from engine.common.symbol_cache import SymbolCache
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar
from engine.data.subscription_data_config import SubscriptionDataConfig

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.universe_selection.universe import Universe
    from engine.data.universe_selection.universe_settings import UniverseSettings


class ManualUniverseSelectionModel(UniverseSelectionModel):
    """One universe for each market and kind of security in the list.

    Takes symbols, or a list of them and the universe settings.
    """

    def __init__(
        self, symbols: Any = (), *more: Any, universe_settings: UniverseSettings | None = None
    ) -> None:
        if isinstance(symbols, Symbol):
            symbols = (symbols, *more)
        elif more:
            universe_settings = more[0]
        self._symbols = [symbol for symbol in symbols if not symbol.is_canonical()]
        self._settings = universe_settings
        for symbol in self._symbols:
            SymbolCache.set(symbol.value, symbol)

    def create_universes(self, algorithm: QCAlgorithm) -> Iterable[Universe]:
        groups: dict[tuple[Any, str], list[Symbol]] = {}
        for symbol in self._symbols:
            groups.setdefault((symbol.security_type, symbol.id.market), []).append(symbol)
        return [self._universe(algorithm, symbols) for symbols in groups.values()]

    def _universe(self, algorithm: QCAlgorithm, symbols: list[Symbol]) -> Universe:
        settings = self._settings or algorithm.universe_settings
        market, kind = symbols[0].id.market, symbols[0].security_type
        # the same list has the same name whenever it is asked for
        mark = zlib.crc32(",".join(str(symbol.id) for symbol in symbols).encode())
        name = f"manual-universe-selection-model-{kind.to_string()}-{market}-{mark}"
        entry = algorithm.market_hours_database.get_entry(market, symbols[0], kind)
        config = SubscriptionDataConfig(
            Tick if settings.resolution == Resolution.TICK else TradeBar,
            Symbol.create(name, kind, market),
            settings.resolution,
            entry.data_time_zone,
            entry.exchange_hours.time_zone,
            fill_forward=False,
            is_internal_feed=True,
        )
        return ManualUniverse(config, settings, symbols)
