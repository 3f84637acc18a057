"""The general fill model by the name algorithms know (LEAN: Fills/ImmediateFillModel.cs)."""

from __future__ import annotations

from engine.orders.fills.fill_model import FillModel


class ImmediateFillModel(FillModel):
    """The general model under the name algorithms know."""
