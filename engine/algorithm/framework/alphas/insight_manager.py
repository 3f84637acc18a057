"""The insights of an algorithm (LEAN: Common/Algorithm/Framework/Alphas/Analysis/InsightManager.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.alphas.insight import Insight
from engine.algorithm.framework.alphas.insight_collection import InsightCollection

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol


class InsightManager(InsightCollection):
    """`self.insights`: expire (or cancel) insights, and have them scored."""

    def __init__(self, algorithm: QCAlgorithm) -> None:
        super().__init__()
        self._algorithm = algorithm
        self._score_function: Any = None

    def set_insight_score_function(self, insight_score_function: Any) -> None:
        """Have `score(insight_manager, utc_time)` of an object called at every step."""
        self._score_function = insight_score_function

    def step(self, utc_now: datetime) -> None:
        if self._score_function is not None:
            self._score_function.score(self, utc_now)

    def expire(self, items: Iterable[Insight | Symbol] | None) -> None:
        """End insights now: those given, or those open for the symbols given."""
        now = self._algorithm.utc_stamp
        for item in items or ():
            for insight in [item] if isinstance(item, Insight) else self._open.get(item, ()):
                insight.expire(now)

    cancel = expire
