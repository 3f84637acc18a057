"""Defaults of the securities a universe adds (LEAN: UniverseSettings.cs)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.common.enums import DataMappingMode, DataNormalizationMode, Resolution, SecurityType

if TYPE_CHECKING:
    from datetime import datetime

    from engine.common.enums import TickType

_FUTURE_MODES = frozenset(
    {
        DataNormalizationMode.BACKWARDS_RATIO,
        DataNormalizationMode.BACKWARDS_PANAMA_CANAL,
        DataNormalizationMode.FORWARD_PANAMA_CANAL,
        DataNormalizationMode.RAW,
    }
)
_BY_OPEN_INTEREST = frozenset({DataMappingMode.OPEN_INTEREST, DataMappingMode.OPEN_INTEREST_ANNUAL})
_NO_OPEN_INTEREST = frozenset({"hkfe", "eurex", "ice"})


class Schedule:
    """Dates on which a universe selects; every day until a rule is set (LEAN: Schedule.cs)."""

    def __init__(self) -> None:
        self._rule: Any = None

    @property
    def initialized(self) -> bool:
        return self._rule is not None

    def on(self, date_rule: Any) -> None:
        self._rule = date_rule

    def get(self, start: datetime, end: datetime) -> list[datetime]:
        return list(self._rule.get_dates(start, end))

    def clone(self) -> Schedule:
        twin = Schedule()
        twin._rule = self._rule
        return twin


class UniverseSettings:
    """Resolution, leverage, fill forward and normalization of what a universe subscribes."""

    def __init__(
        self,
        resolution: Resolution | UniverseSettings = Resolution.MINUTE,
        leverage: float = 0.0,
        fill_forward: bool = True,
        extended_market_hours: bool = False,
        minimum_time_in_universe: timedelta = timedelta(days=1),
        data_normalization_mode: DataNormalizationMode = DataNormalizationMode.ADJUSTED,
        data_mapping_mode: DataMappingMode = DataMappingMode.OPEN_INTEREST,
        contract_depth_offset: int = 0,
        asynchronous: bool | None = None,
        selection_date_rule: Any = None,
    ) -> None:
        self.subscription_data_types: list[tuple[type, TickType]] | None = None
        if isinstance(resolution, UniverseSettings):
            self.__dict__.update(resolution.__dict__)
            self.schedule = resolution.schedule.clone()
            return
        self.resolution = resolution
        self.leverage = leverage
        self.fill_forward = fill_forward
        self.extended_market_hours = extended_market_hours
        self.minimum_time_in_universe = minimum_time_in_universe
        self.data_normalization_mode = data_normalization_mode
        self.data_mapping_mode = data_mapping_mode
        self.contract_depth_offset = contract_depth_offset
        self.asynchronous = asynchronous
        self.schedule = Schedule()
        if selection_date_rule is not None:
            self.schedule.on(selection_date_rule)

    def normalization_or_default(self, security_type: SecurityType) -> DataNormalizationMode:
        """Return the mode of a universe of a type; continuous futures know only raw prices and three adjustments."""
        mode = self.data_normalization_mode
        if security_type == SecurityType.FUTURE and mode not in _FUTURE_MODES:
            return DataNormalizationMode.BACKWARDS_RATIO
        return mode

    def mapping_or_default(self, security_type: SecurityType, market: str) -> DataMappingMode:
        """Return how a continuous future maps; some markets have no open interest data to map by."""
        mode = self.data_mapping_mode
        if security_type == SecurityType.FUTURE and market in _NO_OPEN_INTEREST and mode in _BY_OPEN_INTEREST:
            return DataMappingMode.LAST_TRADING_DAY
        return mode
