"""The paper broker as the algorithm's engine sees it: a brokerage (LEAN: Brokerages/Paper/PaperBrokerage.cs).

Cash, holdings and order states of the algorithm change by what the broker tells, and by nothing else. Requests
go out and their events come in at the same points of a step as in a backtest.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.brokerages.brokerage_message_event import BrokerageMessageEvent
from engine.brokerages.delistings import leave_universes
from engine.common.enums import BrokerageMessageType, DelistingType, OrderStatus
from engine.common.time import DAY, HOUR, MINUTE
from engine.common.time_zones import TimeZones
from engine.orders.group_order_manager import try_get_group_orders
from engine.orders.order_extensions import is_fill
from engine.paper.brokerage_setup import get_or_add_unrequested_security
from engine.paper.messages import Fields, event_from, order_fields, order_from
from engine.paper.probe import Probe, nobody_looks

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.orders.order import Order
    from engine.orders.order_event import OrderEvent
    from engine.paper.port import Broker
    from engine.transaction_handlers.brokerage_transaction_handler import BrokerageTransactionHandler

_REMEMBERED = 100
"""Notices of which a repetition is recognised."""
_CASH_SYNC_TIME = 7 * HOUR + 45 * MINUTE
"""From then on, New York time, cash is compared once a day (LEAN: BrokerageTransactionHandler.cs)."""


class PaperBrokerage:
    """Sends the algorithm's orders to the broker, and hands the broker's notices to the transaction handler."""

    name = "Paper Brokerage"

    def __init__(self, algorithm: QCAlgorithm, broker: Broker, probe: Probe = nobody_looks) -> None:
        self._algorithm = algorithm
        self._broker = broker
        self._probe = probe
        self._listener: BrokerageTransactionHandler
        self._waiting_legs: dict[int, Order] = {}
        self._orders: dict[int, Order] = {}
        """The orders by their ids at the broker."""
        self._inbox: deque[Fields] = deque()
        self._reached = 0
        self._synced_day = -1
        self._is_connected = True
        self._delivered: deque[tuple[int, list[OrderEvent]]] = deque(maxlen=_REMEMBERED)

    def set_listener(self, listener: BrokerageTransactionHandler) -> None:
        """Name who takes this brokerage's events."""
        self._listener = listener

    def know(self, broker_id: int, order: Order) -> None:
        """Remember an order that the broker had before the algorithm started."""
        self._orders[broker_id] = order

    # orders

    def place_order(self, order: Order) -> bool:
        """Send an order; the legs of a combo are sent together, with the last one."""
        if order.status != OrderStatus.NEW:
            return False
        self._waiting_legs[order.id] = order
        legs = try_get_group_orders(order, self._waiting_legs.get)
        if legs is None:
            return True
        for leg in legs:
            del self._waiting_legs[leg.id]
        fields = [self._placing(leg) for leg in legs]
        self._probe("submission", f"before {order.tag}")
        answer = self._broker.place(self._algorithm.utc_stamp, fields)
        self._probe("submission", f"after {order.tag}")
        for leg, broker_id in zip(legs, answer["ids"]):
            leg.broker_id.append(str(broker_id))
            self._orders[int(broker_id)] = leg
        # as in a backtest: accepted within the call, filled when fills are looked for
        return self._take(answer, at_once=True)

    def _placing(self, order: Order) -> Fields:
        """Return an order with the data that its security is followed by."""
        service = self._algorithm.subscription_manager.subscription_data_config_service
        configs = service.get_configs(order.symbol)
        fields = order_fields(order)
        fields["resolution"] = min(config.resolution for config in configs).name
        fields["extended_hours"] = any(config.extended_market_hours for config in configs)
        return fields

    def update_order(self, order: Order) -> bool:
        self._probe("submission", f"before update of {order.tag}")
        answer = self._broker.update(self._algorithm.utc_stamp, self._with_broker_id(order))
        self._probe("submission", f"after update of {order.tag}")
        return self._take(answer, at_once=True)

    def cancel_order(self, order: Order) -> bool:
        """Withdraw an order, and the other legs of its combo with it."""
        self._probe("submission", f"before cancellation of {order.tag}")
        answer = self._broker.cancel(self._algorithm.utc_stamp, int(order.broker_id[0]))
        self._probe("submission", f"after cancellation of {order.tag}")
        return self._take(answer, at_once=True)

    @staticmethod
    def _with_broker_id(order: Order) -> Fields:
        return {**order_fields(order), "id": int(order.broker_id[0])}

    # the market goes on

    def needs_scan(self, stamp: int) -> bool:
        """Return whether the broker has not been asked at this moment yet, or has told something."""
        return stamp > self._reached or bool(self._inbox)

    def scan(self) -> None:
        """Let the broker's market come to this moment, and take what happened there."""
        stamp = self._algorithm.utc_stamp
        if stamp > self._reached and not self._algorithm.is_warming_up:
            self._take(self._broker.advance(stamp))
        self._deliver()
        self._sync_cash(stamp)

    def _take(self, answer: Fields, *, at_once: bool = False) -> bool:
        """Take an answer in; `at_once` hands over what it says before the first fill, ahead of what waits.

        Return whether the request was accepted.
        """
        self._reached = max(self._reached, int(answer["stamp"]))
        accepted = bool(answer.get("accepted", True))
        if not accepted:
            self._algorithm.error(f"the broker refused: {answer['reason']}")
        self._notice_connection(bool(answer["connected"]))
        notices = deque(answer["notices"])
        while at_once and notices and not _brings_fill(notices[0]):
            self._hand_over(notices.popleft())
        self._inbox.extend(notices)
        return accepted

    def _notice_connection(self, is_connected: bool) -> None:
        """Tell the algorithm when the broker is lost, and when it is back (LEAN: Brokerage.OnMessage)."""
        if is_connected == self._is_connected:
            return
        self._is_connected = is_connected
        algorithm = self._algorithm
        kind, text = BrokerageMessageType.RECONNECT, "the broker is connected again"
        if not is_connected:
            kind, text = BrokerageMessageType.DISCONNECT, "the connection to the broker is lost"
        algorithm.debug(f"Brokerage {kind.to_string()}: {text}")
        algorithm.on_brokerage_message(BrokerageMessageEvent(kind, -1, text))
        if is_connected:
            algorithm.on_brokerage_reconnect()
        else:
            algorithm.on_brokerage_disconnect()

    def _deliver(self) -> None:
        """Hand over what was told, in order; an order that a handler sends meanwhile is served inside."""
        while self._inbox:
            self._hand_over(self._inbox.popleft())

    def _hand_over(self, notice: Fields) -> None:
        handlers: dict[str, Callable[[Fields], None]] = {
            "orders": self._on_order_events,
            "repeated": self._on_repeated,
            "made": self._on_order_made,
            "assigned": self._on_assigned,
            "cash": self._on_cash,
        }
        handlers[notice["kind"]](notice)

    def _on_order_events(self, notice: Fields) -> None:
        events = [self._event(fields) for fields in notice["events"]]
        what = ", ".join(f"{event.symbol} {event.status}" for event in events)
        self._probe("order_event", f"before {what}")
        self._delivered.append((int(notice["seq"]), events))
        self._listener.handle_order_events(events)
        self._probe("order_event", f"after {what}")

    def _on_repeated(self, notice: Fields) -> None:
        """Let the algorithm hear again what it has heard; LEAN's brokerages book an execution once."""
        for seq, events in self._delivered:
            if seq == int(notice["seq"]):
                for event in events:
                    self._algorithm.on_order_event(event)

    def _event(self, fields: Fields) -> OrderEvent:
        order = self._orders[int(fields["order"])]
        return event_from(fields, order.id, order.price_currency)

    def _on_order_made(self, notice: Fields) -> None:
        """Take in an order that nobody here placed: an exercise, an assignment, a liquidation."""
        fields = notice["order"]
        algorithm = self._algorithm
        order = order_from(fields, algorithm.default_order_properties.clone(), None)
        order.id = 0
        security = get_or_add_unrequested_security(algorithm, order.symbol)
        order.price_currency = security.symbol_properties.quote_currency
        self._listener.add_open_order(order)
        self._orders[int(fields["id"])] = order

    def _on_assigned(self, notice: Fields) -> None:
        self._listener.handle_position_assigned(self._event(notice["event"]))

    def _on_cash(self, notice: Fields) -> None:
        """A payment that belongs to no order: a dividend."""
        cash = self._algorithm.portfolio.cash_book[notice["currency"]]
        cash.add_amount(Decimal(notice["change"]))

    def _sync_cash(self, stamp: int) -> None:
        """Once a day, believe the broker's cash (LEAN: PerformCashSync)."""
        local = TimeZones.NEW_YORK.to_local(stamp)
        day = local // DAY
        if day == self._synced_day or local % DAY < _CASH_SYNC_TIME:
            return
        if self._synced_day >= 0:
            self._believe_cash(self._broker.cash())
        self._synced_day = day

    def _believe_cash(self, answer: Fields) -> None:
        if not answer["complete"]:
            return  # something is still to be told
        book = self._algorithm.portfolio.cash_book
        for currency, text in answer["cash"].items():
            amount, known = Decimal(text), book.get(currency)
            if known is not None and known.amount_decimal != amount:
                self._algorithm.debug(
                    f"the broker's cash is {amount:f} {currency}, not {known.amount_decimal:f}: believed"
                )
                known.set_amount(amount)

    # delistings

    def process_delistings(self, delistings: Any) -> None:
        """Let what is delisted go; what becomes of positions and orders in it the broker tells."""
        for delisting in delistings.values():
            if delisting.type != DelistingType.WARNING:
                leave_universes(self._algorithm, self._algorithm.securities[delisting.symbol])


def _brings_fill(notice: Fields) -> bool:
    if notice["kind"] != "orders":
        return True
    return any(is_fill(OrderStatus[event["status"]]) for event in notice["events"])
