"""Amounts of margin and buying power (LEAN: InitialMargin.cs, MaintenanceMargin.cs, ...)."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from engine.common.numbers import to_decimal, to_float
from engine.orders.exact import float_of

Number = float | Decimal


class _Amount:
    """A number in the account currency."""

    __slots__ = ("value_decimal",)

    def __init__(self, value: Number) -> None:
        self.value_decimal = to_decimal(value)

    value = float_of("value_decimal")

    def __float__(self) -> float:
        return to_float(self.value_decimal)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.value_decimal})"


class InitialMargin(_Amount):
    """What an order needs."""

    __slots__ = ()

    ZERO: ClassVar[InitialMargin]


class MaintenanceMargin(_Amount):
    """What a holding needs."""

    __slots__ = ()

    ZERO: ClassVar[MaintenanceMargin]


InitialMargin.ZERO = InitialMargin(Decimal(0))
MaintenanceMargin.ZERO = MaintenanceMargin(Decimal(0))


class OptionInitialMargin(InitialMargin):
    """Initial margin of options: a premium paid adds to it, one received does not reduce it."""

    __slots__ = ("premium_decimal", "value_without_premium_decimal")

    def __init__(self, value: Number, premium: Number) -> None:
        self.premium_decimal = to_decimal(premium)
        self.value_without_premium_decimal = to_decimal(value)
        super().__init__(self.value_without_premium_decimal + max(self.premium_decimal, Decimal(0)))

    premium = float_of("premium_decimal")
    value_without_premium = float_of("value_without_premium_decimal")


class BuyingPower(_Amount):
    """What may still be used for orders."""

    __slots__ = ()


class ReservedBuyingPowerForPosition:
    """What a position uses."""

    __slots__ = ("absolute_used_buying_power_decimal",)

    def __init__(self, reserved_buying_power_for_position: Number) -> None:
        self.absolute_used_buying_power_decimal = to_decimal(reserved_buying_power_for_position)

    absolute_used_buying_power = float_of("absolute_used_buying_power_decimal")


def margin_of(result: object) -> Decimal:
    """Return the amount of what a buying power model returned: our result object, or a plain number."""
    exact = getattr(result, "value_decimal", None)
    return to_decimal(getattr(result, "value", result)) if exact is None else exact  # type: ignore[arg-type]
