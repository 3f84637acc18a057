"""What an update of an order may change (LEAN: Common/Orders/UpdateOrderFields.cs)."""

from __future__ import annotations

from decimal import Decimal

from engine.orders.exact import float_of


class UpdateOrderFields:
    """None leaves a field as it is."""

    __slots__ = (
        "limit_price_decimal",
        "quantity_decimal",
        "stop_price_decimal",
        "tag",
        "trailing_amount_decimal",
        "trigger_price_decimal",
    )

    def __init__(self) -> None:
        self.quantity_decimal: Decimal | None = None
        self.limit_price_decimal: Decimal | None = None
        self.stop_price_decimal: Decimal | None = None
        self.trigger_price_decimal: Decimal | None = None
        self.trailing_amount_decimal: Decimal | None = None
        self.tag: str | None = None

    quantity = float_of("quantity_decimal")
    limit_price = float_of("limit_price_decimal")
    stop_price = float_of("stop_price_decimal")
    trigger_price = float_of("trigger_price_decimal")
    trailing_amount = float_of("trailing_amount_decimal")
