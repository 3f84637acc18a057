"""Expiry, assignment and delisting of positions (LEAN: BrokerageTransactionHandler.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OrderStatus, OrderType
from engine.common.time import to_datetime
from engine.orders.market_order import MarketOrder
from engine.orders.option_exercise_order import OptionExerciseOrder
from engine.securities.option.option_symbol import OptionSymbol

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.orders.order_event import OrderEvent
    from engine.securities.security import Security
    from engine.transaction_handlers.brokerage_transaction_handler import BrokerageTransactionHandler

LIQUIDATE_FROM_DELISTING = "Liquidate from delisting"


class PositionNotifications:
    """Makes the orders that nobody placed: exercises, assignments and the sale of what is delisted."""

    _algorithm: QCAlgorithm

    def handle_option_notification(
        self: BrokerageTransactionHandler, symbol: Symbol, position: Decimal, tag: str | None = None
    ) -> None:
        """Bring a position to what the brokerage says it is now, by exercise or assignment."""
        security = self._algorithm.securities.get(symbol)
        if security is None:
            return
        held = security.holdings.quantity_decimal
        if OptionSymbol.is_option_contract_expired(symbol, to_datetime(self._now)):
            if held and position == 0:
                self._exercise(security, -held, tag)
        elif abs(position) < abs(held):
            if security.holdings.is_short:
                self._exercise(security, position - held, tag)
            else:
                self._finish_open_exercise(security)

    def _exercise(
        self: BrokerageTransactionHandler, security: Security, quantity: Decimal, tag: str | None
    ) -> None:
        from engine.transaction_handlers.brokerage_transaction_handler import submission_data

        order = OptionExerciseOrder(security.symbol, quantity, self._now, tag)
        order.order_submission_data = submission_data(security)
        order.price_currency = security.symbol_properties.quote_currency
        self.add_open_order(order)
        self._emit_exercise(security, order)

    def _finish_open_exercise(self: BrokerageTransactionHandler, security: Security) -> None:
        for state in self.open_states():
            order = state.order
            if order.symbol == security.symbol and order.type == OrderType.OPTION_EXERCISE:
                self._emit_exercise(security, order)
                return

    def _emit_exercise(
        self: BrokerageTransactionHandler, security: Security, order: OptionExerciseOrder
    ) -> None:
        for event in security.option_exercise_model.option_exercise(security, order):
            self.handle_order_event(event)
            if event.is_assignment:
                if order.tag:
                    event.message = f"{event.message}. {order.tag}" if event.message else order.tag
                self.handle_position_assigned(event)

    def handle_position_assigned(self, fill: OrderEvent) -> None:
        self._algorithm.on_assignment_order_event(fill)

    def handle_delisting_notification(self: BrokerageTransactionHandler, symbol: Symbol) -> None:
        """Sell what is held of a delisted security at its last price."""
        security = self._algorithm.securities.get(symbol)
        quantity = Decimal(0) if security is None else -security.holdings.quantity_decimal
        if not quantity:
            return
        order = MarketOrder(symbol, quantity, self._now, tag=LIQUIDATE_FROM_DELISTING)
        self.add_open_order(order)
        fill = self._event(order, LIQUIDATE_FROM_DELISTING)
        fill.fill_price_decimal = security.price_decimal
        fill.status = OrderStatus.FILLED
        fill.fill_quantity_decimal = order.quantity_decimal
        self.handle_order_event(fill)
