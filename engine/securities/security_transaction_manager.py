"""`transactions` of an algorithm: orders and closed trades (LEAN: SecurityTransactionManager.cs)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import OrderRequestType
from engine.common.errors import DotNetException, InvalidOperationException
from engine.common.numbers import to_float
from engine.common.symbol import Symbol, symbol_of
from engine.common.time import to_datetime
from engine.orders.cancel_order_request import CancelOrderRequest
from engine.orders.exact import utc_datetime
from engine.orders.order_extensions import is_closed
from engine.orders.order_response import OrderResponse

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.orders.order import Order
    from engine.orders.order_request import OrderRequest
    from engine.orders.order_ticket import OrderTicket
    from engine.orders.projected_holdings import ProjectedHoldings
    from engine.orders.submit_order_request import SubmitOrderRequest
    from engine.orders.update_order_request import UpdateOrderRequest
    from engine.securities.security import Security
    from engine.securities.security_manager import SecurityManager
    from engine.transaction_handlers.brokerage_transaction_handler import BrokerageTransactionHandler

_MILLISECOND = 1000
_ZERO = Decimal(0)

Filter = Symbol | str | Callable[[Any], bool] | None
"""Which tickets or orders: those of a symbol (ticker, security), those a function says yes to, or all."""


class SecurityTransactionManager:
    """Hands requests to the order processor and keeps the profit of every closed trade."""

    def __init__(self, algorithm: QCAlgorithm, securities: SecurityManager) -> None:
        self._algorithm = algorithm
        self._securities = securities
        self._order_id = 0
        self._group_order_manager_id = 0
        self._processor: BrokerageTransactionHandler | None = None
        self._records: dict[int, tuple[Decimal, bool]] = {}
        self.market_order_fill_timeout = timedelta.min

    @property
    def utc_stamp(self) -> int:
        return self._securities.time_keeper.utc_stamp

    @property
    def utc_time(self) -> datetime:
        return utc_datetime(self.utc_stamp)

    # closed trades

    def add_transaction_record(self, time: int, transaction_profit_loss: Decimal, is_win: bool) -> None:
        """Record a closed trade at a stamp; one that is taken moves the record by a millisecond."""
        while time in self._records:
            time += _MILLISECOND
        self._records[time] = (transaction_profit_loss, is_win)

    @property
    def transaction_record_decimal(self) -> dict[int, Decimal]:
        """Profit of every closed trade by stamp, exactly, in the order in which they closed."""
        return {stamp: profit for stamp, (profit, _) in self._records.items()}

    @property
    def winning_stamps(self) -> set[int]:
        """Stamps of the closed trades that count as won."""
        return {stamp for stamp, (_, won) in self._records.items() if won}

    def _shown_records(self, *kinds: bool) -> dict[datetime, float]:
        records = self._records.items()
        return {utc_datetime(stamp): to_float(profit) for stamp, (profit, won) in records if won in kinds}

    @property
    def transaction_record(self) -> dict[datetime, float]:
        return self._shown_records(True, False)

    @property
    def winning_transactions(self) -> dict[datetime, float]:
        return self._shown_records(True)

    @property
    def losing_transactions(self) -> dict[datetime, float]:
        return self._shown_records(False)

    @property
    def win_count(self) -> int:
        return sum(won for _, won in self._records.values())

    @property
    def loss_count(self) -> int:
        return len(self._records) - self.win_count

    # ids

    @property
    def last_order_id(self) -> int:
        return self._order_id

    def get_increment_order_id(self) -> int:
        self._order_id += 1
        return self._order_id

    def get_increment_group_order_manager_id(self) -> int:
        self._group_order_manager_id += 1
        return self._group_order_manager_id

    def go_on_after(self, order_id: int, group_id: int) -> None:
        """Give no id again that an earlier process gave."""
        self._order_id = max(self._order_id, order_id)
        self._group_order_manager_id = max(self._group_order_manager_id, group_id)

    @property
    def last_group_order_manager_id(self) -> int:
        return self._group_order_manager_id

    def set_order_id(self, request: SubmitOrderRequest) -> None:
        """Give a request its id, unless it has one."""
        if request.order_id < 1:
            request.set_order_id(self.get_increment_order_id())

    # requests

    def set_order_processor(self, order_processor: BrokerageTransactionHandler) -> None:
        self._processor = order_processor

    @property
    def _orders(self) -> BrokerageTransactionHandler:
        if self._processor is None:
            raise InvalidOperationException(
                "Orders can not be used before the engine has set the order processor"
            )
        return self._processor

    def process_request(self, request: OrderRequest) -> OrderTicket:
        """Process a request now (submissions) or at the end of the step (updates and cancels)."""
        if self._algorithm.is_warming_up:
            raise DotNetException(str(OrderResponse.warming_up(request)))
        if request.order_request_type == OrderRequestType.SUBMIT:
            self.set_order_id(request)  # type: ignore[arg-type]
            self._securities.note_order(request.symbol)  # type: ignore[attr-defined]
        return self._orders.process(request)

    def add_order(self, request: SubmitOrderRequest) -> OrderTicket:
        return self.process_request(request)

    def update_order(self, request: UpdateOrderRequest) -> OrderTicket:
        return self.process_request(request)

    def cancel_order(self, order_id: int, order_tag: str | None = None) -> OrderTicket:
        return self.process_request(CancelOrderRequest(self.utc_stamp, order_id, order_tag or ""))

    remove_order = cancel_order

    def cancel_open_orders(
        self, symbol: Symbol | str | Security | None = None, tag: str | None = None
    ) -> list[OrderTicket]:
        """Cancel all open orders, or those of a symbol; return their tickets."""
        if self._algorithm.is_warming_up:
            raise InvalidOperationException(
                "This operation is not allowed in initialize or during warm up: cancel_open_orders."
                " Please move this code to the on_warmup_finished() method."
            )
        if symbol is None:
            now = to_datetime(self.utc_stamp)
            tag = f"Canceled by CancelOpenOrders() at {now:%Y-%m-%dT%H:%M:%S.%f}0Z"
        tickets = self.get_open_order_tickets(symbol)
        for ticket in tickets:
            ticket.cancel(tag)
        return tickets

    def wait_for_order(self, order_id: int) -> bool:
        """Return whether an order is closed; in a backtest all that can happen to it has happened by now."""
        ticket = self.get_order_ticket(order_id)
        return ticket is not None and is_closed(ticket.status)

    # questions

    @property
    def orders_count(self) -> int:
        return self._orders.orders_count

    def get_order_ticket(self, order_id: int) -> OrderTicket | None:
        return self._orders.get_order_ticket(order_id)

    def get_order_tickets(self, filter: Filter = None) -> list[OrderTicket]:
        return self._orders.get_order_tickets(_predicate(filter))

    def get_open_order_tickets(self, filter: Filter = None) -> list[OrderTicket]:
        return self._orders.get_open_order_tickets(_predicate(filter))

    def get_open_orders_remaining_quantity(self, filter: Filter = None) -> float:
        return to_float(self.get_open_orders_remaining_quantity_decimal(filter))

    def get_open_orders_remaining_quantity_decimal(self, filter: Filter = None) -> Decimal:
        return sum(
            (ticket.quantity_remaining_decimal for ticket in self.get_open_order_tickets(filter)), _ZERO
        )

    def get_order_by_id(self, order_id: int) -> Order | None:
        """Return a copy of an order."""
        return self._orders.get_order_by_id(order_id)

    def get_orders_by_brokerage_id(self, brokerage_id: str) -> list[Order]:
        return self._orders.get_orders_by_brokerage_id(brokerage_id)

    def get_orders(self, filter: Filter = None) -> list[Order]:
        """Return copies of all orders."""
        return self._orders.get_orders(_predicate(filter))

    def get_open_orders(self, filter: Filter = None) -> list[Order]:
        """Return copies of the open orders."""
        return self._orders.get_open_orders(_predicate(filter))

    def get_projected_holdings(self, security: Security) -> ProjectedHoldings:
        return self._orders.get_projected_holdings(security)

    def set_live_mode(self, is_live_mode: bool) -> None:
        """Set how long a market order waits for its fill: 5 seconds live, not at all in a backtest."""
        if not is_live_mode:
            self.market_order_fill_timeout = timedelta(0)
        elif self.market_order_fill_timeout == timedelta.min:
            self.market_order_fill_timeout = timedelta(seconds=5)


def _predicate(filter: Filter) -> Callable[[Any], bool] | None:
    if filter is None or callable(filter):
        return filter
    symbol = symbol_of(filter)
    return lambda item: item.symbol == symbol
