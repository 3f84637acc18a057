"""Models that make insights (LEAN: Algorithm/Alphas/AlphaModel.cs, NullAlphaModel.cs, AlphaModelExtensions.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.algorithm.framework.alphas.insight import Insight
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.market.slice import Slice
    from engine.data.universe_selection.security_changes import SecurityChanges


class AlphaModel:
    """Base: `update` is asked at every slice with data."""

    name = ""

    def update(self, algorithm: QCAlgorithm, data: Slice) -> Iterable[Insight]:
        raise NotImplementedError(
            "Types deriving from 'AlphaModel' must implement the 'IEnumerable<Insight> Update(QCAlgorithm, Slice) method."
        )

    def on_securities_changed(self, algorithm: QCAlgorithm, changes: SecurityChanges) -> None:
        """Securities came or went; nothing to do unless a model says so."""


class NullAlphaModel(AlphaModel):
    """Makes no insight."""

    def update(self, algorithm: QCAlgorithm, data: Slice) -> Iterable[Insight]:
        return ()


def get_model_name(model: Any) -> str:
    """Return the name insights of a model carry: its own, or that of its class."""
    return getattr(model, "name", "") or type(model).__name__
