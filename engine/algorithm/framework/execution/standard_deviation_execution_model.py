"""Orders when the price is far from its mean.

LEAN: Algorithm.Framework/Execution/StandardDeviationExecutionModel.cs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.execution.symbol_data_execution_model import SymbolDataExecutionModel
from engine.common.enums import Resolution
from engine.data.market.trade_bar import TradeBar
from engine.indicators.moving_averages import SimpleMovingAverage
from engine.indicators.volatility import StandardDeviation
from engine.orders.order_sizing import OrderSizing

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.securities.security import Security


class StandardDeviationExecutionModel(SymbolDataExecutionModel):
    """Buys and sells that many standard deviations away from the mean, at most 20,000 of the account's currency at once."""

    maximum_order_value = 20_000.0

    def __init__(
        self,
        period: int = 60,
        deviations: float = 2,
        resolution: Resolution = Resolution.MINUTE,
        asynchronous: bool = True,
    ) -> None:
        super().__init__(asynchronous)
        self.period = period
        self.deviations = deviations
        self.resolution = resolution

    def new_symbol_data(self, algorithm: QCAlgorithm, security: Security) -> _Deviation:
        return _Deviation(algorithm, security, self.period, self.resolution)

    def price_is_favorable(self, data: _Deviation, unordered_quantity: float) -> bool:
        if not data.std.is_ready:
            return False
        distance, mean = self.deviations * data.std.current.value, data.sma.current.value
        if unordered_quantity > 0:
            return data.security.bid_price < mean - distance
        return data.security.ask_price > mean + distance

    def order_size(self, data: _Deviation, unordered_quantity: float) -> float:
        return OrderSizing.get_order_size_for_maximum_value(
            data.security, self.maximum_order_value, unordered_quantity
        )


class _Deviation:
    """Mean and standard deviation of a security's last bars, warmed up with its history."""

    def __init__(
        self, algorithm: QCAlgorithm, security: Security, period: int, resolution: Resolution
    ) -> None:
        self.security = security
        symbol = security.symbol
        self.consolidator: Any = algorithm.resolve_consolidator(symbol, resolution)
        self.sma = SimpleMovingAverage(
            algorithm.create_indicator_name(symbol, f"SMA{period}", resolution), period
        )
        self.std = StandardDeviation(
            algorithm.create_indicator_name(symbol, f"STD{period}", resolution), period
        )
        for indicator in (self.sma, self.std):
            algorithm.register_indicator(symbol, indicator, self.consolidator)
        for bar in algorithm.history[TradeBar](symbol, period, resolution):
            for indicator in (self.sma, self.std):
                indicator.update(bar.end_time, bar.value)
