"""Warnings and orders when margin runs out (LEAN: Common/Securities/DefaultMarginCallModel.cs)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from engine.common.enums import OrderType
from engine.common.numbers import to_decimal
from engine.orders.order_extensions import is_open
from engine.securities.positions.position_group_parameters import GetMaximumLotsForDeltaBuyingPowerParameters

if TYPE_CHECKING:
    from engine.orders.order_properties import OrderProperties
    from engine.orders.order_ticket import OrderTicket
    from engine.orders.submit_order_request import SubmitOrderRequest
    from engine.securities.positions.position_group import PositionGroup
    from engine.securities.security_portfolio_manager import SecurityPortfolioManager

_ZERO = Decimal(0)
_WARN_BELOW = Decimal("0.05")
_TAG = "Margin Call"


class DefaultMarginCallModel:
    """Warns when 5% of the value remain, liquidates when used margin exceeds the value by the buffer."""

    def __init__(
        self,
        portfolio: SecurityPortfolioManager,
        default_order_properties: OrderProperties | None = None,
        margin_buffer: float | Decimal = Decimal("0.10"),
    ) -> None:
        self.portfolio = portfolio
        self.default_order_properties = default_order_properties
        self._margin_buffer = to_decimal(margin_buffer)

    def get_margin_call_orders(
        self, issue_margin_call_warning: bool = False
    ) -> tuple[list[SubmitOrderRequest], bool]:
        """Return the orders of a margin call, and whether to warn.

        The argument stands for C#'s out parameter and is ignored.
        """
        portfolio = self.portfolio
        used = portfolio.total_margin_used_decimal
        if used <= 0:
            return [], False
        total = portfolio.total_portfolio_value_decimal
        remaining = portfolio.margin_remaining_of(total)
        if remaining > 0:
            return [], remaining <= total * _WARN_BELOW
        orders: list[SubmitOrderRequest] = []
        if used > total * (1 + self._margin_buffer):
            for group in portfolio.positions.groups:
                requests = self.generate_margin_call_orders(group, total, used)
                if all(request.quantity_decimal for request in requests):
                    orders += requests
        return orders, bool(orders)

    @staticmethod
    def is_out_of_reach(lowest_value: float, unsettled_cash: float, highest_margin: float) -> bool:
        """Return whether there is neither call nor warning while value and margin stay within these limits."""
        return highest_margin < lowest_value * (1 - float(_WARN_BELOW)) - unsettled_cash

    def generate_margin_call_orders(
        self, group: PositionGroup, total_portfolio_value: Decimal, total_used_margin: Decimal
    ) -> list[SubmitOrderRequest]:
        """Return the orders that reduce one group until the margin fits, or by all of it."""
        from engine.orders.group_order_manager import GroupOrderManager
        from engine.orders.submit_order_request import SubmitOrderRequest

        portfolio = self.portfolio
        securities = [portfolio.securities[position.symbol] for position in group]
        if any(not security.quote_currency.conversion_rate_decimal for security in securities):
            return []
        model = group.buying_power_model
        used = model.get_reserved_buying_power_for_position_group_decimal(portfolio, group)
        keep = max(_ZERO, used - (total_used_margin - total_portfolio_value))
        delta = (used - keep) * (-1 if group.quantity_decimal > 0 else 1)
        result = model.get_maximum_lots_for_delta_buying_power(
            GetMaximumLotsForDeltaBuyingPowerParameters(portfolio, group, delta, _ZERO)
        )
        lots = abs(result.number_of_lots_decimal)
        is_combo = group.count > 1
        manager = None
        if is_combo:
            group_id = portfolio.transactions.get_increment_group_order_manager_id()
            manager = GroupOrderManager(group_id, group.count, lots)
        requests = []
        for position, security in zip(group, securities):
            quantity = lots * position.unit_quantity_decimal
            if position.quantity_decimal > 0:
                quantity = -quantity
            if is_combo:
                # LEAN multiplies by the group's quantity once more, so a combo of n closes n times what
                # it should
                quantity *= lots
            properties = self.default_order_properties
            requests.append(
                SubmitOrderRequest(
                    OrderType.COMBO_MARKET if is_combo else OrderType.MARKET,
                    security.type,
                    security.symbol,
                    quantity,
                    time=security.utc_stamp,
                    tag=_TAG,
                    properties=None if properties is None else properties.clone(),
                    group_order_manager=manager,
                )
            )
        return requests

    def execute_margin_call(
        self, generated_margin_call_orders: Iterable[SubmitOrderRequest]
    ) -> list[OrderTicket]:
        """Send the orders, those of the biggest losers first, until margin remains again."""
        executed: list[OrderTicket] = []
        portfolio = self.portfolio
        if portfolio.margin_remaining_decimal >= 0:
            return executed
        for requests in self._losers_first(list(generated_margin_call_orders)):
            tickets = [portfolio.transactions.add_order(request) for request in requests]
            for ticket in tickets:
                if is_open(ticket.status):
                    portfolio.transactions.wait_for_order(ticket.order_id)
            executed += tickets
            if portfolio.margin_remaining_decimal >= 0:
                break
        return executed

    def _losers_first(self, requests: Sequence[SubmitOrderRequest]) -> list[list[SubmitOrderRequest]]:
        groups: dict[object, list[SubmitOrderRequest]] = {}
        for number, request in enumerate(requests):
            manager = request.group_order_manager
            key = ("single", number) if manager is None else ("group", manager.id)
            groups.setdefault(key, []).append(request)

        def profit(orders: list[SubmitOrderRequest]) -> Decimal:
            return sum((self.portfolio[order.symbol].unrealized_profit_decimal for order in orders), _ZERO)

        return sorted(groups.values(), key=profit)


class NullMarginCallModel:
    """Never warns and never calls (LEAN: MarginCallModel.Null)."""

    def get_margin_call_orders(
        self, issue_margin_call_warning: bool = False
    ) -> tuple[list[SubmitOrderRequest], bool]:
        return [], False

    def execute_margin_call(
        self, generated_margin_call_orders: Iterable[SubmitOrderRequest]
    ) -> list[OrderTicket]:
        return []


class MarginCallModel:
    """LEAN's name for the model that does nothing: `MarginCallModel.NULL`."""

    NULL: ClassVar[NullMarginCallModel] = NullMarginCallModel()
