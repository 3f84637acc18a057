"""Orders of several legs (LEAN: Algorithm/QCAlgorithm.Trading.cs)."""

from __future__ import annotations

from decimal import Decimal
from math import gcd
from typing import TYPE_CHECKING, Any

from engine.algorithm.qc_algorithm_requests import QCAlgorithmRequests
from engine.common.enums import OrderType
from engine.common.errors import ArgumentException
from engine.common.numbers import decimal_to_string, to_decimal
from engine.orders.group_order_manager import GroupOrderManager
from engine.orders.order_ticket import OrderTicket

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.orders.leg import Leg
    from engine.orders.order_properties import OrderProperties

Number = float | Decimal
_ZERO = Decimal(0)


class QCAlgorithmCombos(QCAlgorithmRequests):
    """Combos; every method returns one ticket per leg."""

    def combo_market_order(
        self: QCAlgorithm,
        legs: Sequence[Leg],
        quantity: int,
        asynchronous: bool = False,
        tag: str | None = "",
        order_properties: OrderProperties | None = None,
    ) -> list[OrderTicket]:
        return self._submit_combo(legs, to_decimal(quantity), _ZERO, asynchronous, tag, order_properties)

    def combo_leg_limit_order(
        self: QCAlgorithm,
        legs: Sequence[Leg],
        quantity: int,
        asynchronous: bool = False,
        tag: str | None = "",
        order_properties: OrderProperties | None = None,
    ) -> list[OrderTicket]:
        if any(not leg.order_price_decimal for leg in legs):
            raise ArgumentException("ComboLegLimitOrder requires a limit price for each leg")
        return self._submit_combo(legs, to_decimal(quantity), _ZERO, asynchronous, tag, order_properties)

    def combo_limit_order(
        self: QCAlgorithm,
        legs: Sequence[Leg],
        quantity: int,
        limit_price: Number,
        asynchronous: bool = False,
        tag: str | None = "",
        order_properties: OrderProperties | None = None,
    ) -> list[OrderTicket]:
        limit = to_decimal(limit_price)
        if not limit:
            raise ArgumentException("ComboLimitOrder requires a limit price")
        if any(leg.order_price_decimal for leg in legs):
            raise ArgumentException("ComboLimitOrder does not support limit prices for individual legs")
        return self._submit_combo(legs, to_decimal(quantity), limit, asynchronous, tag, order_properties)

    def _submit_combo(
        self: QCAlgorithm,
        legs: Sequence[Leg],
        quantity: Decimal,
        limit: Decimal,
        asynchronous: bool,
        tag: str | None,
        order_properties: OrderProperties | None,
    ) -> list[OrderTicket]:
        _check_ratios(legs, quantity)
        kind = OrderType.COMBO_LIMIT if limit else OrderType.COMBO_MARKET
        group_id = self.transactions.get_increment_group_order_manager_id()
        group = GroupOrderManager(group_id, len(legs), quantity, limit)
        requests = []
        for leg in legs:
            security = self._security_for_order(leg.symbol)
            if leg.order_price_decimal is not None:
                limit, kind = leg.order_price_decimal, OrderType.COMBO_LEG_LIMIT
            request = self._request(
                kind,
                security,
                leg.quantity * quantity,
                tag,
                order_properties,
                asynchronous,
                limit_price=limit,
                group_order_manager=group,
            )
            # All legs are checked before the first is sent, so that no half of a combo is left behind.
            response = self._pre_order_checks(request)
            if response.is_error:
                return [OrderTicket.invalid_submit_request(self.transactions, request, response)]
            requests.append(request)
        return [self.transactions.add_order(request) for request in requests]

    def _order_strategy(
        self: QCAlgorithm,
        strategy: Any,
        quantity: int,
        asynchronous: bool,
        tag: str | None,
        order_properties: OrderProperties | None,
    ) -> list[OrderTicket]:
        strategy.set_symbols()
        if tag is None:
            tag = f"{strategy.name} ({quantity})"
        legs = [*strategy.underlying_legs, *strategy.option_legs]
        return self._submit_combo(legs, Decimal(quantity), _ZERO, asynchronous, tag, order_properties)


def _check_ratios(legs: Sequence[Leg], quantity: Decimal) -> None:
    divisor = gcd(*(leg.quantity for leg in legs))
    if divisor == 1:
        return
    now = ", ".join(f"{leg.quantity} {leg.symbol}" for leg in legs)
    better = ", ".join(f"{leg.quantity // divisor if divisor else 0} {leg.symbol}" for leg in legs)
    size = decimal_to_string(quantity)
    raise ArgumentException(
        "The global combo quantity should be used to increase or reduce the size of the order, while the leg"
        " quantities should be used to specify the ratio of the order. The combo order quantities"
        " should be reduced"
        f" from {size}x({now}) to {decimal_to_string(quantity * divisor)}x({better})."
    )
