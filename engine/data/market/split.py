"""Shares that become more or fewer (LEAN: Common/Data/Market/Split.cs)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import SplitType
from engine.common.numbers import ZERO, to_decimal
from engine.data.base_data import NO_TIME
from engine.data.market.auxiliary_data import AuxiliaryData

if TYPE_CHECKING:
    from engine.common.symbol import Symbol


class Split(AuxiliaryData):
    """A split of `split_factor` (0.5 for two new shares for one); a warning comes the session before."""

    __slots__ = ("reference_price_decimal", "split_factor_decimal", "type")

    def __init__(
        self,
        symbol: Symbol | None = None,
        date: datetime = NO_TIME,
        price: Decimal | float = ZERO,
        split_factor: Decimal | float = ZERO,
        type: SplitType = SplitType.SPLIT_OCCURRED,
    ) -> None:
        super().__init__()
        self.symbol, self.time, self.type = symbol, date, type
        self.reference_price_decimal = to_decimal(price)
        self.value = float(price)
        self.split_factor_decimal = to_decimal(split_factor)

    @property
    def split_factor(self) -> float:
        return float(self.split_factor_decimal)

    @split_factor.setter
    def split_factor(self, value: float) -> None:
        self.split_factor_decimal = to_decimal(value)

    @property
    def reference_price(self) -> float:
        return self.value

    @reference_price.setter
    def reference_price(self, value: float) -> None:
        self.reference_price_decimal = to_decimal(value)
        self.value = value

    def __str__(self) -> str:
        label = "Split Warning" if self.type == SplitType.WARNING else "Split"
        return f"{label}: {self.symbol}: {self.split_factor_decimal} | {self.reference_price_decimal}"
