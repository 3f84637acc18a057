"""The same insight for every security (LEAN: Algorithm.Framework/Alphas/ConstantAlphaModel.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from engine.algorithm.framework.alphas.alpha_model import AlphaModel
from engine.algorithm.framework.alphas.insight import Insight

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.enums import InsightDirection, InsightType
    from engine.common.symbol import Symbol
    from engine.data.market.slice import Slice
    from engine.data.universe_selection.security_changes import SecurityChanges
    from engine.securities.security import Security


class ConstantAlphaModel(AlphaModel):
    """Repeats its insight for each security whenever the last one's period is over."""

    def __init__(
        self,
        type: InsightType,
        direction: InsightDirection,
        period: timedelta,
        magnitude: float | None = None,
        confidence: float | None = None,
        weight: float | None = None,
    ) -> None:
        self.type = type
        self.direction = direction
        self.period = period
        self.magnitude = magnitude
        self.confidence = confidence
        self.weight = weight
        self.securities: list[Security] = []
        self.insights_time_by_symbol: dict[Symbol, datetime] = {}
        details = [type, direction, period, magnitude, confidence]
        self.name = f"{self.__class__.__name__}({','.join(str(d) for d in details if d is not None)})"

    def update(self, algorithm: QCAlgorithm, data: Slice) -> Iterable[Insight]:
        now = algorithm.utc_time
        # Before its first data a security has no price.
        return [
            Insight(
                security.symbol,
                self.period,
                self.type,
                self.direction,
                self.magnitude,
                self.confidence,
                weight=self.weight,
            )
            for security in self.securities
            if security.price != 0 and self.should_emit_insight(now, security.symbol)
        ]

    def on_securities_changed(self, algorithm: QCAlgorithm, changes: SecurityChanges) -> None:
        self.securities += [s for s in changes.added_securities if s not in self.securities]
        for removed in changes.removed_securities:
            if removed in self.securities:
                self.securities.remove(removed)
            # an insight is due at once when the security comes back
            self.insights_time_by_symbol.pop(removed.symbol, None)

    def should_emit_insight(self, utc_time: datetime, symbol: Symbol) -> bool:
        """Return whether the symbol can be traded and its last insight is over."""
        if symbol.is_canonical():
            return False
        generated = self.insights_time_by_symbol.get(symbol)
        if generated is not None and utc_time - generated < self.period:
            return False
        self.insights_time_by_symbol[symbol] = utc_time
        return True
