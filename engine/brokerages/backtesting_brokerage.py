"""The brokerage of a backtest: every security's models decide (LEAN: Brokerages/Backtesting)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.brokerages.delistings import leave_universes
from engine.brokerages.option_assignments import OptionAssignments
from engine.common.enums import DelistingType, OrderStatus, OrderType
from engine.common.errors import EngineError
from engine.orders.fees.order_fee import OrderFee
from engine.orders.fees.order_fee_parameters import OrderFeeParameters
from engine.orders.fills.fill_model_parameters import FillModelParameters
from engine.orders.group_order_manager import try_get_group_orders, try_get_group_orders_securities
from engine.orders.order_event import OrderEvent
from engine.orders.order_extensions import is_closed
from engine.transaction_handlers.order_request_handling import ids_of, insufficient_buying_power_text

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.orders.order import Order
    from engine.securities.security import Security
    from engine.transaction_handlers.brokerage_transaction_handler import BrokerageTransactionHandler

# Every other order waits for the next bar.
_FILLS_AT_ONCE = (OrderType.MARKET, OrderType.COMBO_MARKET, OrderType.OPTION_EXERCISE)


class BacktestingBrokerage:
    """Keeps pending orders and tests them against the data of each step."""

    name = "Backtesting Brokerage"

    def __init__(self, algorithm: QCAlgorithm) -> None:
        self._algorithm = algorithm
        self._pending: dict[int, Order] = {}
        self._needs_scan = False
        self._scanned: tuple[Any, ...] | None = None
        self._assignments = OptionAssignments(algorithm)
        self._listener: BrokerageTransactionHandler

    def set_listener(self, listener: BrokerageTransactionHandler) -> None:
        """Name who takes this brokerage's events."""
        self._listener = listener

    # orders

    def place_order(self, order: Order) -> bool:
        if order.status != OrderStatus.NEW:
            return False
        self._take(order)
        self._report(order, OrderStatus.SUBMITTED)
        return True

    def update_order(self, order: Order) -> bool:
        if order.id not in self._pending:
            return False
        self._take(order)
        self._report(order, OrderStatus.UPDATE_SUBMITTED)
        return True

    def cancel_order(self, order: Order) -> bool:
        """Withdraw an order, and the other legs of its combo with it."""
        orders = try_get_group_orders(order, self._pending.get)
        if orders is None:
            return False
        known = True
        for leg in orders:
            known = self._pending.pop(leg.id, None) is not None and known
            add_brokerage_id(leg)
            self._report(leg, OrderStatus.CANCELED)
        return known

    def _take(self, order: Order) -> None:
        self._needs_scan = True
        self._pending[order.id] = order
        add_brokerage_id(order)

    def _report(self, order: Order, status: OrderStatus) -> None:
        event = OrderEvent(order, self._algorithm.utc_stamp, OrderFee.ZERO)
        event.status = status
        self._on_order_events([event])

    def _on_order_events(self, events: list[OrderEvent]) -> None:
        self._assignments.done(events)
        self._listener.handle_order_events(events)

    # fills

    def needs_scan(self, stamp: int) -> bool:
        """Return whether a scan could do anything: orders are pending, or a new hour asks for assignments."""
        return self._needs_scan or stamp >= self._assignments.next_scan

    @property
    def next_scan(self) -> int:
        """The first moment at which a scan could do anything."""
        return 0 if self._needs_scan else self._assignments.next_scan

    def scan(self) -> None:
        """Assign what is to be assigned, then test every pending order."""
        self._assignments.scan(self._listener)
        if not self._needs_scan or self._nothing_changed():
            return
        groups: dict[int, tuple[int, type]] = {}
        for order_id in sorted(self._pending):
            # An event handler may have cancelled it; its combo may have filled with an earlier leg.
            order = self._pending.get(order_id)
            if order is not None and not self._is_judged(order, groups):
                self._scan_order(order)
        self._needs_scan = bool(self._pending)

    def _is_judged(self, order: Order, groups: dict[int, tuple[int, type]]) -> bool:
        """Return whether an earlier leg of this scan has shown what the combo does; remember the first leg.

        LEAN judges a combo with each of its legs, by that leg's fill model: the same model says the same again.
        """
        group = order.group_order_manager
        if group is None:
            return False
        model = type(self._algorithm.securities[order.symbol].fill_model)
        now = (self._listener.activity, model)
        first = groups.get(group.id)
        if first is None:
            groups[group.id] = now
            return False
        return first == now and _is_ours(model)

    def _nothing_changed(self) -> bool:
        """Return whether a scan would see exactly what the last one saw: same data, orders and cash.

        LEAN scans twice a step. A model of the algorithm's own may answer differently when it is asked again.
        """
        algorithm = self._algorithm
        pending = [algorithm.securities[order.symbol] for order in self._pending.values()]
        data = sum(security.cache.price_version for security in pending)
        cash = algorithm.portfolio.cash_decimal
        seen = (algorithm.time_keeper.step, self._listener.activity, data, cash)
        if seen != self._scanned:
            self._scanned = seen
            return False
        return all(_is_ours(type(security.fill_model)) for security in pending)

    def _scan_order(self, order: Order) -> None:
        """Test one order, or a combo with its first leg."""
        algorithm = self._algorithm
        if is_closed(order.status):
            del self._pending[order.id]
            return
        if order.time_stamp == algorithm.utc_stamp and order.type not in _FILLS_AT_ONCE:
            return
        orders = try_get_group_orders(order, self._pending.get)
        if orders is None:
            return
        securities = try_get_group_orders_securities(orders, algorithm.securities)
        if securities is None:
            self._remove(orders, OrderStatus.INVALID)
        elif self._may_fill(securities) and self._can_pay(order, orders, securities):
            fills = self._fills_of(order, securities)
            if fills:
                self._emit(orders, fills)

    def _can_pay(self, order: Order, orders: list[Order], securities: dict[Order, Security]) -> bool:
        """Check buying power once more; orders that can not be paid for any more become invalid."""
        algorithm = self._algorithm
        try:
            result = algorithm.portfolio.has_sufficient_buying_power_for_order(orders)
        except EngineError:
            raise
        except Exception as error:
            self._remove(orders, OrderStatus.INVALID, str(error))
            algorithm.error(f"Order Error: ids: [{ids_of(orders)}], Error executing margin models: {error}")
            return False
        # One that is being cancelled is left to its cancellation.
        if not result.is_sufficient and order.status != OrderStatus.CANCEL_PENDING:
            message = insufficient_buying_power_text(securities, result.reason)
            self._remove(orders, OrderStatus.INVALID, message)
            algorithm.error(message)
        return result.is_sufficient

    def _may_fill(self, securities: dict[Order, Security]) -> bool:
        for order, security in securities.items():
            if order.type == OrderType.MARKET_ON_OPEN and not _has_bar_since(security, order):
                return False
            if order.time_in_force.is_order_expired(security, order):
                self._remove(list(securities), OrderStatus.CANCELED, "The order has expired.")
                return False
            if not self._algorithm.brokerage_model.can_execute_order(security, order):
                return False
        return True

    def _fills_of(self, order: Order, securities: dict[Order, Security]) -> list[OrderEvent]:
        fills: list[OrderEvent] = []
        try:
            fills += self._model_fills(order, securities[order], securities)
            for fill in fills:
                if fill.status == OrderStatus.FILLED and not fill.order_fee.value.amount_decimal:
                    leg = next(leg for leg in securities if leg.id == fill.order_id)
                    fill.order_fee = fee_of(securities[leg], leg)
        except EngineError:
            raise
        except Exception as error:
            self._algorithm.error(
                f"Order Error: id: {order.id}, Transaction model failed to fill for order type:"
                f" {order.type.to_string()} with error: {error}"
            )
        return fills

    def _model_fills(
        self, order: Order, security: Security, securities: dict[Order, Security]
    ) -> list[OrderEvent]:
        if order.type == OrderType.OPTION_EXERCISE:
            return list(security.option_exercise_model.option_exercise(security, order))
        algorithm = self._algorithm
        parameters = FillModelParameters(
            security,
            order,
            algorithm.subscription_manager.subscription_data_config_service,
            algorithm.settings.stale_price_time_span,
            securities,
            self._on_order_updated,
        )
        fill = list(security.fill_model.fill(parameters))
        if all(order.time_in_force.is_fill_valid(security, order, event) for event in fill):
            return fill
        return []

    def _on_order_updated(self, _order: Order) -> None:
        # the step's second scan meets the stop where the first one has trailed it to
        self._listener.activity += 1

    def _emit(self, orders: list[Order], fills: list[OrderEvent]) -> None:
        """Report what changed, and let go of what is done."""
        events, assignments = [], []
        for order in orders:
            for fill in fills:
                if fill.order_id != order.id:
                    continue
                if order.status != fill.status or fill.fill_quantity_decimal:
                    # At once, so that a handler that orders more does not make this order fill again.
                    order.status = fill.status
                    events.append(fill)
                if fill.is_assignment:
                    assignments.append((order, fill))
        if events:
            self._on_order_events(events)
        for order, fill in assignments:
            fill.message = order.tag
            self._listener.handle_position_assigned(fill)
        if all(is_closed(fill.status) for fill in fills):
            for order in orders:
                self._pending.pop(order.id, None)

    def _remove(self, orders: list[Order], status: OrderStatus, message: str = "") -> None:
        events = []
        for order in orders:
            event = OrderEvent(order, self._algorithm.utc_stamp, OrderFee.ZERO, message)
            event.status = status
            events.append(event)
            self._pending.pop(order.id, None)
        self._on_order_events(events)

    # delistings

    def process_delistings(self, delistings: Any) -> None:
        """Close positions in what is delisted, options before their underlyings, and cancel its orders."""
        algorithm = self._algorithm
        for delisting in sorted(delistings.values(), key=lambda d: not d.symbol.security_type.is_option()):
            if delisting.type == DelistingType.WARNING:
                continue
            security = algorithm.securities[delisting.symbol]
            if security.type.is_option():
                self._listener.handle_option_notification(delisting.symbol, 0)
            else:
                self._listener.handle_delisting_notification(delisting.symbol)
            leave_universes(algorithm, security)
            if not algorithm.is_warming_up:
                algorithm.transactions.cancel_open_orders(delisting.symbol)


def _is_ours(model: type) -> bool:
    """Return whether a model is the engine's own, which always answers the same to the same question."""
    return model.__module__.startswith("engine.")


def fee_of(security: Security, order: Order) -> OrderFee:
    """Return what the security's fee model charges for an order."""
    return security.fee_model.get_order_fee(OrderFeeParameters(security, order))


def add_brokerage_id(order: Order) -> None:
    """Give an order its id at the brokerage, which is its own."""
    brokerage_id = str(order.id)
    if brokerage_id not in order.broker_id:
        order.broker_id.append(brokerage_id)


def _has_bar_since(security: Security, order: Order) -> bool:
    bar = security.get_last_data()
    if bar is None:
        return False
    return security.exchange.time_zone.local_datetime(order.time_stamp) < bar.end_time
