"""A channel around a regression line (LEAN: Indicators/RegressionChannel.cs)."""

from __future__ import annotations

from decimal import Decimal

from engine.indicators.composite_indicator import Identity
from engine.indicators.indicator_base import Indicator, optional_name
from engine.indicators.indicator_data_point import IndicatorDataPoint
from engine.indicators.indicator_extensions import IndicatorExtensions
from engine.indicators.trend import LeastSquaresMovingAverage
from engine.indicators.volatility import StandardDeviation


class RegressionChannel(Indicator):
    """The line, and k standard deviations above and below it."""

    @optional_name("RC({period},{k})")
    def __init__(self, name: str, period: int, k: float | Decimal) -> None:
        super().__init__(name)
        self.warm_up_period = period
        self._deviation = StandardDeviation(period)
        self.linear_regression = LeastSquaresMovingAverage(f"{name}_LinearRegression", period)
        width = IndicatorExtensions.times(self._deviation, k)
        self.lower_channel = IndicatorExtensions.minus(self.linear_regression, width, f"{name}_LowerChannel")
        width = IndicatorExtensions.times(self._deviation, k)
        self.upper_channel = IndicatorExtensions.plus(self.linear_regression, width, f"{name}_UpperChannel")
        self.parts = (self._deviation, self.linear_regression, self.lower_channel, self.upper_channel)

    @property
    def intercept(self) -> Identity:
        return self.linear_regression.intercept

    @property
    def slope(self) -> Identity:
        return self.linear_regression.slope

    @property
    def is_ready(self) -> bool:
        return all(part.is_ready for part in self.parts)

    def compute_next_value(self, data: IndicatorDataPoint) -> Decimal:
        self._deviation.feed(data)
        self.linear_regression.feed(data)
        return self.linear_regression.value_decimal
