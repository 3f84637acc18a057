"""Slippage of orders that move the market (LEAN: Common/Orders/Slippage/MarketImpactSlippageModel.cs).

The model of Almgren, Thum, Hauptmann and Li (2005), with noise from a random generator of a fixed seed.
"""

from __future__ import annotations

import itertools
import math
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import Resolution, SecurityType, TickType
from engine.common.errors import DotNetException
from engine.common.numbers import double_to_decimal, to_float
from engine.common.random import Random
from engine.data.consolidators.trade_bar_consolidators import TradeBarConsolidator
from engine.data.market.trade_bar import TradeBar
from engine.indicators.rolling_window import RollingWindow
from engine.orders.slippage.slippage_model import SlippageModel
from engine.statistics.sampling_math import variance

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.orders.order import Order
    from engine.securities.security import Security

_ZERO, _ONE = Decimal(0), Decimal(1)
_HISTORY = timedelta(days=370)
_DAY = timedelta(days=1)
_VOLUMES, _PRICES = 10, 252


class MarketImpactSlippageModel(SlippageModel):
    """Half the permanent and the whole temporary impact, times chance; volatility and volume of one security."""

    def __init__(
        self,
        algorithm: QCAlgorithm,
        non_negative: bool = True,
        latency: float = 0.075,
        impact_time: float = 1800.0,
        alpha: float = 0.891,
        beta: float = 0.600,
        gamma: float = 0.314,
        eta: float = 0.142,
        delta: float = 0.267,
        random_seed: int = 50,
    ) -> None:
        if latency <= 0:
            raise DotNetException("Latency cannot be less than or equal to 0.")
        if impact_time <= 0:
            raise DotNetException("impactTime cannot be less than or equal to 0.")
        self._algorithm = algorithm
        self._non_negative = non_negative
        self._latency, self._impact_time = latency, impact_time
        self._alpha, self._beta, self._gamma, self._eta = alpha, beta, gamma, eta
        self._delta = delta  # scales with shares outstanding, which are not known here
        self._random = Random(random_seed)
        self._market: _Market | None = None

    def _slippage(self, asset: Security, order: Order) -> Decimal:
        if asset.type in (SecurityType.FOREX, SecurityType.CFD):
            raise DotNetException(
                f"Asset of {asset.type.to_string()} is not supported as MarketImpactSlippageModel requires volume data"
            )
        if self._market is None:
            self._market = _Market(self._algorithm, asset, self._latency, self._impact_time)
        market = self._market
        if market.average_volume == 0.0:
            return _ZERO
        share = float(order.absolute_quantity_decimal) / market.execution_time / market.average_volume
        noise = market.sigma * math.sqrt(market.impact_time)
        permanent = market.sigma * market.execution_time * (self._gamma * math.pow(share, self._alpha))
        permanent += self._gaussian() * noise
        temporary = market.sigma * (self._eta * math.pow(share, self._beta)) + self._gaussian() * noise
        impact = (temporary + permanent * 0.5) * self._random.next_double()
        fraction = min(double_to_decimal(impact), _ONE)
        return (max(_ZERO, fraction) if self._non_negative else fraction) * asset.price_decimal

    def _gaussian(self) -> float:
        first, second = 1 - self._random.next_double(), 1 - self._random.next_double()
        return math.sqrt(-2.0 * math.log(first)) * math.cos(2.0 * math.pi * second)


class _Market:
    """Daily volatility and volume of a security, kept up to date; times are in trading days."""

    def __init__(self, algorithm: QCAlgorithm, asset: Security, latency: float, impact_time: float) -> None:
        self.sigma = self.average_volume = 0.0
        self._volumes: RollingWindow[Decimal] = RollingWindow(_VOLUMES)
        self._prices: RollingWindow[Decimal] = RollingWindow(_PRICES)
        consolidator = TradeBarConsolidator(_DAY)
        consolidator.data_consolidated += self._on_day
        algorithm.subscription_manager.add_consolidator(asset.symbol, consolidator, TickType.TRADE)
        now = algorithm.time
        for bar in algorithm.history[TradeBar](asset.symbol, now - _HISTORY, now, Resolution.DAILY):
            consolidator.update(bar)
        trading_day = asset.exchange.hours.regular_market_duration / _DAY
        self.execution_time = timedelta(seconds=latency) / _DAY / trading_day
        self.impact_time = self.execution_time + timedelta(seconds=impact_time) / _DAY / trading_day

    def _on_day(self, _: Any, bar: TradeBar) -> None:
        self._prices.add(bar.close_decimal)
        self._volumes.add(bar.volume_decimal)
        prices = list(self._prices)  # newest first
        if len(prices) < 2:
            return
        changes = [
            to_float((newer - older) / older) if older else 0.0 for newer, older in itertools.pairwise(prices)
        ]
        self.sigma = math.sqrt(variance(changes))
        self.average_volume = to_float(sum(self._volumes, _ZERO) / len(self._volumes))
