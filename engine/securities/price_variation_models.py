"""Smallest price steps (LEAN: Common/Securities/*PriceVariationModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import SecurityType
from engine.common.errors import ArgumentException
from engine.common.numbers import to_decimal
from engine.orders.exact import float_of

if TYPE_CHECKING:
    from engine.securities.security import Security


class GetMinimumPriceVariationParameters:
    """What a price variation model is asked about."""

    __slots__ = ("reference_price_decimal", "security")

    def __init__(self, security: Security, reference_price: float | Decimal) -> None:
        self.security = security
        self.reference_price_decimal = to_decimal(reference_price)

    reference_price = float_of("reference_price_decimal")


class SecurityPriceVariationModel:
    """The step of the symbol properties."""

    def get_minimum_price_variation(self, parameters: GetMinimumPriceVariationParameters) -> Decimal:
        """Return the step; 0 means that prices are not rounded."""
        return parameters.security.symbol_properties.minimum_price_variation_decimal


class EquityPriceVariationModel(SecurityPriceVariationModel):
    """A hundredth of a cent below one dollar (17 CFR 242.612), else the symbol's step."""

    def get_minimum_price_variation(self, parameters: GetMinimumPriceVariationParameters) -> Decimal:
        if parameters.security.type != SecurityType.EQUITY:
            raise ArgumentException(
                "EquityPriceVariationModel.GetMinimumPriceVariation(): Invalid SecurityType: "
                f"{parameters.security.type.to_string()}"
            )
        if parameters.reference_price_decimal < 1:
            return Decimal("0.0001")
        return super().get_minimum_price_variation(parameters)


class AdjustedPriceVariationModel(SecurityPriceVariationModel):
    """No step: adjusted prices lie between the ticks."""

    def get_minimum_price_variation(self, parameters: GetMinimumPriceVariationParameters) -> Decimal:
        return Decimal(0)


class IndexOptionPriceVariationModel(SecurityPriceVariationModel):
    """The step of an index option depends on its price."""

    def get_minimum_price_variation(self, parameters: GetMinimumPriceVariationParameters) -> Decimal:
        from engine.securities.index_option.index_option_symbol_properties import IndexOptionSymbolProperties

        return IndexOptionSymbolProperties.minimum_price_variation_for_price(
            parameters.security.symbol, parameters.reference_price_decimal
        )
