"""LEAN's orders behind the port `Broker`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from AlgorithmImports import Leg, OrderStatus, OrderType, QCAlgorithm, SettlementType, TimeInForce

from algorithm.brokerages import capabilities_of
from algorithm.ports import Capabilities, OpenOrder, OrderState, OrderUpdate, Placed
from state.records import Holding

STATES = {
    OrderStatus.FILLED: OrderState.FILLED,
    OrderStatus.CANCELED: OrderState.CANCELED,
    OrderStatus.INVALID: OrderState.INVALID,
}
"""What is final; everything else is on its way."""


class LeanBroker:
    """What the host asks of a QCAlgorithm's transactions."""

    def __init__(self, algorithm: QCAlgorithm, brokerage: str, market: Any) -> None:
        self._algorithm = algorithm
        self._market = market
        self._sold: set[int] = set()
        """Orders of groups that are sold for a credit."""
        self._held: frozenset[Any] = frozenset()
        """Symbols of what was held at the last look."""
        self.capabilities: Capabilities = capabilities_of(brokerage)
        # In live mode a synchronous call would wait for its fill while holding the host's lock.
        self._asynchronous = bool(algorithm.live_mode)
        # An order that a crash leaves behind must not rest over night.
        algorithm.default_order_properties.time_in_force = TimeInForce.DAY

    def send_group(
        self, legs: Sequence[tuple[str, int]], units: int, limit: float | None, tag: str
    ) -> list[Placed]:
        """Send one combo order: a credit is sold, a debit is bought, so that its price is positive.

        LEAN fills every leg of a bought combo at its bar's low and of a sold one at its high (LEAN: Common/
        Orders/Fills/FillModel.cs, ComboLimitFill). For the legs of the group's own sign that is the far side
        coming towards us; the other way round the fill would be worse than the far side itself.
        """
        sold = limit is not None and limit > 0
        sign = -1 if sold else 1
        made = [Leg.create(self._market.symbol(symbol), sign * ratio) for symbol, ratio in legs]
        if limit is None:
            tickets = self._algorithm.combo_market_order(made, units, self._asynchronous, tag)
        else:
            price = -sign * limit
            tickets = self._algorithm.combo_limit_order(made, sign * units, price, self._asynchronous, tag)
        if sold:
            self._sold.update(int(ticket.order_id) for ticket in tickets)
        return [self._placed(ticket, symbol) for ticket, (symbol, _) in zip(tickets, legs)]

    def send_single(self, symbol: str, quantity: int, limit: float | None, tag: str) -> Placed:
        """Send one order."""
        lean = self._market.symbol(symbol)
        if limit is None:
            ticket = self._algorithm.market_order(lean, quantity, self._asynchronous, tag)
        else:
            ticket = self._algorithm.limit_order(lean, quantity, limit, self._asynchronous, tag)
        return self._placed(ticket, symbol)

    def reprice(self, order_id: int, limit: float, group: bool) -> None:
        """Move a limit; it applies at the end of the step."""
        ticket = self._algorithm.transactions.get_order_ticket(order_id)
        if ticket is not None:
            bought_group = group and order_id not in self._sold
            ticket.update_limit_price(-limit if bought_group else limit)

    def cancel(self, order_id: int, tag: str) -> None:
        """Ask for a cancellation; LEAN would overwrite the tag with the reason, so it is given again."""
        ticket = self._algorithm.transactions.get_order_ticket(order_id)
        if ticket is not None and ticket.status not in STATES:
            ticket.cancel(tag)

    def open_orders(self) -> list[OpenOrder]:
        """Return the orders at work."""
        return [
            OpenOrder(order.id, str(order.symbol.id), float(order.quantity), str(order.tag or ""))
            for order in self._algorithm.transactions.get_open_orders()
        ]

    def holdings(self) -> list[Holding]:
        """Return everything that is held.

        LEAN takes an expired index option off its list when the market closes, hours before it settles it; until
        then it is still held.
        """
        portfolio = self._algorithm.portfolio
        found = {held.symbol: held for held in portfolio.values() if held.quantity != 0}
        for symbol in self._held - found.keys():
            held = portfolio[symbol]
            if held.quantity != 0:
                found[symbol] = held
        self._held = frozenset(found)
        return [
            Holding(str(held.symbol.id), held.symbol.value, float(held.quantity), float(held.average_price))
            for held in found.values()
        ]

    def update_of(self, event: Any) -> OrderUpdate:
        """Return what an order event says, in our terms."""
        order = self._algorithm.transactions.get_order_by_id(event.order_id)
        exercise = order is not None and order.type == OrderType.OPTION_EXERCISE
        security = self._algorithm.securities[event.symbol]
        underlying = getattr(security, "underlying", None)
        cash = exercise and getattr(security, "exercise_settlement", None) == SettlementType.CASH
        return OrderUpdate(
            order_id=int(event.order_id),
            event_id=int(event.id),
            symbol=str(event.symbol.id),
            name=event.symbol.value,
            state=STATES.get(event.status, OrderState.WORKING),
            fill_quantity=float(event.fill_quantity),
            fill_price=float(event.fill_price),
            fee_usd=float(event.order_fee.value.amount),
            tag=str(order.tag or "") if order is not None else "",
            message=str(event.message or ""),
            exercise=exercise,
            underlying_price=float(underlying.close) if underlying is not None else None,
            cash_settled=cash,
        )

    def _placed(self, ticket: Any, symbol: str) -> Placed:
        state = STATES.get(ticket.status, OrderState.WORKING)
        message = ""
        if state is OrderState.INVALID:
            message = str(ticket.submit_request.response.error_message or "")
        return Placed(int(ticket.order_id), symbol, state, message)
