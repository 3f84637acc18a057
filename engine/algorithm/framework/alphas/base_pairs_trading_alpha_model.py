"""Insights on the ratio of two prices (LEAN: Algorithm.Framework/Alphas/BasePairsTradingAlphaModel.py)."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.alphas.alpha_model import AlphaModel
from engine.algorithm.framework.alphas.insight import Insight
from engine.common.enums import InsightDirection, Resolution
from engine.common.numbers import decimal_to_string, to_decimal
from engine.indicators.composite_indicator import ConstantIndicator, Identity
from engine.indicators.indicator_extensions import IndicatorExtensions
from engine.indicators.moving_averages import ExponentialMovingAverage

if TYPE_CHECKING:
    from datetime import timedelta

    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.data.market.slice import Slice
    from engine.data.universe_selection.security_changes import SecurityChanges

_AVERAGED_RATIOS = 500


class BasePairsTradingAlphaModel(AlphaModel):
    """Sells the ratio of a pair above its average and buys it below; `has_passed_test` chooses the pairs.

    `threshold` is the distance from the average in percent.
    """

    def __init__(
        self, lookback: int = 1, resolution: Resolution = Resolution.DAILY, threshold: float = 1
    ) -> None:
        self.lookback = lookback
        self.resolution = resolution
        self.threshold = threshold
        self.prediction_interval = resolution.to_time_span() * lookback
        self.pairs: dict[tuple[Symbol, Symbol], _Pair] = {}
        self.securities: set[Any] = set()
        self.name = (
            f"{self.__class__.__name__}({lookback},{resolution},{decimal_to_string(to_decimal(threshold))})"
        )

    def update(self, algorithm: QCAlgorithm, data: Slice) -> Iterable[Insight]:
        return [insight for pair in self.pairs.values() for insight in pair.get_insight_group()]

    def on_securities_changed(self, algorithm: QCAlgorithm, changes: SecurityChanges) -> None:
        self._follow(changes)
        self._update_pairs(algorithm)
        gone = {security.symbol for security in changes.removed_securities}
        for key in [key for key in self.pairs if gone.intersection(key)]:
            self.pairs.pop(key).dispose()

    def _follow(self, changes: SecurityChanges) -> None:
        self.securities.update(changes.added_securities)
        self.securities.difference_update(changes.removed_securities)

    def _update_pairs(self, algorithm: QCAlgorithm) -> None:
        for pair in combinations(sorted(security.symbol for security in self.securities), 2):
            if pair not in self.pairs and self.has_passed_test(algorithm, *pair):
                self.pairs[pair] = _Pair(algorithm, pair, self.prediction_interval, self.threshold)

    def has_passed_test(self, algorithm: QCAlgorithm, asset1: Symbol, asset2: Symbol) -> bool:
        """Return whether a pair is one to trade; every pair is, unless a model says otherwise."""
        return True


class _Pair:
    """Two prices, their ratio and its average; `_side` is the side of the average it was last seen beyond."""

    def __init__(
        self, algorithm: QCAlgorithm, assets: tuple[Symbol, Symbol], period: timedelta, threshold: float
    ) -> None:
        self._algorithm = algorithm
        self._assets = assets
        self._period = period
        self._side = 0
        prices = [_price(algorithm, symbol) for symbol in assets]
        self._consolidators = [consolidator for _, consolidator in prices]
        self.ratio = IndicatorExtensions.over(prices[0][0], prices[1][0])
        self.mean = IndicatorExtensions.of(ExponentialMovingAverage(_AVERAGED_RATIOS), self.ratio)
        self.upper_threshold, self.lower_threshold = (
            IndicatorExtensions.times(self.mean, ConstantIndicator("ct", 1 + side * threshold / 100))
            for side in (1, -1)
        )

    def get_insight_group(self) -> list[Insight]:
        """Return the two insights of a ratio that went beyond a threshold, nothing while it stays there."""
        if not self.mean.is_ready:
            return []
        ratio = self.ratio.value_decimal
        if self._side != 1 and ratio > self.upper_threshold.value_decimal:
            return self._insights(1, InsightDirection.DOWN, InsightDirection.UP)
        if self._side != -1 and ratio < self.lower_threshold.value_decimal:
            return self._insights(-1, InsightDirection.UP, InsightDirection.DOWN)
        return []

    def _insights(self, side: int, *directions: InsightDirection) -> list[Insight]:
        self._side = side
        legs = zip(self._assets, directions, strict=True)
        return Insight.group(*(Insight.price(symbol, self._period, direction) for symbol, direction in legs))

    def dispose(self) -> None:
        """Stop following the prices."""
        for symbol, consolidator in zip(self._assets, self._consolidators, strict=True):
            self._algorithm.subscription_manager.remove_consolidator(symbol, consolidator)


def _price(algorithm: QCAlgorithm, symbol: Symbol) -> tuple[Identity, Any]:
    service = algorithm.subscription_manager.subscription_data_config_service
    resolution = min(config.resolution for config in service.get_subscription_data_configs(symbol))
    identity = Identity(algorithm.create_indicator_name(symbol, "close", resolution))
    consolidator = algorithm.resolve_consolidator(symbol, resolution)
    algorithm.register_indicator(symbol, identity, consolidator)
    return identity, consolidator
