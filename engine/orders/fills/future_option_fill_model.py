"""The fill model of future options (LEAN: Common/Orders/Fills/FutureOptionFillModel.cs)."""

from __future__ import annotations

from engine.orders.fills.future_fill_model import FutureFillModel


class FutureOptionFillModel(FutureFillModel):
    """As for futures."""
