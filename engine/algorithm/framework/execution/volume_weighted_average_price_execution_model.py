"""Orders on the good side of the day's average price.

LEAN: Algorithm.Framework/Execution/VolumeWeightedAveragePriceExecutionModel.cs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.execution.symbol_data_execution_model import SymbolDataExecutionModel
from engine.indicators.volume_indicators import IntradayVwap
from engine.orders.order_sizing import OrderSizing

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.securities.security import Security


class VolumeWeightedAveragePriceExecutionModel(SymbolDataExecutionModel):
    """Buys below and sells above, at most a hundredth of the current volume at once."""

    maximum_order_quantity_percent_volume = 0.01

    def new_symbol_data(self, algorithm: QCAlgorithm, security: Security) -> _AveragePrice:
        return _AveragePrice(algorithm, security)

    def price_is_favorable(self, data: _AveragePrice, unordered_quantity: float) -> bool:
        average = data.vwap.current.value
        if unordered_quantity > 0:
            return data.security.bid_price < average
        return data.security.ask_price > average

    def order_size(self, data: _AveragePrice, unordered_quantity: float) -> float:
        return OrderSizing.get_order_size_for_percent_volume(
            data.security, self.maximum_order_quantity_percent_volume, unordered_quantity
        )


class _AveragePrice:
    """A security's average price of the day."""

    def __init__(self, algorithm: QCAlgorithm, security: Security) -> None:
        self.security = security
        symbol, resolution = security.symbol, security.resolution
        self.consolidator: Any = algorithm.resolve_consolidator(symbol, resolution)
        self.vwap = IntradayVwap(algorithm.create_indicator_name(symbol, "VWAP", resolution))
        algorithm.register_indicator(symbol, self.vwap, self.consolidator)
