"""Exercise and assignment (LEAN: Common/Orders/OptionExerciseOrder.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OrderType
from engine.orders.order import Order

if TYPE_CHECKING:
    from engine.securities.security import Security


class OptionExerciseOrder(Order):
    """Exercise (of a long) or assignment (of a short): quantity is minus the contracts that go."""

    type = OrderType.OPTION_EXERCISE

    def _value_in_quote_currency(self, security: Security) -> Decimal:
        quantity = security.get_exercise_quantity_decimal(self.quantity_decimal)
        return quantity * self.price_decimal / security.symbol_properties.contract_multiplier_decimal
