"""Orders as LEAN writes them, and the hash of a run's orders (LEAN: Common/Extensions.cs, GetHash)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import OrderType
from engine.common.numbers import decimal_to_string, normalize, smart_rounding
from engine.common.time import AFTER_NOW_US
from engine.orders.limit_order import LimitOrder
from engine.orders.time_in_force import GoodTilCanceledTimeInForce, GoodTilDateTimeInForce

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.orders.group_order_manager import GroupOrderManager
    from engine.orders.order import Order
    from engine.orders.order_properties import OrderProperties
    from engine.orders.order_submission_data import OrderSubmissionData

Member = tuple[str, Callable[[Any], str]]
"""A name, and what makes the JSON text of an order's value."""


def order_list_hash(orders: Iterable[Order]) -> str:
    """Return LEAN's OrderListHash: the MD5 of all orders' JSON, by id."""
    texts = (order_json(order) for order in sorted(orders, key=lambda order: order.id))
    return hashlib.md5(",".join(texts).encode(), usedforsecurity=False).hexdigest()


def order_json(order: Order) -> str:
    """Return an order's compact JSON as it enters the hash, prices rounded."""
    own = _OWN_MEMBERS[order.type]
    members = [*own, *(member for member in _COMMON_MEMBERS if member not in own)]
    pairs = ((name, text(order)) for name, text in members)
    return _object((name, value) for name, value in pairs if value is not _OMITTED)


_OMITTED = ""


def _object(pairs: Iterable[tuple[str, str]]) -> str:
    return "{" + ",".join(f'"{name}":{value}' for name, value in pairs) + "}"


def _decimal(value: Decimal) -> str:
    text = decimal_to_string(value)
    return text if "." in text else text + ".0"


def _text(value: str | None) -> str:
    return "null" if value is None else json.dumps(value, ensure_ascii=False)


def _bool(value: bool) -> str:
    return "true" if value else "false"


def _time(value: datetime | None, suffix: str = "Z") -> str:
    if value is None:
        return _OMITTED
    fraction = f".{value.microsecond:06d}".rstrip("0") if value.microsecond else ""
    if value.microsecond == AFTER_NOW_US:
        fraction = (
            ".0000001"  # our stamps end at microseconds: this one stands for LEAN's tick after a moment
        )
    return f'"{value:%Y-%m-%dT%H:%M:%S}{fraction}{suffix}"'


def _symbol(symbol: Symbol) -> str:
    pairs = [
        ("value", _text(symbol.value)),
        ("id", _text(str(symbol.id))),
        ("permtick", _text(symbol.value)),
    ]
    if symbol.has_underlying:
        pairs.append(("underlying", _symbol(symbol.underlying)))
    return _object(pairs)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return _bool(value)
    return _text(value) if value is None or isinstance(value, str) else str(value)


def _properties(properties: OrderProperties) -> str:
    pairs = [(name, _value(getattr(properties, attribute))) for name, attribute in properties.json_members]
    pairs.append(("timeInForce", _time_in_force(properties)))
    if properties.exchange is not None:
        pairs.append(("Exchange", _text(str(properties.exchange))))
    return _object(pairs)


def _time_in_force(properties: OrderProperties) -> str:
    time_in_force = properties.time_in_force
    pairs = []
    if not isinstance(time_in_force, GoodTilCanceledTimeInForce):
        pairs.append(("$type", f'"QuantConnect.Orders.TimeInForces.{type(time_in_force).__name__}"'))
    if isinstance(time_in_force, GoodTilDateTimeInForce):
        pairs.append(("Expiry", _time(time_in_force.expiry, suffix="")))
    return _object(pairs)


def _submission_data(data: OrderSubmissionData | None) -> str:
    if data is None:
        return "null"
    return _object(
        (
            ("bidPrice", _decimal(data.bid_price_decimal)),
            ("askPrice", _decimal(data.ask_price_decimal)),
            ("lastPrice", _decimal(data.last_price_decimal)),
        )
    )


def _group(group: GroupOrderManager | None) -> str:
    if group is None:
        return _OMITTED
    return _object(
        (
            ("id", str(group.id)),
            ("quantity", _decimal(group.quantity_decimal)),
            ("count", str(group.count)),
            ("limitPrice", _decimal(group.limit_price_decimal)),
            ("orderIds", "[" + ",".join(map(str, group.order_ids)) + "]"),
            ("direction", str(int(group.direction))),
        )
    )


