"""Several alpha models as one (LEAN: Algorithm/Alphas/CompositeAlphaModel.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.alphas.alpha_model import AlphaModel, get_model_name
from engine.common.errors import ArgumentException

if TYPE_CHECKING:
    from engine.algorithm.framework.alphas.insight import Insight
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.market.slice import Slice
    from engine.data.universe_selection.security_changes import SecurityChanges


class CompositeAlphaModel(AlphaModel):
    """Asks its models in the order they were added."""

    def __init__(self, *alpha_models: Any) -> None:
        if not alpha_models:
            raise ArgumentException("Must specify at least 1 alpha model for the CompositeAlphaModel")
        self._models = list(alpha_models)

    def update(self, algorithm: QCAlgorithm, data: Slice) -> Iterable[Insight]:
        for model in self._models:
            for insight in model.update(algorithm, data):
                insight.source_model = insight.source_model or get_model_name(model)
                yield insight

    def on_securities_changed(self, algorithm: QCAlgorithm, changes: SecurityChanges) -> None:
        for model in self._models:
            model.on_securities_changed(algorithm, changes)

    def add_alpha(self, alpha_model: Any) -> None:
        self._models.append(alpha_model)
