"""Questions about statuses and types (LEAN: Common/Orders/OrderExtensions.cs)."""

from __future__ import annotations

from engine.common.enums import OrderStatus, OrderType, SecurityType

_CLOSED = frozenset({OrderStatus.FILLED, OrderStatus.CANCELED, OrderStatus.INVALID})
_FILLS = frozenset({OrderStatus.FILLED, OrderStatus.PARTIALLY_FILLED})
_LIMITS = frozenset({OrderType.LIMIT, OrderType.STOP_LIMIT, OrderType.LIMIT_IF_TOUCHED})
_STOPS = frozenset({OrderType.STOP_MARKET, OrderType.STOP_LIMIT, OrderType.TRAILING_STOP})
_COMBOS = frozenset({OrderType.COMBO_MARKET, OrderType.COMBO_LIMIT, OrderType.COMBO_LEG_LIMIT})

_OPTIONS = frozenset({SecurityType.OPTION, SecurityType.FUTURE_OPTION, SecurityType.INDEX_OPTION})


def is_option(security_type: SecurityType) -> bool:
    """Return whether the type is one of the three kinds of options (LEAN: Extensions.IsOption)."""
    return security_type in _OPTIONS


def is_closed(status: OrderStatus) -> bool:
    return status in _CLOSED


def is_open(status: OrderStatus) -> bool:
    return status not in _CLOSED


def is_fill(status: OrderStatus) -> bool:
    return status in _FILLS


def is_limit_order(order_type: OrderType) -> bool:
    return order_type in _LIMITS


def is_stop_order(order_type: OrderType) -> bool:
    return order_type in _STOPS


def is_combo_order(order_type: OrderType) -> bool:
    return order_type in _COMBOS


class OrderExtensions:
    """LEAN's extension methods as Python calls them."""

    is_closed = staticmethod(is_closed)
    is_open = staticmethod(is_open)
    is_fill = staticmethod(is_fill)
    is_limit_order = staticmethod(is_limit_order)
    is_stop_order = staticmethod(is_stop_order)
