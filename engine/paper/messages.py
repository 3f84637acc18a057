"""Orders, order events and symbols as plain data: what the broker and its client say to each other, and the ledger."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import OrderDirection, OrderStatus, OrderType
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.common.time import to_datetime, to_stamp
from engine.orders.fees.order_fee import OrderFee
from engine.orders.order_event import OrderEvent
from engine.orders.order_factory import create_order
from engine.orders.order_properties import OrderProperties
from engine.orders.submit_order_request import SubmitOrderRequest
from engine.orders.time_in_force import DayTimeInForce, GoodTilDateTimeInForce, TimeInForce
from engine.securities.cash_amount import CashAmount

if TYPE_CHECKING:
    from engine.orders.group_order_manager import GroupOrderManager
    from engine.orders.order import Order

Fields = dict[str, Any]
"""Numbers that must stay exact are texts; everything fits JSON."""

_PRICES = ("limit_price", "stop_price", "trigger_price", "trailing_amount")
_FLAGS = ("trailing_as_percentage", "stop_triggered", "trigger_touched")
_OUTSIDE_HOURS = "outside_regular_trading_hours"


# symbols


def symbol_fields(symbol: Symbol) -> Fields:
    """Return a symbol's id and the names it and its underlying go by."""
    fields: Fields = {"security": str(symbol.id), "name": symbol.value}
    if symbol.underlying is not None:
        fields["underlying"] = symbol.underlying.value
    return fields


def symbol_from(fields: Fields) -> Symbol:
    """Return the symbol of `symbol_fields`."""
    identifier = SecurityIdentifier.parse(fields["security"])
    underlying = None
    if identifier.has_underlying:
        underlying = Symbol(identifier.underlying, fields.get("underlying") or identifier.underlying.symbol)
    return Symbol(identifier, fields["name"], underlying)


# orders


def order_fields(order: Order) -> Fields:
    """Return everything about an order that must survive."""
    fields: Fields = {
        "id": order.id,
        "type": order.type.name,
        **symbol_fields(order.symbol),
        "quantity": str(order.quantity_decimal),
        "stamp": order.time_stamp,
        "status": order.status.name,
        "tag": order.tag,
        "time_in_force": _time_in_force_text(order.time_in_force),
        "price": str(order.price_decimal),
        "group": None,
    }
    if getattr(order.properties, _OUTSIDE_HOURS, False):
        fields[_OUTSIDE_HOURS] = True
    for name in _PRICES:
        price = getattr(order, f"{name}_decimal", None)
        if price is not None:
            fields[name] = str(price)
    for name in _FLAGS:
        flag = getattr(order, name, None)
        if flag is not None:
            fields[name] = flag
    group = order.group_order_manager
    if group is not None:
        fields["group"] = {
            "id": group.id,
            "count": group.count,
            "quantity": str(group.quantity_decimal),
            "limit_price": str(group.limit_price_decimal),
        }
    return fields


def request_from(
    fields: Fields, properties: OrderProperties, group: GroupOrderManager | None
) -> SubmitOrderRequest:
    """Return the request for the order that the fields describe; it has no id yet."""
    properties.time_in_force = _time_in_force_of(fields["time_in_force"])
    if fields.get(_OUTSIDE_HOURS) and hasattr(properties, _OUTSIDE_HOURS):
        setattr(properties, _OUTSIDE_HOURS, True)
    symbol = symbol_from(fields)
    kind = OrderType[fields["type"]]
    prices: dict[str, Any] = {name: Decimal(fields[name]) for name in _PRICES if name in fields}
    if kind == OrderType.COMBO_LIMIT and group is not None:
        prices["limit_price"] = group.limit_price_decimal
    return SubmitOrderRequest(
        kind,
        symbol.security_type,
        symbol,
        Decimal(fields["quantity"]),
        prices.pop("stop_price", Decimal(0)),
        prices.pop("limit_price", Decimal(0)),
        **prices,
        trailing_as_percentage=bool(fields.get("trailing_as_percentage")),
        time=int(fields["stamp"]),
        tag=fields["tag"],
        properties=properties,
        group_order_manager=group,
    )


def order_from(fields: Fields, properties: OrderProperties, group: GroupOrderManager | None) -> Order:
    """Return the order that the fields describe, with its id and status."""
    request = request_from(fields, properties, group)
    request.set_order_id(int(fields["id"]))
    order = create_order(request)
    order.status = OrderStatus[fields["status"]]
    for name in ("stop_triggered", "trigger_touched"):
        if name in fields:
            setattr(order, name, bool(fields[name]))
    return order


def _time_in_force_text(time_in_force: TimeInForce) -> str:
    if isinstance(time_in_force, GoodTilDateTimeInForce):
        return f"until {to_stamp(time_in_force.expiry)}"
    return "day" if isinstance(time_in_force, DayTimeInForce) else "gtc"


def _time_in_force_of(text: str) -> TimeInForce:
    if text.startswith("until "):
        return TimeInForce.good_til_date(to_datetime(int(text.removeprefix("until "))))
    return TimeInForce.DAY if text == "day" else TimeInForce.GOOD_TIL_CANCELED


# order events


def event_fields(event: OrderEvent, message: str) -> Fields:
    """Return an order event; its `order` is the id at the broker."""
    assert event.symbol is not None
    return {
        "order": event.order_id,
        **symbol_fields(event.symbol),
        "stamp": event.utc_time_stamp,
        "status": event.status.name,
        "direction": event.direction.name,
        "fill_price": str(event.fill_price_decimal),
        "fill_quantity": str(event.fill_quantity_decimal),
        "fee": str(event.order_fee.value.amount_decimal),
        "fee_currency": event.order_fee.value.currency,
        "message": message,
        "is_assignment": event.is_assignment,
        "is_in_the_money": event.is_in_the_money,
    }


def event_from(fields: Fields, order_id: int, price_currency: str) -> OrderEvent:
    """Return the event of `event_fields` for the order that it is about on this side."""
    fee = OrderFee(CashAmount(Decimal(fields["fee"]), fields["fee_currency"]))
    event = OrderEvent(
        order_id,
        symbol_from(fields),
        int(fields["stamp"]),
        OrderStatus[fields["status"]],
        OrderDirection[fields["direction"]],
        Decimal(fields["fill_price"]),
        Decimal(fields["fill_quantity"]),
        fee if fee.value.amount_decimal else OrderFee.ZERO,
        fields["message"],
    )
    event.fill_price_currency = price_currency
    event.is_assignment = bool(fields["is_assignment"])
    event.is_in_the_money = bool(fields["is_in_the_money"])
    return event
