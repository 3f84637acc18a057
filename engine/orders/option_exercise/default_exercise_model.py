"""What exercise and assignment book (LEAN: Common/Orders/OptionExercise/DefaultExerciseModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OrderStatus, SettlementType
from engine.orders.fees.order_fee import OrderFee
from engine.orders.group_order_manager import direction_of
from engine.orders.order_event import OrderEvent

if TYPE_CHECKING:
    from engine.orders.option_exercise_order import OptionExerciseOrder
    from engine.securities.option.option import Option


class DefaultExerciseModel:
    """Takes the contracts away at price 0 and, where the underlying is delivered, trades it at the strike."""

    def option_exercise(self, option: Option, order: OptionExerciseOrder) -> list[OrderEvent]:
        in_the_money = option.is_auto_exercised(option.underlying.close_decimal)
        is_assignment = in_the_money and option.holdings.is_short
        events = [self._contracts_event(option, order, in_the_money, is_assignment)]
        if in_the_money and option.exercise_settlement == SettlementType.PHYSICAL_DELIVERY:
            events.append(self._delivery_event(option, order, is_assignment))
        return events

    @staticmethod
    def _contracts_event(
        option: Option, order: OptionExerciseOrder, in_the_money: bool, is_assignment: bool
    ) -> OrderEvent:
        outcome = ("Assigned" if is_assignment else "Automatic Exercise") if in_the_money else "OTM"
        event = OrderEvent(
            order.id,
            option.symbol,
            option.utc_stamp,
            OrderStatus.FILLED,
            direction_of(order.quantity_decimal),
            Decimal(0),
            order.quantity_decimal,
            OrderFee.ZERO,
            f"{outcome}. Underlying: {option.underlying.price_decimal:f}",
        )
        event.is_assignment = is_assignment
        event.is_in_the_money = in_the_money
        return event

    @staticmethod
    def _delivery_event(option: Option, order: OptionExerciseOrder, is_assignment: bool) -> OrderEvent:
        quantity = option.get_exercise_quantity_decimal(order.quantity_decimal)
        event = OrderEvent(
            order.id,
            option.underlying.symbol,
            option.utc_stamp,
            OrderStatus.FILLED,
            direction_of(quantity),
            option.strike_price_decimal,
            quantity,
            OrderFee.ZERO,
            "Option Assignment" if is_assignment else "Option Exercise",
        )
        event.is_in_the_money = True
        return event
