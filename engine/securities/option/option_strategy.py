"""A strategy to trade: legs of one underlying (LEAN: Common/Securities/Option/OptionStrategy.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from engine.common.enums import OptionRight
from engine.common.errors import ArgumentException
from engine.common.numbers import to_decimal
from engine.common.symbol import Symbol
from engine.orders.exact import float_of
from engine.orders.leg import Leg

Number = float | Decimal


class OptionLegData(Leg):
    """Contracts of one option, given by the symbol or by right, strike and expiry."""

    __slots__ = ("expiration", "right", "strike_decimal")

    def __init__(
        self,
        right: OptionRight = OptionRight.CALL,
        strike: Number = 0,
        quantity: int = 0,
        expiration: datetime | None = None,
    ) -> None:
        super().__init__()
        self.right = right
        self.strike_decimal = to_decimal(strike)
        self.quantity = quantity
        self.expiration = expiration

    strike = float_of("strike_decimal")

    @staticmethod
    def create(quantity: int, symbol: Symbol, order_price: Number | None = None) -> OptionLegData:  # type: ignore[override]
        """Return the leg of a contract."""
        leg = OptionLegData(symbol.id.option_right, symbol.id.strike_price_decimal, quantity, symbol.id.date)
        leg.symbol = symbol
        leg.order_price = order_price
        return leg

    def __str__(self) -> str:
        day = "" if self.expiration is None else f"{self.expiration:%Y%m%d}"
        right = self.right.to_string()
        return f"Leg: {self.quantity}. Right: {right}. Strike: {self.strike_decimal:f}. Expiration: {day}"


class UnderlyingLegData(Leg):
    """Units of the underlying."""

    __slots__ = ()

    @staticmethod
    def create(  # type: ignore[override]
        quantity: int, symbol: Symbol | Number | None = None, order_price: Number | None = None
    ) -> UnderlyingLegData:
        """Return the leg of so many units; without the symbol, a price comes second."""
        leg = UnderlyingLegData()
        if not isinstance(symbol, Symbol):
            symbol, order_price = None, order_price if symbol is None else symbol
        leg.quantity = quantity
        leg.symbol = symbol
        leg.order_price = order_price
        return leg

    def __str__(self) -> str:
        return "" if self.symbol is None else f"Leg: {self.quantity}. {self.symbol}"


# the class below has members of these names
_OptionLeg = OptionLegData
_UnderlyingLeg = UnderlyingLegData


class OptionStrategy:
    """Name, canonical option and legs; legs without a symbol get theirs from the canonical option."""

    OptionLegData = OptionLegData
    UnderlyingLegData = UnderlyingLegData

    def __init__(
        self,
        name: str = "",
        canonical_option: Symbol | None = None,
        option_legs: list[_OptionLeg] | None = None,
        underlying_legs: list[_UnderlyingLeg] | None = None,
    ) -> None:
        self.name = name
        self.canonical_option = canonical_option
        self.underlying: Symbol | None = None if canonical_option is None else canonical_option.underlying
        self.option_legs = option_legs or []
        self.underlying_legs = underlying_legs or []
        if canonical_option is not None:
            self.set_symbols()

    @staticmethod
    def create(name: str, legs: Iterable[Leg]) -> OptionStrategy:
        """Return a strategy of legs that carry their symbols."""
        strategy_legs = list(legs)
        for leg in strategy_legs:
            if not isinstance(leg, OptionLegData | UnderlyingLegData):
                raise ArgumentException(f"Invalid leg type: QuantConnect.Orders.{type(leg).__name__}")
        options = [leg for leg in strategy_legs if isinstance(leg, OptionLegData)]
        underlyings = [leg for leg in strategy_legs if isinstance(leg, UnderlyingLegData)]
        if not options:
            raise ArgumentException("OptionStrategy.Create(): there is no option leg", "legs")
        return OptionStrategy(name, options[0].symbol.canonical, options, underlyings)  # type: ignore[union-attr]

    def set_symbols(self) -> None:
        """Give every option leg its symbol."""
        if self.canonical_option is None:
            if self.underlying is None:
                first = self.underlying_legs[0] if self.underlying_legs else None
                if first is None or first.symbol is None:
                    return
                self.underlying = first.symbol
            self.canonical_option = Symbol.create_canonical_option(self.underlying)
        canonical = self.canonical_option
        for leg in self.option_legs:
            if leg.symbol is None:
                leg.symbol = Symbol.create_option(
                    self.underlying,  # type: ignore[arg-type]
                    canonical.id.symbol,
                    self.underlying.id.market,  # type: ignore[union-attr]
                    canonical.id.option_style,
                    leg.right,
                    leg.strike_decimal,
                    leg.expiration,
                )
