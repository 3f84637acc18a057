"""Ticks of index options (LEAN: Common/Securities/IndexOption/IndexOptionSymbolProperties.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.securities.option.option_symbol_properties import OptionSymbolProperties

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.securities.security import Security
    from engine.securities.symbol_properties import SymbolProperties

_ONE_CENT, _FIVE_CENTS, _TEN_CENTS = Decimal("0.01"), Decimal("0.05"), Decimal("0.1")
_TICKS = {"VIXW": (_ONE_CENT, _ONE_CENT), "VIX": (_ONE_CENT, _FIVE_CENTS)}
_TICK_CHANGES_AT = 3


class IndexOptionSymbolProperties(OptionSymbolProperties):
    """The tick depends on the price of the security the properties belong to."""

    __slots__ = ("_security",)

    def __init__(self, properties: SymbolProperties) -> None:
        self._security: Security | None = None
        super().__init__(properties)

    def follow(self, security: Security) -> None:
        """Take the price from this security."""
        self._security = security

    @property
    def minimum_price_variation_decimal(self) -> Decimal:
        if self._security is None or self._security.get_last_data() is None:
            return _FIVE_CENTS
        return self.minimum_price_variation_for_price(
            self._security.symbol, self._security.cache.last_value_decimal
        )

    @minimum_price_variation_decimal.setter
    def minimum_price_variation_decimal(self, value: Decimal) -> None:
        """Ignore the step of the database, as LEAN does."""

    @staticmethod
    def minimum_price_variation_for_price(symbol: Symbol, reference_price: Decimal) -> Decimal:
        """Return the tick at a price."""
        below, above = _TICKS.get(symbol.id.symbol, (_FIVE_CENTS, _TEN_CENTS))
        return above if reference_price >= _TICK_CHANGES_AT else below
