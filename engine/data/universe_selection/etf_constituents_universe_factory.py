"""The equities a fund holds (LEAN: Common/Data/UniverseSelection/ETFConstituentsUniverseFactory.cs)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import TYPE_CHECKING, Any

from engine.common.enums import Resolution
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.common.time_zones import TimeZones
from engine.data.subscription_data_config import SubscriptionDataConfig
from engine.data.universe_selection.etf_constituent_universe import ETFConstituentUniverse
from engine.data.universe_selection.universe import Universe

if TYPE_CHECKING:
    from engine.data.universe_selection.universe_settings import UniverseSettings

_numbers = count(1)


class ETFConstituentsUniverseFactory(Universe):
    """Selects what a function keeps of a fund's constituents, all of them without one."""

    def __init__(
        self,
        symbol: Symbol,
        universe_settings: UniverseSettings | None,
        constituents_filter: Callable[[list[ETFConstituentUniverse]], Iterable[Symbol]] | None = None,
    ) -> None:
        self._filter = constituents_filter
        name = f"qc-universe-etf-constituents-{next(_numbers):010d}"
        sid = SecurityIdentifier.generate_constituent_identifier(name, symbol.security_type, symbol.id.market)
        configuration = SubscriptionDataConfig(
            ETFConstituentUniverse,
            Symbol(sid, name, symbol),
            Resolution.DAILY,
            TimeZones.NEW_YORK,
            TimeZones.NEW_YORK,
            fill_forward=False,
            is_internal_feed=True,
        )
        super().__init__(configuration, universe_settings)

    def select_symbols(self, stamp: int, data: Any) -> Iterable[Symbol]:
        if self._filter is None:
            return [row.symbol for row in data.data]
        return self._filter(data.data)
