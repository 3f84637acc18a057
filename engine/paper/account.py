"""The account at the paper broker: an engine of its own, with securities, portfolio and orders, and no algorithm.

Everything that LEAN's paper brokerage takes from the algorithm's models (fills, fees, margin, expiry, exercise,
assignment, settlement) is the engine's one implementation, run here on the broker's own account.
"""

from __future__ import annotations

from decimal import Decimal
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from engine.algorithm.environment import AlgorithmEnvironment, entered
from engine.algorithm.qc_algorithm import QCAlgorithm
from engine.algorithm_manager import AlgorithmManager
from engine.brokerages.backtesting_brokerage import fee_of
from engine.common.enums import AccountType, BrokerageName, OptionStyle, OrderStatus, Resolution
from engine.common.symbol import Symbol
from engine.common.time import HOUR
from engine.data.universe_selection.security_changes import NO_CHANGES
from engine.data_feeds.universe_selection import UniverseSelection
from engine.orders.cancel_order_request import CancelOrderRequest
from engine.orders.group_order_manager import GroupOrderManager
from engine.orders.market_order import MarketOrder
from engine.orders.order_event import OrderEvent
from engine.orders.update_order_fields import UpdateOrderFields
from engine.orders.update_order_request import UpdateOrderRequest
from engine.paper.feed import PaperFeed
from engine.paper.ledger import HeldRow, SecurityRow
from engine.paper.matching import PaperMatching, PaperTransactionHandler
from engine.paper.messages import Fields, order_from, request_from, symbol_from
from engine.paper.settlement import PaperCorporateActions, resume_settlement, settled_of
from engine.scheduling.scheduled_event import NEVER
from engine.securities.default_margin_call_model import MarginCallModel
from engine.transaction_handlers.brokerage_transaction_handler import submission_data

if TYPE_CHECKING:
    from engine.data_source.source import DataSource
    from engine.orders.order import Order
    from engine.orders.order_response import OrderResponse
    from engine.orders.order_ticket import OrderTicket
    from engine.paper.ledger import Ledger

_CHANGEABLE = ("limit_price", "stop_price", "trigger_price", "trailing_amount")
_MOVING = ("stop_price_decimal", "stop_triggered", "trigger_touched")
"""What of a resting order the market itself may change without an event."""


CLOSED_BY_BROKER = "closed by the broker"


class _Account(QCAlgorithm):
    """An algorithm that does nothing."""

    def initialize(self) -> None: ...


class _NoEvents:
    """Nothing is scheduled at a broker."""

    next_stamp = NEVER

    def on_securities_changed(self, changes: Any) -> None: ...


class _NoResults:
    """Nothing is sampled at a broker."""

    next_sample_stamp = NEVER

    def order_event(self, event: OrderEvent) -> None: ...

    def on_securities_changed(self, changes: Any) -> None: ...


