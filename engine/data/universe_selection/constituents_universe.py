"""Universes named in a file a day.

LEAN: Common/Data/UniverseSelection/ConstituentsUniverse.cs, ConstituentsUniverseData.cs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.algorithm.globals import Globals
from engine.common.enums import FileFormat, Resolution, SubscriptionTransportMedium
from engine.common.errors import InvalidOperationException
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.common.time_zones import TimeZones
from engine.data.custom.subscription_data_source import SubscriptionDataSource
from engine.data.daily_data import DailyData
from engine.data.subscription_data_config import SubscriptionDataConfig
from engine.data.universe_selection.func_universe import FuncUniverse

if TYPE_CHECKING:
    from engine.data.universe_selection.universe_settings import UniverseSettings


class ConstituentsUniverseData(DailyData):
    """A line of a file: a member of the universe from the day after on."""

    __slots__ = ()

    def get_source(
        self, config: SubscriptionDataConfig, date: datetime, is_live_mode: bool
    ) -> SubscriptionDataSource:
        kind, name = config.security_type.to_string().lower(), config.symbol.id.symbol.rpartition("-")[2]
        folder = f"{Globals.data_folder}/{kind}/{config.market}/universes"
        path = f"{folder}/{config.resolution.to_string().lower()}/{name}/{date:%Y%m%d}.csv"
        return SubscriptionDataSource(path, SubscriptionTransportMedium.LOCAL_FILE, FileFormat.CSV)

    def reader(
        self, config: SubscriptionDataConfig, line: str, date: datetime, is_live_mode: bool
    ) -> ConstituentsUniverseData:
        ticker, identifier = line.split(",")[:2]
        point = ConstituentsUniverseData()
        point.symbol = Symbol(SecurityIdentifier.parse(identifier), ticker)
        point.time = date
        return point


class ConstituentsUniverse(FuncUniverse):
    """The members that a file lists; the only member NONE stands for no member at all."""

    def __init__(
        self,
        symbol: Symbol | SubscriptionDataConfig,
        universe_settings: UniverseSettings | None,
        constituents_filter: Callable[[list[Any]], Iterable[Symbol]] | None = None,
    ) -> None:
        config = _configuration(symbol) if isinstance(symbol, Symbol) else symbol
        if not config.is_custom_data:
            raise InvalidOperationException(
                f"{config.type.__name__} SubscriptionDataConfig only supports custom data property set to 'true'"
            )
        super().__init__(config, universe_settings, constituents_filter or _listed)


def _listed(points: list[Any]) -> list[Symbol]:
    symbols = [point.symbol for point in points]
    return [] if symbols == [Symbol.NONE] else symbols


def _configuration(symbol: Symbol) -> SubscriptionDataConfig:
    return SubscriptionDataConfig(
        ConstituentsUniverseData,
        symbol,
        Resolution.DAILY,
        TimeZones.NEW_YORK,
        TimeZones.NEW_YORK,
        fill_forward=False,
        is_internal_feed=True,
        is_custom=True,
        is_filtered_subscription=False,
    )