def _rounded(attribute: str) -> Callable[[Any], str]:
    return lambda order: _decimal(smart_rounding(getattr(order, attribute)))


def _flag(attribute: str) -> Callable[[Any], str]:
    return lambda order: _bool(getattr(order, attribute))


def _price(order: Order) -> Decimal:
    # LEAN's setter strips the zeros that rounding leaves
    return normalize(smart_rounding(order.price_decimal))


def _marketable(order: Order) -> str:
    # LEAN asks after it has rounded the limit, so a limit at the market may be rounded away from it
    if isinstance(order, LimitOrder):
        return _bool(order.crosses_market(smart_rounding(order.limit_price_decimal)))
    return _bool(order.is_marketable)


def _order_value(order: Order) -> str:
    return _decimal(order.quantity_decimal * _price(order))


_TYPE: Member = ("type", lambda order: str(int(order.type)))
_QUANTITY: Member = ("quantity", lambda order: _decimal(order.quantity_decimal))
_LIMIT: Member = ("limitPrice", _rounded("limit_price_decimal"))
_STOP: Member = ("stopPrice", _rounded("stop_price_decimal"))
_TRIGGER: Member = ("triggerPrice", _rounded("trigger_price_decimal"))
# The hash does not round the limits of combos.
_LEG_LIMIT: Member = ("limitPrice", lambda order: _decimal(order.limit_price_decimal))

# What a class declares itself comes before what it inherits; the order within is that of LEAN's source.
_OWN_MEMBERS: dict[OrderType, tuple[Member, ...]] = {
    OrderType.MARKET: (_TYPE,),
    OrderType.MARKET_ON_OPEN: (_TYPE,),
    OrderType.MARKET_ON_CLOSE: (_TYPE,),
    OrderType.OPTION_EXERCISE: (_TYPE,),
    OrderType.LIMIT: (_LIMIT, _TYPE),
    OrderType.STOP_MARKET: (_STOP, _TYPE),
    OrderType.STOP_LIMIT: (_STOP, ("stopTriggered", _flag("stop_triggered")), _LIMIT, _TYPE),
    OrderType.TRAILING_STOP: (
        ("trailingAmount", _rounded("trailing_amount_decimal")),
        ("trailingAsPercentage", _flag("trailing_as_percentage")),
        _TYPE,
        _STOP,
    ),
    OrderType.LIMIT_IF_TOUCHED: (_TYPE, _TRIGGER, _LIMIT, ("triggerTouched", _flag("trigger_touched"))),
    OrderType.COMBO_MARKET: (_TYPE, _QUANTITY),
    OrderType.COMBO_LIMIT: (_TYPE, _QUANTITY),
    OrderType.COMBO_LEG_LIMIT: (_TYPE, _LEG_LIMIT, _QUANTITY),
}

_COMMON_MEMBERS: tuple[Member, ...] = (
    ("id", lambda order: str(order.id)),
    ("contingentId", lambda order: str(order.contingent_id)),
    ("brokerId", lambda order: "[" + ",".join(map(_text, order.broker_id)) + "]"),
    ("symbol", lambda order: _symbol(order.symbol)),
    ("price", lambda order: _decimal(_price(order))),
    ("priceCurrency", lambda order: _text(order.price_currency)),
    ("time", lambda order: _time(order.time, "Z" if order.time_has_zone else "")),
    ("createdTime", lambda order: _time(order.created_time, "Z" if order.time_has_zone else "")),
    ("lastFillTime", lambda order: _time(order.last_fill_time)),
    ("lastUpdateTime", lambda order: _time(order.last_update_time)),
    ("canceledTime", lambda order: _time(order.canceled_time)),
    _QUANTITY,
    ("status", lambda order: str(int(order.status))),
    ("tag", lambda order: _OMITTED if order.tag is None else _text(order.tag)),
    ("properties", lambda order: _properties(order.properties)),
    ("securityType", lambda order: str(int(order.security_type))),
    ("direction", lambda order: str(int(order.direction))),
    ("value", _order_value),
    ("orderSubmissionData", lambda order: _submission_data(order.order_submission_data)),
    ("isMarketable", _marketable),
    ("groupOrderManager", lambda order: _group(order.group_order_manager)),
    ("priceAdjustmentMode", lambda order: str(int(order.price_adjustment_mode))),
)
