"""No slippage (LEAN: Common/Orders/Slippage/NullSlippageModel.cs)."""

from __future__ import annotations

from typing import ClassVar

from engine.orders.slippage.slippage_model import SlippageModel


class NullSlippageModel(SlippageModel):
    """Every order fills at the market's price."""

    INSTANCE: ClassVar[NullSlippageModel]


NullSlippageModel.INSTANCE = NullSlippageModel()
