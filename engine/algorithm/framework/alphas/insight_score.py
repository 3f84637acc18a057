"""How well an insight did (LEAN: Common/Algorithm/Framework/Alphas/InsightScore.cs)."""

from __future__ import annotations

from datetime import datetime

from engine.algorithm.framework.alphas.insight_period import NO_TIME
from engine.common.enums import InsightScoreType
from engine.orders.exact import stamp_of, utc_datetime


class InsightScore:
    """Scores from 0 to 1; once finalized they stay."""

    __slots__ = ("_updated", "direction", "is_final_score", "magnitude")

    def __init__(
        self, direction: float = 0.0, magnitude: float = 0.0, updated_time_utc: datetime | None = None
    ) -> None:
        self.direction = direction
        self.magnitude = magnitude
        self.is_final_score = False
        self._updated = None if updated_time_utc is None else stamp_of(updated_time_utc)

    @property
    def updated_time_utc(self) -> datetime:
        return NO_TIME if self._updated is None else utc_datetime(self._updated)

    def set_score(self, type: InsightScoreType, value: float, algorithm_utc_time: datetime) -> None:
        if self.is_final_score:
            return
        self._updated = stamp_of(algorithm_utc_time)
        value = max(0.0, min(1.0, value))
        if type == InsightScoreType.DIRECTION:
            self.direction = value
        else:
            self.magnitude = value

    def get_score(self, type: InsightScoreType) -> float:
        return self.direction if type == InsightScoreType.DIRECTION else self.magnitude

    def finalize(self, algorithm_utc_time: datetime) -> None:
        self.is_final_score = True
        self._updated = stamp_of(algorithm_utc_time)

    def __str__(self) -> str:
        return f"Direction: {round(100 * self.direction, 2):g} Magnitude: {round(100 * self.magnitude, 2):g}"
