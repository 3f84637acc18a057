"""The Ichimoku cloud (LEAN: Indicators/IchimokuKinkoHyo.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.indicators.composite_indicator import Delay
from engine.indicators.indicator_base import BarIndicator, IndicatorBase, optional_name
from engine.indicators.indicator_extensions import IndicatorExtensions
from engine.indicators.simple_indicators import Maximum, Minimum

_TWO = Decimal(2)


def _middle(first: IndicatorBase, second: IndicatorBase) -> IndicatorBase:
    return IndicatorExtensions.over(IndicatorExtensions.plus(first, second), _TWO)


class IchimokuKinkoHyo(BarIndicator):
    """Middles of the ranges of three periods, some of them shifted ahead."""

    @optional_name(
        "ICHIMOKU({tenkan_period},{kijun_period},{senkou_a_period},{senkou_b_period},{senkou_a_delay_period},"
        "{senkou_b_delay_period})"
    )
    def __init__(
        self,
        name: str,
        tenkan_period: int = 9,
        kijun_period: int = 26,
        senkou_a_period: int = 26,
        senkou_b_period: int = 52,
        senkou_a_delay_period: int = 26,
        senkou_b_delay_period: int = 26,
    ) -> None:
        super().__init__(name)
        of = IndicatorExtensions.of
        self.warm_up_period = max(
            tenkan_period + senkou_a_delay_period,
            kijun_period + senkou_a_delay_period,
            senkou_b_period + senkou_b_delay_period,
        )
        self.tenkan_maximum = Maximum(f"{name}_TenkanMax", tenkan_period)
        self.tenkan_minimum = Minimum(f"{name}_TenkanMin", tenkan_period)
        self.kijun_maximum = Maximum(f"{name}_KijunMax", kijun_period)
        self.kijun_minimum = Minimum(f"{name}_KijunMin", kijun_period)
        self.senkou_b_maximum = Maximum(f"{name}_SenkouBMaximum", senkou_b_period)
        self.senkou_b_minimum = Minimum(f"{name}_SenkouBMinimum", senkou_b_period)
        ahead_a, ahead_b = senkou_a_delay_period, senkou_b_delay_period
        self.delayed_maximum_senkou_b = of(Delay(f"{name}DelayedMax", ahead_b), self.senkou_b_maximum)
        self.delayed_minimum_senkou_b = of(Delay(f"{name}DelayedMin", ahead_b), self.senkou_b_minimum)
        self.tenkan = _middle(self.tenkan_maximum, self.tenkan_minimum)
        self.delayed_tenkan_senkou_a = of(Delay(f"{name}DelayedTenkan", ahead_a), self.tenkan)
        self.kijun = _middle(self.kijun_maximum, self.kijun_minimum)
        self.delayed_kijun_senkou_a = of(Delay(f"{name}DelayedKijun", ahead_a), self.kijun)
        self.senkou_a = _middle(self.delayed_tenkan_senkou_a, self.delayed_kijun_senkou_a)
        self.senkou_b = _middle(self.delayed_maximum_senkou_b, self.delayed_minimum_senkou_b)
        self.chikou = Delay(f"{name}_Chikou", senkou_a_delay_period)
        # Resetting a line resets what it is made of.
        self.parts = (self.tenkan, self.kijun, self.senkou_a, self.senkou_b, self.chikou)
        self._maxima = (self.tenkan_maximum, self.kijun_maximum, self.senkou_b_maximum)
        self._minima = (self.tenkan_minimum, self.kijun_minimum, self.senkou_b_minimum)

    @property
    def is_ready(self) -> bool:
        return all(line.is_ready for line in (self.tenkan, self.kijun, self.senkou_a, self.senkou_b))

    def compute_next_value(self, data: Any) -> Decimal:
        for maximum, minimum in zip(self._maxima, self._minima):
            maximum.update(data.end_time, data.high_decimal)
            minimum.update(data.end_time, data.low_decimal)
        self.chikou.update(data.end_time, data.close_decimal)
        return data.close_decimal

    def reset(self) -> None:
        super().reset()
        for part in (*self._maxima, *self._minima):
            part.reset()
