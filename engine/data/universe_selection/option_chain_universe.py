"""Option contracts chosen by a filter from the day's chain (LEAN: OptionChainUniverse.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.common.enums import DataNormalizationMode
from engine.data.universe_selection.option_filter_universe import OptionFilterUniverse
from engine.data.universe_selection.universe import Member, Universe
from engine.data.universe_selection.universe_settings import UniverseSettings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.common.symbol import Symbol
    from engine.data_feeds.data_manager import DataManager
    from engine.data_feeds.subscription_request import SubscriptionRequest
    from engine.securities.option.option import Option
    from engine.securities.security import Security


def raw_settings(settings: UniverseSettings) -> UniverseSettings:
    """Return a copy whose prices are raw: derivatives know no price factors."""
    copy = UniverseSettings(settings)
    copy.data_normalization_mode = DataNormalizationMode.RAW
    return copy


class OptionChainUniverse(Universe):
    """The contracts a canonical option's filter keeps, and their underlying."""

    def __init__(self, option: Option, universe_settings: UniverseSettings) -> None:
        super().__init__(option.subscription_data_config, raw_settings(universe_settings))
        self.option = option
        self._filter = OptionFilterUniverse(option)

    @property
    def universe_settings(self) -> UniverseSettings:
        return self._universe_settings  # type: ignore[return-value]

    @universe_settings.setter
    def universe_settings(self, value: UniverseSettings) -> None:
        self._universe_settings = raw_settings(value)

    def select_symbols(self, stamp: int, data: Any) -> Iterable[Symbol]:
        local = self.option.exchange.time_zone.local_datetime(stamp)
        self._filter.refresh(data.data, data.underlying, local)
        results = self.option.contract_filter.filter(self._filter)
        return [self.option.symbol.underlying, *(row.symbol for row in results)]

    def add_member(self, stamp: int, security: Security, is_internal: bool) -> bool:
        if self.dispose_requested or security.symbol in self.securities:
            return False
        self.securities[security.symbol] = Member(stamp, security, is_internal)
        return True

    def get_subscription_requests(
        self, security: Security, now: int, end: int, service: DataManager
    ) -> list[SubscriptionRequest]:
        if self.option.symbol.underlying == security.symbol:
            self.option.underlying = security
            security.set_data_normalization_mode(DataNormalizationMode.RAW)
        else:
            security.price_model = self.option.price_model
        return super().get_subscription_requests(security, now, end, service)
