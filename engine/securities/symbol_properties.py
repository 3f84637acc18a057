"""Tick, lot and multiplier of a symbol. LEAN: Common/Securities/SymbolProperties.cs."""

from __future__ import annotations

from decimal import Decimal

from engine.common.errors import ArgumentException
from engine.common.numbers import ONE, decimal_to_string, to_decimal

_CENT = Decimal("0.01")


class SymbolProperties:
    """Numbers are exact under `..._decimal` and floats under LEAN's names."""

    __slots__ = ("contract_multiplier_decimal", "description", "lot_size_decimal", "market_ticker",
                 "minimum_order_size_decimal", "minimum_price_variation_decimal", "price_magnifier_decimal",
                 "quote_currency", "strike_multiplier_decimal")  # fmt: skip

    def __init__(
        self,
        description: str,
        quote_currency: str,
        contract_multiplier: Decimal | float,
        minimum_price_variation: Decimal | float,
        lot_size: Decimal | float,
        market_ticker: str,
        minimum_order_size: Decimal | float | None = None,
        price_magnifier: Decimal | float = ONE,
        strike_multiplier: Decimal | float = ONE,
    ) -> None:
        if lot_size <= 0:
            raise ArgumentException("SymbolProperties LotSize can not be less than or equal to 0")
        if price_magnifier <= 0:
            raise ArgumentException("SymbolProprties PriceMagnifier can not be less than or equal to 0")
        if strike_multiplier <= 0:
            raise ArgumentException("SymbolProperties StrikeMultiplier can not be less than or equal to 0")
        self.description = description
        self.quote_currency = quote_currency
        self.contract_multiplier_decimal = to_decimal(contract_multiplier)
        self.minimum_price_variation_decimal = to_decimal(minimum_price_variation)
        self.lot_size_decimal = to_decimal(lot_size)
        self.market_ticker = market_ticker
        self.minimum_order_size_decimal = (
            None if minimum_order_size is None else to_decimal(minimum_order_size)
        )
        self.price_magnifier_decimal = to_decimal(price_magnifier)
        self.strike_multiplier_decimal = to_decimal(strike_multiplier)

    @staticmethod
    def get_default(quote_currency: str) -> SymbolProperties:
        """Return the properties of a symbol that no database lists."""
        return SymbolProperties("", quote_currency.upper(), ONE, _CENT, ONE, "")

    @property
    def contract_multiplier(self) -> float:
        """Units of the underlying that one contract moves with."""
        return float(self.contract_multiplier_decimal)

    @property
    def minimum_price_variation(self) -> float:
        """Tick."""
        return float(self.minimum_price_variation_decimal)

    @property
    def lot_size(self) -> float:
        """Quantities are multiples of it."""
        return float(self.lot_size_decimal)

    @property
    def minimum_order_size(self) -> float | None:
        """Smallest order, None where there is no limit."""
        size = self.minimum_order_size_decimal
        return None if size is None else float(size)

    @property
    def price_magnifier(self) -> float:
        """How many times larger than the quote currency's unit prices are written."""
        return float(self.price_magnifier_decimal)

    @property
    def strike_multiplier(self) -> float:
        """What a strike is worth in units of the underlying (NQX: 5)."""
        return float(self.strike_multiplier_decimal)

    def __str__(self) -> str:
        size = self.minimum_order_size_decimal
        numbers = (
            self.contract_multiplier_decimal,
            self.minimum_price_variation_decimal,
            self.lot_size_decimal,
        )
        return ",".join(
            (
                self.description,
                self.quote_currency,
                *map(decimal_to_string, numbers),
                self.market_ticker,
                "" if size is None else decimal_to_string(size),
                decimal_to_string(self.price_magnifier_decimal),
                decimal_to_string(self.strike_multiplier_decimal),
            )
        )
