"""Cash paid per share (LEAN: Common/Data/Market/Dividend.cs)."""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from engine.common.numbers import ZERO, to_decimal
from engine.data.base_data import NO_TIME
from engine.data.market.auxiliary_data import AuxiliaryData

if TYPE_CHECKING:
    from engine.common.symbol import Symbol


class Dividend(AuxiliaryData):
    """Cash per share paid on the ex-date `time`."""

    __slots__ = ("distribution_decimal", "reference_price_decimal")

    def __init__(
        self,
        symbol: Symbol | None = None,
        date: datetime = NO_TIME,
        distribution: Decimal | float = ZERO,
        reference_price: Decimal | float = ZERO,
    ) -> None:
        super().__init__()
        self.symbol, self.time = symbol, date
        self.distribution_decimal = to_decimal(distribution)
        self.reference_price_decimal = to_decimal(reference_price)
        self.value = float(self.distribution_decimal)

    @classmethod
    def create(
        cls,
        symbol: Symbol,
        date: datetime,
        reference_price: Decimal,
        price_factor_ratio: Decimal,
        decimal_places: int = 2,
    ) -> Dividend:
        """Return the dividend that explains the fall of the price factor."""
        return cls(
            symbol,
            date,
            cls.compute_distribution(reference_price, price_factor_ratio, decimal_places),
            reference_price,
        )

    @staticmethod
    def compute_distribution(close: Decimal, price_factor_ratio: Decimal, decimal_places: int) -> Decimal:
        close, ratio = to_decimal(close), to_decimal(price_factor_ratio)
        return (close - close * ratio).quantize(Decimal(1).scaleb(-decimal_places), ROUND_HALF_EVEN)

    @property
    def distribution(self) -> float:
        return self.value

    @distribution.setter
    def distribution(self, value: float) -> None:
        self.distribution_decimal = to_decimal(value)
        self.value = float(value)

    @property
    def reference_price(self) -> float:
        return float(self.reference_price_decimal)

    @reference_price.setter
    def reference_price(self, value: float) -> None:
        self.reference_price_decimal = to_decimal(value)

    def __str__(self) -> str:
        return f"Dividend: {self.symbol}: {self.distribution_decimal} | {self.reference_price_decimal}"
