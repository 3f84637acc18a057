"""Securities named by a function of the time (LEAN: Algorithm/Selection/CustomUniverseSelectionModel.cs)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.selection.universe_selection_model import UniverseSelectionModel
from engine.common.enums import Resolution, SecurityType
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar
from engine.data.subscription_data_config import SubscriptionDataConfig
from engine.data.universe_selection.user_defined_universe import TimedUniverse

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.universe_selection.universe import Universe
    from engine.data.universe_selection.universe_settings import UniverseSettings


class CustomUniverseSelectionModel(UniverseSelectionModel):
    """(name, selector) or (security type, name, market, selector, universe settings, interval)."""

    def __init__(self, *arguments: Any) -> None:
        if len(arguments) == 2:
            name, selector = arguments
            arguments = (SecurityType.EQUITY, name, Market.USA, selector, None, timedelta(days=1))
        kind, name, market, selector, settings, interval = arguments
        self._symbol = Symbol.create(f"{name}-{kind.to_string()}-{market}", kind, market)
        self._selector: Callable[[datetime], Iterable[str]] = selector
        self._settings: UniverseSettings | None = settings
        self._interval: timedelta = interval

    def select(self, algorithm: QCAlgorithm, date: datetime) -> Iterable[str]:
        """Return the tickers wanted at a time of the exchange."""
        return self._selector(date)

    def create_universes(self, algorithm: QCAlgorithm) -> Iterable[Universe]:
        settings = self._settings or algorithm.universe_settings
        symbol = self._symbol
        entry = algorithm.market_hours_database.get_entry(symbol.id.market, None, symbol.security_type)
        config = SubscriptionDataConfig(
            Tick if settings.resolution == Resolution.TICK else TradeBar,
            symbol,
            settings.resolution,
            entry.data_time_zone,
            entry.exchange_hours.time_zone,
            fill_forward=settings.fill_forward,
            extended_hours=settings.extended_market_hours,
            is_internal_feed=True,
        )
        selector = lambda time: self.select(algorithm, time)  # noqa: E731
        yield TimedUniverse(config, settings, self._interval, selector, entry.exchange_hours)

    def __str__(self) -> str:
        return self._symbol.value
