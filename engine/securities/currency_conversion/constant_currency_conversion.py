"""A rate that nobody moves (LEAN: Common/Securities/CurrencyConversion/ConstantCurrencyConversion.cs)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.orders.exact import float_of

if TYPE_CHECKING:
    from engine.securities.security import Security


class ConstantCurrencyConversion:
    """The rate is what was set last; a destination of None means: not decided yet."""

    __slots__ = ("conversion_rate_decimal", "destination_currency", "source_currency")

    def __init__(
        self, source_currency: str, destination_currency: str | None, conversion_rate: Decimal = Decimal(1)
    ) -> None:
        self.source_currency = source_currency
        self.destination_currency = destination_currency
        self.conversion_rate_decimal = conversion_rate

    conversion_rate = float_of("conversion_rate_decimal")

    @property
    def conversion_rate_securities(self) -> Sequence[Security]:
        return ()

    def update(self) -> None:
        """Nothing to take over: the rate is constant."""

    @classmethod
    def identity(
        cls, source_currency: str, destination_currency: str | None = None
    ) -> ConstantCurrencyConversion:
        """Return the conversion of a currency into itself, or into one worth the same."""
        return cls(source_currency, destination_currency or source_currency)

    @classmethod
    def null(cls, source_currency: str, destination_currency: str) -> ConstantCurrencyConversion:
        """Return the conversion of a currency no pair is known for: rate 0."""
        return cls(source_currency, destination_currency, Decimal(0))
