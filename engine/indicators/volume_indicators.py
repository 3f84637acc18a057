"""Prices and their volume.

LEAN: Indicators/OnBalanceVolume.cs, MoneyFlowIndex.cs, AccumulationDistribution.cs, ChaikinMoneyFlow.cs,
VolumeWeightedAveragePriceIndicator.cs, VolumeWeightedMovingAverage.cs, IntradayVwap.cs.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from engine.common.enums import IndicatorStatus, TickType
from engine.common.numbers import ZERO, to_decimal
from engine.data.base_data import BaseData
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar
from engine.indicators.composite_indicator import Identity
from engine.indicators.indicator_base import IndicatorBase, TradeBarIndicator, optional_name
from engine.indicators.indicator_data_point import IndicatorResult
from engine.indicators.indicator_extensions import IndicatorExtensions
from engine.indicators.simple_indicators import Sum

_THREE, _FOUR, _HUNDRED = Decimal(3), Decimal(4), Decimal(100)


class OnBalanceVolume(TradeBarIndicator):
    """Sum of the volumes of rising bars less those of falling ones."""

    warm_up_period = 1

    def __init__(self, name: str = "OBV") -> None:
        super().__init__(name)
        self._before: Decimal | None = None

    @property
    def is_ready(self) -> bool:
        return self._before is not None

    def compute_next_value(self, data: TradeBar) -> Decimal:
        value, volume = data.value_decimal, data.volume_decimal
        total = self.value_decimal
        if self._before is None:
            total = volume
        elif value > self._before:
            total += volume
        elif value < self._before:
            total -= volume
        self._before = value
        return total

    def reset(self) -> None:
        self._before = None
        super().reset()


class MoneyFlowIndex(TradeBarIndicator):
    """Money in rising bars in percent of all money."""

    @optional_name("MFI({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name)
        self.warm_up_period = period
        self.positive_money_flow = Sum(f"{name}_PositiveMoneyFlow", period)
        self.negative_money_flow = Sum(f"{name}_NegativeMoneyFlow", period)
        self.parts = (self.positive_money_flow, self.negative_money_flow)
        self._typical = ZERO

    @property
    def is_ready(self) -> bool:
        return self.positive_money_flow.is_ready and self.negative_money_flow.is_ready

    @property
    def previous_typical_price(self) -> float:
        return float(self._typical)

    def compute_next_value(self, data: TradeBar) -> Decimal:
        typical = (data.high_decimal + data.low_decimal + data.close_decimal) / _THREE
        flow = typical * data.volume_decimal
        self.positive_money_flow.update(data.end_time, flow if typical > self._typical else ZERO)
        self.negative_money_flow.update(data.end_time, flow if typical < self._typical else ZERO)
        self._typical = typical
        positive = self.positive_money_flow.value_decimal
        total = positive + self.negative_money_flow.value_decimal
        return _HUNDRED * positive / total if total else _HUNDRED

    def reset(self) -> None:
        self._typical = ZERO
        super().reset()


class AccumulationDistribution(TradeBarIndicator):
    """Sum of volumes, weighted by where the close lies in the range."""

    warm_up_period = 1

    def __init__(self, name: str = "AD") -> None:
        super().__init__(name)

    @property
    def is_ready(self) -> bool:
        return self.samples > 0

    def compute_next_value(self, data: TradeBar) -> Decimal:
        high, low, close = data.high_decimal, data.low_decimal, data.close_decimal
        reach = high - low
        if reach <= 0:
            return self.value_decimal
        return self.value_decimal + ((close - low) - (high - close)) / reach * data.volume_decimal


class ChaikinMoneyFlow(TradeBarIndicator):
    """The same over a period, as a share of its volume."""

    @optional_name("CMF({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name)
        self.warm_up_period = period
        self._flow = Sum(f"SUM({period})", period)
        self._volume = Sum(f"SUM({period})", period)
        self.parts = (self._flow, self._volume)

    @property
    def is_ready(self) -> bool:
        return self._flow.is_ready

    def compute_next_value(self, data: TradeBar) -> Decimal:
        high, low, close = data.high_decimal, data.low_decimal, data.close_decimal
        volume, reach = data.volume_decimal, high - low
        flow = volume * (close - low - (high - close)) / reach if reach > 0 else ZERO
        self._flow.update(data.end_time, flow)
        self._volume.update(data.end_time, volume)
        total = self._volume.value_decimal
        return self._flow.value_decimal / total if self.is_ready and total else ZERO


class VolumeWeightedAveragePriceIndicator(TradeBarIndicator):
    """Mean of the bars' mean prices, weighted by volume."""

    @optional_name("VWAP({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name)
        self.warm_up_period = period
        self._price, self._volume = Identity("Price"), Identity("Volume")
        self._vwap = IndicatorExtensions.weighted_by(self._price, self._volume, period)
        self.parts = (self._price, self._volume, self._vwap)

    @property
    def is_ready(self) -> bool:
        return self._vwap.is_ready

    def compute_next_value(self, data: TradeBar) -> Decimal:
        total = data.open_decimal + data.high_decimal + data.low_decimal + data.value_decimal
        self._price.update(data.end_time, total / _FOUR)
        self._volume.update(data.end_time, data.volume_decimal)
        return self._vwap.value_decimal


class VolumeWeightedMovingAverage(TradeBarIndicator):
    """Mean close, weighted by volume."""

    @optional_name("VWMA({period})")
    def __init__(self, name: str, period: int) -> None:
        super().__init__(name)
        self.warm_up_period = period
        self._money = Sum(f"{name}_SumPxV", period)
        self._volume = Sum(f"{name}_SumVolume", period)
        self.parts = (self._money, self._volume)

    @property
    def is_ready(self) -> bool:
        return self._money.is_ready and self._volume.is_ready

    def compute_next_value(self, data: TradeBar) -> Decimal:
        close, volume = data.close_decimal, data.volume_decimal
        self._money.update(data.end_time, close * volume)
        self._volume.update(data.end_time, volume)
        total = self._volume.value_decimal
        return self._money.value_decimal / total if total else close


class IntradayVwap(IndicatorBase):
    """Volume weighted mean price of the day so far."""

    def __init__(self, name: str = "VWAP") -> None:
        super().__init__(name)
        self._clear()

    def _clear(self) -> None:
        self._day: date | None = None
        self._volume = self._money = ZERO

    @property
    def is_ready(self) -> bool:
        return self._volume > 0

    def validate_and_compute_next_value(self, data: BaseData) -> IndicatorResult:
        if isinstance(data, Tick) and data.tick_type == TickType.TRADE:
            volume, price = to_decimal(data.quantity), data.value_decimal
        elif isinstance(data, TradeBar) and not data.is_fill_forward:
            volume = data.volume_decimal
            price = (data.high_decimal + data.low_decimal + data.close_decimal) / _THREE
        else:
            return IndicatorResult(ZERO, IndicatorStatus.INVALID_INPUT)
        if self._day != data.end_time.date():
            self._clear()
            self._day = data.end_time.date()
        self._volume += volume
        self._money += price * volume
        return IndicatorResult(self._money / self._volume if self._volume else data.value_decimal)

    def compute_next_value(self, data: Any) -> Decimal:
        return self.validate_and_compute_next_value(data).value

    def reset(self) -> None:
        self._clear()
        super().reset()
