"""The insights of one step (LEAN: Common/Algorithm/Framework/Alphas/GeneratedInsightsCollection.cs)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.algorithm.framework.alphas.insight import Insight


@dataclass(slots=True, frozen=True)
class GeneratedInsightsCollection:
    """What `insights_generated` hands over."""

    date_time_utc: datetime
    insights: list[Insight]
