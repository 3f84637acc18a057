"""Parts of the strategy factory (LEAN: Common/Securities/Option/OptionStrategies.cs)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import ClassVar

from engine.common.enums import OptionRight
from engine.common.errors import ArgumentException
from engine.common.symbol import Symbol
from engine.securities.option.option_strategy import OptionLegData, OptionStrategy, UnderlyingLegData

Number = float | Decimal
LegRow = tuple[OptionRight, int, Number, datetime]
CALL, PUT = OptionRight.CALL, OptionRight.PUT


class StrategyFactory:
    """Builds strategies of rows (right, quantity, strike, expiration) and lots of the underlying."""

    contract_multiplier: ClassVar[Callable[[Symbol], int]] = staticmethod(lambda canonical: 100)
    """Units of the underlying per contract; the security service sets it for the run."""

    @staticmethod
    def build(name: str, canonical: Symbol, *legs: LegRow, lots: int = 0) -> OptionStrategy:
        """Return the strategy of the rows."""
        method = name.replace(" ", "")
        if not canonical.has_underlying or canonical.id.strike_price_decimal != 0:
            raise ArgumentException(
                f"{method}: canonicalOption must contain canonical option symbol", "canonicalOption"
            )
        if any(expiration.year in (1, 9999) for _, _, _, expiration in legs):  # .NET's MinValue, MaxValue
            raise ArgumentException(f"{method}: expiration must contain expiration date", "expiration")
        option_legs = [
            OptionLegData(right, strike, quantity, expiration) for right, quantity, strike, expiration in legs
        ]
        underlying_legs = []
        if lots:
            units = lots * StrategyFactory.contract_multiplier(canonical)
            underlying_legs = [UnderlyingLegData.create(units, canonical.underlying)]
        return OptionStrategy(name, canonical, option_legs, underlying_legs)

    @staticmethod
    def combined(name: str, canonical: Symbol, *parts: OptionStrategy) -> OptionStrategy:
        """Return the option legs of all parts, with the underlying of the first."""
        legs = [leg for part in parts for leg in part.option_legs]
        return OptionStrategy(name, canonical, legs, parts[0].underlying_legs)

    @staticmethod
    def inverted(strategy: OptionStrategy, name: str) -> OptionStrategy:
        """Return the strategy with every leg on the other side."""
        strategy.name = name
        for leg in (*strategy.option_legs, *strategy.underlying_legs):
            leg.quantity = -leg.quantity
        return strategy


def require(condition: bool, message: str, parameters: str | None = None) -> None:
    """Raise LEAN's exception, with the C# names of its parameters, unless the condition holds."""
    if not condition:
        raise ArgumentException(message, parameters)
