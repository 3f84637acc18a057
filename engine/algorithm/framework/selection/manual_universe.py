"""A fixed list of symbols (LEAN: Algorithm/Selection/ManualUniverse.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from engine.data.universe_selection.user_defined_universe import UserDefinedUniverse
from engine.data_feeds.subscription_request import SubscriptionRequest

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.data.subscription_data_config import SubscriptionDataConfig
    from engine.data.universe_selection.universe_settings import UniverseSettings
    from engine.data_feeds.data_manager import DataManager
    from engine.securities.security import Security


class ManualUniverse(UserDefinedUniverse):
    """Selects its symbols once; what the algorithm has subscribed of them already is used as it is."""

    def __init__(
        self,
        configuration: SubscriptionDataConfig,
        universe_settings: UniverseSettings,
        symbols: Iterable[Symbol],
    ) -> None:
        super().__init__(configuration, universe_settings)
        self._symbols = dict.fromkeys(symbols)

    def select_symbols(self, stamp: int, data: Any) -> list[Symbol]:
        return list(dict.fromkeys([*super().select_symbols(stamp, data), *self._symbols]))

    def get_subscription_requests(
        self, security: Security, now: int, end: int, service: DataManager
    ) -> list[SubscriptionRequest]:
        known = service.get_configs(security.symbol)
        if known:
            return [SubscriptionRequest(False, self, security, config, now, end) for config in known]
        return super().get_subscription_requests(security, now, end, service)

    def remove(self, symbol: Any) -> bool:
        listed = symbol in self._symbols
        self._symbols.pop(symbol, None)
        return super().remove(symbol) or listed
