"""Option on an index (LEAN: Common/Securities/IndexOption/IndexOption.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.common.enums import SettlementType
from engine.securities.index_option.index_option_symbol_properties import IndexOptionSymbolProperties
from engine.securities.option.option import Option
from engine.securities.price_variation_models import IndexOptionPriceVariationModel

if TYPE_CHECKING:
    from engine.securities.symbol_properties import SymbolProperties


class IndexOption(Option):
    """Settled in cash."""

    __slots__ = ()

    def __init__(
        self, *args: Any, settlement_type: SettlementType = SettlementType.CASH, **named: Any
    ) -> None:
        super().__init__(*args, **named)
        self.exercise_settlement = settlement_type
        if isinstance(self.symbol_properties, IndexOptionSymbolProperties):
            self.symbol_properties.follow(self)

    def _set_default_models(self) -> None:
        super()._set_default_models()
        self.price_variation_model = IndexOptionPriceVariationModel()

    def update_symbol_properties(self, symbol_properties: SymbolProperties | None) -> None:
        if symbol_properties is not None:
            properties = IndexOptionSymbolProperties(symbol_properties)
            properties.follow(self)
            self.symbol_properties = properties
