"""Order events as LEAN writes them into its files (LEAN: Common/Orders/Serialization/SerializedOrderEvent.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.numbers import to_float
from engine.common.time import SECOND
from engine.securities.currencies import Currencies

if TYPE_CHECKING:
    from engine.common.enums import LeanEnum
    from engine.orders.order_event import OrderEvent


def order_event_document(event: OrderEvent, algorithm_id: str) -> dict[str, Any]:
    """Return the document of one event; times are unix seconds, the symbol is its security identifier."""
    symbol = event.symbol
    document: dict[str, Any] = {
        "id": f"{algorithm_id}-{event.order_id}-{event.id}",
        "algorithmId": algorithm_id,
        "orderId": event.order_id,
        "orderEventId": event.id,
        "symbol": str(symbol.id),
        "symbolValue": symbol.value,
        "symbolPermtick": symbol.id.symbol,
        "time": event.utc_time_stamp / SECOND,
        "status": _camel(event.status),
    }
    fee = event.order_fee.value
    if fee.currency != Currencies.NULL_CURRENCY:
        document["orderFeeAmount"] = to_float(fee.amount_decimal)
        document["orderFeeCurrency"] = fee.currency
    document |= {
        "fillPrice": event.fill_price,
        "fillPriceCurrency": event.fill_price_currency,
        "fillQuantity": event.fill_quantity,
        "direction": _camel(event.direction),
    }
    if event.message:
        document["message"] = event.message
    document |= {"isAssignment": event.is_assignment, "quantity": event.quantity}
    _add_price(document, "stopPrice", event.stop_price_decimal)
    _add_price(document, "limitPrice", event.limit_price_decimal)
    if event.is_in_the_money:
        document["isInTheMoney"] = True
    return document


def _add_price(document: dict[str, Any], name: str, price: Decimal | None) -> None:
    if price is not None:
        document[name] = to_float(price)


def _camel(value: LeanEnum) -> str:
    name = value.to_string()
    return name[0].lower() + name[1:]
