"""Symbol properties that an algorithm may change per contract (LEAN: OptionSymbolProperties.cs)."""

from __future__ import annotations

from decimal import Decimal

from engine.securities.symbol_properties import SymbolProperties


class OptionSymbolProperties(SymbolProperties):
    """Adds how many units of the underlying an exercise delivers."""

    __slots__ = ("contract_unit_of_trade",)

    def __init__(self, properties: SymbolProperties) -> None:
        super().__init__(
            properties.description,
            properties.quote_currency,
            properties.contract_multiplier_decimal,
            properties.minimum_price_variation_decimal,
            properties.lot_size_decimal,
            properties.market_ticker,
            properties.minimum_order_size_decimal,
            properties.price_magnifier_decimal,
            properties.strike_multiplier_decimal,
        )
        self.contract_unit_of_trade = int(properties.contract_multiplier_decimal)

    def set_contract_unit_of_trade(self, unit_of_trade: int) -> None:
        self.contract_unit_of_trade = int(unit_of_trade)

    def set_contract_multiplier(self, multiplier: int) -> None:
        self.contract_multiplier_decimal = Decimal(int(multiplier))
