"""What assignment models are asked and answer (LEAN: OptionAssignmentParameters.cs, ...Result.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from engine.common.numbers import to_decimal
from engine.orders.exact import float_of

if TYPE_CHECKING:
    from engine.securities.option.option import Option


class OptionAssignmentParameters:
    """The option that may be assigned."""

    __slots__ = ("option",)

    def __init__(self, option: Option) -> None:
        self.option = option


class OptionAssignmentResult:
    """How many contracts are assigned, and why."""

    __slots__ = ("quantity_decimal", "tag")

    NULL: ClassVar[OptionAssignmentResult]

    def __init__(self, quantity: float | Decimal, tag: str) -> None:
        self.quantity_decimal = to_decimal(quantity)
        self.tag = tag

    quantity = float_of("quantity_decimal")


OptionAssignmentResult.NULL = OptionAssignmentResult(Decimal(0), "")


class NullOptionAssignmentModel:
    """Never assigns before expiry (LEAN: NullOptionAssignmentModel.cs)."""

    def get_assignment(self, parameters: OptionAssignmentParameters) -> OptionAssignmentResult:
        return OptionAssignmentResult.NULL
