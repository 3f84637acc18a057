"""Order events as result files hold them (LEAN: Common/Orders/Serialization/SerializedOrderEvent.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.common.time import SECOND
from engine.securities.currencies import Currencies

if TYPE_CHECKING:
    from engine.common.enums import LeanEnum
    from engine.orders.order_event import OrderEvent


def order_event_json(event: OrderEvent, algorithm_id: str) -> dict[str, Any]:
    symbol = event.symbol
    data: dict[str, Any] = {
        "id": f"{algorithm_id}-{event.order_id}-{event.id}",
        "algorithmId": algorithm_id,
        "orderId": event.order_id,
        "orderEventId": event.id,
        "symbol": str(symbol.id),
        "symbolValue": symbol.value,
        "symbolPermtick": symbol.id.symbol,
        "time": event.utc_time_stamp / SECOND,
        "status": _camel_case(event.status),
    }
    fee = event.order_fee.value
    if fee.currency != Currencies.NULL_CURRENCY:
        data |= {"orderFeeAmount": fee.amount_decimal, "orderFeeCurrency": fee.currency}
    data |= {
        "fillPrice": event.fill_price_decimal,
        "fillPriceCurrency": event.fill_price_currency,
        "fillQuantity": event.fill_quantity_decimal,
        "direction": _camel_case(event.direction),
    }
    if event.message:
        data["message"] = event.message
    data |= {"isAssignment": event.is_assignment, "quantity": event.quantity_decimal}
    if event.stop_price_decimal is not None:
        data["stopPrice"] = event.stop_price_decimal
    if event.limit_price_decimal is not None:
        data["limitPrice"] = event.limit_price_decimal
    if event.is_in_the_money:
        data["isInTheMoney"] = True
    return data


def _camel_case(member: LeanEnum) -> str:
    name = member.to_string()
    return name[0].lower() + name[1:]