class PaperAccount:
    """Cash, positions and orders, moved on by requests and by the market.

    Parameters
    ----------
    source : market data
    terms : brokerage, account type, currency, and the stamps between which the account lives
    """

    def __init__(self, source: DataSource, terms: Fields) -> None:
        with entered(AlgorithmEnvironment(source, None)):
            self.engine = account = _Account()
        account.set_account_currency(terms["currency"])
        account.set_brokerage_model(BrokerageName[terms["brokerage"]], AccountType[terms["account_type"]])
        account.portfolio.margin_call_model = MarginCallModel.NULL
        account.set_live_period(int(terms["start"]), int(terms["end"]))
        account.set_finished_warming_up()
        account.set_locked()
        self.matching = PaperMatching(account)
        self.handler = PaperTransactionHandler(account, self.matching, _NoResults())
        account.transactions.set_order_processor(self.handler)
        account.transactions.transaction_handler = self.handler  # type: ignore[attr-defined]
        self._feed = PaperFeed(account)
        self._selection = UniverseSelection(account, account.data_manager)
        corporate = PaperCorporateActions(account, self.handler.happenings)
        self._manager = AlgorithmManager(
            account, self.handler, _NoEvents(), _NoResults(), corporate=corporate
        )
        self._manager.begin(self._feed)
        self._moving: dict[int, tuple[Any, ...]] = {}
        self._closed_trades = 0
        self.new_securities: list[SecurityRow] = []
        """Those whose data an order was the first to need, since the ledger took them."""

    # what there is

    @property
    def now(self) -> int:
        return self.engine.utc_stamp

    def cash(self) -> dict[str, Decimal]:
        return {cash.symbol: cash.amount_decimal for cash in self.engine.portfolio.cash_book.values()}

    def holdings(self) -> list[HeldRow]:
        """Return every position, by id."""
        held = [
            HeldRow(
                str(security.symbol.id),
                security.symbol.value,
                security.holdings.quantity_decimal,
                security.holdings.average_price_decimal,
                *settled_of(security),
            )
            for security in self.engine.securities.kept()
            if security.holdings.quantity_decimal
        ]
        return sorted(held)

    def price(self, symbol: Symbol) -> Decimal:
        return self.engine.securities[symbol].price_decimal

    def symbol_of(self, security: str) -> Symbol:
        """Return the symbol of a position by the text of its id."""
        return next(s.symbol for s in self.engine.securities.kept() if str(s.symbol.id) == security)

    def open_orders(self) -> list[Order]:
        return sorted((state.order for state in self.handler.open_states()), key=lambda order: order.id)

    def filled(self, order: Order) -> Decimal:
        """Return what of an order has filled."""
        if order.status == OrderStatus.FILLED:
            return order.quantity_decimal
        return self.matching.filled.get(order.id, Decimal(0))

    def orders_moved(self) -> list[Order]:
        """Return the resting orders whose stop or trigger the market has moved since the last time."""
        if not self.handler.has_open_orders:
            return []
        seen = {
            state.order.id: tuple(getattr(state.order, name, None) for name in _MOVING)
            for state in self.handler.open_states()
        }
        moved = [id for id, now in seen.items() if self._moving.get(id, now) != now]
        self._moving = seen
        return [self.handler.orders[id] for id in moved]

    def new_closed_trades(self) -> list[tuple[int, Decimal, bool]]:
        """Return stamp, profit and whether it was won of the trades that closed since the last time."""
        transactions = self.engine.transactions
        records = list(transactions.transaction_record_decimal.items())[self._closed_trades :]
        self._closed_trades += len(records)
        won = transactions.winning_stamps if records else set()
        return [(stamp, profit, stamp in won) for stamp, profit in records]

    # restoring

    def restore(self, ledger: Ledger) -> None:
        """Become what the ledger says."""
        account = self.engine
        self.set_cash(ledger.cash())
        rows = {row.security: row for row in ledger.securities()}
        for held in ledger.holdings():
            security = self._security(rows[held.security])
            security.holdings.set_holdings(held.average_price, held.quantity)
            resume_settlement(security, held.settled_profit, held.settled_quantity)
        now = self.now
        groups: dict[int, GroupOrderManager] = {}
        for fields, filled in ledger.open_orders():
            self._security(rows[fields["security"]])
            order = order_from(fields, account.default_order_properties.clone(), _group_of(fields, groups))
            order.broker_id.append(str(order.id))
            self.handler.restore_order(order)
            self.matching.restore(order)
            if filled:
                self.matching.filled[order.id] = filled
        for fields in ledger.legs_done():
            self._security(rows[fields["security"]])
            group = _group_of(fields, groups)
            self.handler.remember_order(order_from(fields, account.default_order_properties.clone(), group))
        self.matching.wait_for_assignments_until(now - now % HOUR + HOUR)
        account.transactions.go_on_after(ledger.number("last_order"), ledger.number("last_group"))

    def set_cash(self, cash: dict[str, Decimal]) -> None:
        """Set the amount of every currency; the account's own needs no rate."""
        book = self.engine.portfolio.cash_book
        for currency, amount in cash.items():
            known = book.get(currency)
            if known is None:
                book.add(currency, amount, 0)
            else:
                known.set_amount(amount)

    def _security(self, row: SecurityRow) -> Any:
        fields = {"security": row.security, "name": row.name, "underlying": row.underlying}
        return self._feed.security(symbol_from(fields), Resolution[row.resolution], row.extended_hours)

    def add_security(self, fields: Fields) -> Any:
        """Return the security that an order is on."""
        row = SecurityRow(
            fields["security"],
            fields["name"],
            fields.get("underlying"),
            fields["resolution"],
            bool(fields["extended_hours"]),
        )
        security = self._security(row)
        self.new_securities.append(row)
        underlying = security.symbol.underlying
        if underlying is not None:  # what an exercise delivers
            name = underlying.value
            self.new_securities.append(row._replace(security=str(underlying.id), name=name, underlying=None))
        return security

    # requests

    def next_order_ids(self, count: int) -> list[int]:
        """Return the ids that the next orders will get."""
        last = self.engine.transactions.last_order_id
        return list(range(last + 1, last + 1 + count))

    def place(self, legs: list[Fields]) -> list[OrderTicket]:
        """Place one order, or the legs of one combo; return their tickets."""
        account = self.engine
        for leg in legs:
            self.add_security(leg)
        account.portfolio.invalidate_total_portfolio_value()
        groups: dict[int, GroupOrderManager] = {}
        group = _group_of(legs[0], groups)
        if group is not None:
            group.id = account.transactions.get_increment_group_order_manager_id()
        properties = account.default_order_properties
        return [account.transactions.add_order(request_from(leg, properties.clone(), group)) for leg in legs]

    def update(self, fields: Fields) -> OrderResponse:
        """Change a resting order to what the fields say."""
        order = self.handler.orders[int(fields["id"])]
        change = UpdateOrderFields()
        for name in _CHANGEABLE:
            if name in fields and hasattr(order, f"{name}_decimal"):
                setattr(change, f"{name}_decimal", Decimal(fields[name]))
        group = order.group_order_manager
        quantity = Decimal(fields["quantity"])
        if group is not None:
            change.limit_price_decimal = Decimal(fields["group"]["limit_price"])
            quantity = Decimal(fields["group"]["quantity"])
        if quantity != (order.quantity_decimal if group is None else group.quantity_decimal):
            change.quantity_decimal = quantity
        change.tag = fields["tag"]
        request = UpdateOrderRequest(self.now, order.id, change)
        self.engine.transactions.update_order(request)
        self.handler.process_pending_requests()
        return request.response

    def cancel(self, order_id: int) -> OrderResponse:
        """Withdraw a resting order, the whole combo with it."""
        order = self.handler.orders[order_id]
        request = CancelOrderRequest(self.now, order_id, order.tag)
        self.engine.transactions.process_request(request)
        self.handler.process_pending_requests()
        return request.response

    # what the broker does of itself

    def assign_early(self, pattern: str) -> bool:
        """Have the holder of the first short option that a pattern names exercise it; False if there is none."""
        for security in self._held(pattern):
            if security.type.is_option() and security.holdings.is_short and _may_be_exercised(security):
                self.handler.handle_option_notification(security.symbol, Decimal(0), "early assignment")
                return True
        return False

    def close_leg(self, pattern: str) -> bool:
        """Close the first position that a pattern names, at bid or ask; False if there is none."""
        for security in self._held(pattern):
            quantity = -security.holdings.quantity_decimal
            order = MarketOrder(security.symbol, quantity, self.now, tag=CLOSED_BY_BROKER)
            order.order_submission_data = submission_data(security)
            order.price_currency = security.symbol_properties.quote_currency
            self.handler.add_open_order(order)
            side = security.ask_price_decimal if quantity > 0 else security.bid_price_decimal
            fill = OrderEvent(order, self.now, fee_of(security, order), CLOSED_BY_BROKER)
            fill.status = OrderStatus.FILLED
            fill.fill_price_decimal = side or security.price_decimal
            fill.fill_quantity_decimal = quantity
            self.handler.handle_order_event(fill)
            return True
        return False

    def adjust_cash(self, currency: str, amount: Decimal) -> None:
        """Change the cash without a word."""
        self.engine.portfolio.cash_book[currency].add_amount(amount)

    def _held(self, pattern: str) -> list[Any]:
        held = [s for s in self.engine.securities.kept() if s.holdings.quantity_decimal]
        named = [s for s in held if fnmatchcase(s.symbol.value, pattern) or str(s.symbol.id) == pattern]
        return sorted(named, key=lambda security: security.symbol.value)

    # the market

    def next_moment(self, limit: int) -> int | None:
        """Return the next moment up to a limit at which something may happen of itself."""
        return self._feed.next_after(self.now, limit)

    def go_to(self, stamp: int) -> None:
        """Move to a moment; fills, expiries and settlements that belong to it happen."""
        account, manager = self.engine, self._manager
        self._feed.prepare(stamp)
        if self._feed.plan.carries_events(stamp) or manager.scan_is_due(stamp):
            self._step(stamp)
            return
        account.set_date_time(stamp)
        if self.handler.needs_processing(stamp):
            account.portfolio.invalidate_total_portfolio_value()
            self.handler.process_synchronous_events()

    def _step(self, stamp: int) -> None:
        changes = NO_CHANGES
        for symbol in self._feed.final_delistings(stamp):
            changes = changes + self._selection.handle_delisting(symbol, False)
        self._feed.changes = changes
        self._manager.step(stamp)
        self._feed.changes = NO_CHANGES


def _may_be_exercised(option: Any) -> bool:
    return bool(option.style == OptionStyle.AMERICAN)


def _group_of(fields: Fields, groups: dict[int, GroupOrderManager]) -> GroupOrderManager | None:
    """Return the group that an order shares with the other legs of its combo."""
    given = fields["group"]
    if given is None:
        return None
    group = groups.get(given["id"])
    if group is None:
        group = groups[given["id"]] = GroupOrderManager(
            given["id"], given["count"], Decimal(given["quantity"]), Decimal(given["limit_price"])
        )
    return group
