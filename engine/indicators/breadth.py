"""How many of several stocks rise.

LEAN: Indicators/AdvanceDeclineIndicator.cs, AdvanceDeclineRatio.cs, AdvanceDeclineDifference.cs,
AdvanceDeclineVolumeRatio.cs, ArmsIndex.cs.
"""

from __future__ import annotations

from abc import abstractmethod
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import IndicatorStatus
from engine.common.numbers import ZERO
from engine.indicators.indicator_base import TradeBarIndicator
from engine.indicators.indicator_data_point import IndicatorResult
from engine.indicators.indicator_extensions import IndicatorExtensions

if TYPE_CHECKING:
    from engine.common.security_identifier import SecurityIdentifier
    from engine.common.symbol import Symbol
    from engine.data.market.trade_bar import TradeBar


class AdvanceDeclineIndicator(TradeBarIndicator):
    """Compares each stock's close with its close before, once all have a bar of the same time."""

    warm_up_period = 2

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._before: dict[SecurityIdentifier, TradeBar | None] = {}
        self._now: dict[SecurityIdentifier, TradeBar | None] = {}
        self._time: datetime | None = None

    def add(self, asset: Symbol) -> None:
        self._now.setdefault(asset.id, None)

    def remove(self, asset: Symbol) -> None:
        self._now.pop(asset.id, None)

    add_stock = add
    remove_stock = remove

    @property
    def is_ready(self) -> bool:
        return bool(self._before)

    @abstractmethod
    def measure(self, bars: list[Any]) -> Decimal:
        """Return what counts of the bars that rose, or of those that fell."""

    def combine(self, advance: Decimal, decline: Decimal) -> Decimal:
        """Return the value: the ratio, or the advance alone where nothing fell."""
        return advance / decline if decline else advance

    def validate_and_compute_next_value(self, data: TradeBar) -> IndicatorResult:
        self._enqueue(data)
        if not self._before or any(bar is None for bar in self._now.values()):
            return IndicatorResult(ZERO, IndicatorStatus.VALUE_NOT_READY)
        return IndicatorResult(self.compute_next_value(data))

    def compute_next_value(self, data: Any) -> Decimal:
        rose, fell = [], []
        for key, bar in self._now.items():
            before = self._before.get(key)
            if before is None or bar is None:
                continue
            if bar.close_decimal < before.close_decimal:
                fell.append(bar)
            elif bar.close_decimal > before.close_decimal:
                rose.append(bar)
        return self.combine(self.measure(rose), self.measure(fell))

    def _enqueue(self, data: TradeBar) -> None:
        key = data.symbol.id  # type: ignore[union-attr]
        if data.end_time == self._time:
            self._before[key] = data
            return
        if self._time is not None and data.time > self._time:
            self._before = dict(self._now)
            self._now = dict.fromkeys(self._now)
            self._time = data.time
        if key in self._now and (self._time is None or data.time == self._time):
            self._now[key] = data
            self._time = data.time

    def reset(self) -> None:
        self._before.clear()
        self._now = dict.fromkeys(self._now)
        self._time = None
        super().reset()


class AdvanceDeclineRatio(AdvanceDeclineIndicator):
    """Number of rising stocks per falling one."""

    def __init__(self, name: str = "A/D Ratio") -> None:
        super().__init__(name)

    def measure(self, bars: list[Any]) -> Decimal:
        return Decimal(len(bars))


class AdvanceDeclineDifference(AdvanceDeclineRatio):
    """Number of rising less that of falling stocks."""

    def __init__(self, name: str = "A/D Difference") -> None:
        super().__init__(name)

    def combine(self, advance: Decimal, decline: Decimal) -> Decimal:
        return advance - decline


class AdvanceDeclineVolumeRatio(AdvanceDeclineIndicator):
    """Volume of rising stocks per volume of falling ones."""

    def __init__(self, name: str = "A/D Volume Rate") -> None:
        super().__init__(name)

    def measure(self, bars: list[Any]) -> Decimal:
        return sum((bar.volume_decimal for bar in bars), ZERO)


class ArmsIndex(TradeBarIndicator):
    """Ratio of rising stocks over the ratio of their volumes (TRIN)."""

    def __init__(self, name: str = "TRIN") -> None:
        super().__init__(name)
        self.ad_ratio = AdvanceDeclineRatio(f"{name}_A/D Ratio")
        self.adv_ratio = AdvanceDeclineVolumeRatio(f"{name}_A/D Volume Ratio")
        self._arms = IndicatorExtensions.over(self.ad_ratio, self.adv_ratio, name)
        self.warm_up_period = max(self.ad_ratio.warm_up_period, self.adv_ratio.warm_up_period)
        self.parts = (self.ad_ratio, self.adv_ratio, self._arms)

    @property
    def is_ready(self) -> bool:
        return self.ad_ratio.is_ready and self.adv_ratio.is_ready

    def compute_next_value(self, data: Any) -> Decimal:
        self.ad_ratio.feed(data)
        self.adv_ratio.feed(data)
        return self._arms.value_decimal if self.adv_ratio.value_decimal else ZERO

    def add(self, asset: Symbol) -> None:
        self.ad_ratio.add(asset)
        self.adv_ratio.add(asset)

    def remove(self, asset: Symbol) -> None:
        self.ad_ratio.remove(asset)
        self.adv_ratio.remove(asset)

    add_stock = add
    remove_stock = remove
