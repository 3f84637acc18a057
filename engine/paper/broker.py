"""The paper broker: an account whose every change is in the ledger before anybody hears of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import OrderStatus
from engine.common.errors import EngineError
from engine.common.time import MINUTE
from engine.data_source.in_use import use_source
from engine.orders.order_extensions import is_open
from engine.paper.account import PaperAccount
from engine.paper.faults import (
    ASSIGNMENT,
    CASH,
    CLOSED,
    DELAY,
    DISCONNECT,
    DUPLICATE,
    OUT_OF_ORDER,
    PARTIAL,
    REJECT,
    Fault,
    FaultPlan,
)
from engine.paper.ledger import VERSION
from engine.paper.matching import PartialFill
from engine.paper.messages import Fields, order_fields, symbol_fields
from engine.paper.telling import Telling

if TYPE_CHECKING:
    from engine.data_source.source import DataSource
    from engine.orders.order_response import OrderResponse
    from engine.paper.ledger import HeldRow, Ledger

_NOT_CONNECTED = "the broker is not connected"
_LASTING_TERMS = ("brokerage", "account_type", "currency", "data")


class PaperBroker:
    """Implements `engine.paper.port.Broker` over a ledger; nothing else is remembered.

    Parameters
    ----------
    ledger : where the truth is
    source : market data, the same as the algorithm's
    faults : what shall go wrong, once for each as often as it says
    """

    def __init__(self, ledger: Ledger, source: DataSource, faults: tuple[Fault, ...] = ()) -> None:
        self.ledger = ledger
        self._source = source
        self._seq = 0
        self._placed = 0
        self._stored_cash: dict[str, Decimal] = {}
        self._telling = Telling()
        self._faults = FaultPlan(faults, ledger.used_faults())
        self._account: PaperAccount | None = None

    # what there is

    def status(self) -> Fields:
        terms = self.ledger.fact("terms")
        return {
            "opened": terms is not None,
            "stamp": self.ledger.number("market_time"),
            "terms": None if terms is None else json.loads(terms),
        }

    def open(self, terms: Fields) -> Fields:
        known = self.ledger.fact("terms")
        use_source(self._source)
        if known is None:
            self._open_new(terms)
        else:
            lasting: Fields = json.loads(known)
            _compare_terms(lasting, terms)
            self._account = PaperAccount(
                self._source, {**lasting, "start": self.ledger.number("market_time"), "end": terms["end"]}
            )
            self._account.restore(self.ledger)
        self._seq = self.ledger.number("seq")
        self._placed = self.ledger.number("placed")
        self._stored_cash = self._account_now.cash()
        self._telling.forget()
        return self.snapshot()

    def _open_new(self, terms: Fields) -> None:
        self._account = account = PaperAccount(self._source, terms)
        ledger = self.ledger
        account.set_cash({currency: Decimal(amount) for currency, amount in terms["cash"].items()})
        ledger.begin(changes_hands=True)
        ledger.set_fact("version", VERSION)
        ledger.set_fact("terms", json.dumps(terms))
        ledger.set_fact("market_time", int(terms["start"]))
        ledger.set_cash(account.cash())
        ledger.commit()

    @property
    def _account_now(self) -> PaperAccount:
        if self._account is None:
            raise EngineError("the paper account is not open")
        return self._account

    def snapshot(self) -> Fields:
        account = self._account_now
        return {
            "stamp": account.now,
            "seq": self._seq,
            "cash": {currency: str(amount) for currency, amount in account.cash().items()},
            "holdings": [self._holding(account, row) for row in account.holdings()],
            "orders": [
                {**order_fields(order), "filled": str(account.filled(order))}
                for order in account.open_orders()
            ],
        }

    def cash(self) -> Fields:
        amounts = self._account_now.cash()
        return {
            "cash": {name: str(amount) for name, amount in amounts.items()},
            "complete": self._telling.complete,
        }

    def history(self) -> Fields:
        fills = [
            event
            for notice in self.ledger.notices()
            for event in notice.get("events", ())
            if Decimal(event["fill_quantity"])
        ]
        return {
            "orders": self.ledger.order_count(),
            "fees": str(sum((Decimal(event["fee"]) for event in fills), Decimal(0))),
            "fills": fills,
            "closed_trades": self.ledger.closed_trades(),
        }

    @staticmethod
    def _holding(account: PaperAccount, row: HeldRow) -> Fields:
        symbol = account.symbol_of(row.security)
        return {
            **symbol_fields(symbol),
            "quantity": str(row.quantity),
            "average_price": str(row.average_price),
            "settled_profit": str(row.settled_profit),
            "settled_quantity": str(row.settled_quantity),
            "price": str(account.price(symbol)),
        }

    # requests

    def advance(self, stamp: int) -> Fields:
        self._advance(stamp)
        return self._answer()

    def place(self, stamp: int, legs: list[Fields]) -> Fields:
        self._advance(stamp)
        account = self._account_now
        number, tag = self._placed + 1, str(legs[0]["tag"] or "")
        cut_off = self._faults.take(DISCONNECT, number, tag)
        if cut_off is not None:
            self._cut_off(cut_off)
        if not self._is_connected:
            self._stored(lambda: None)  # that the fault has happened
            return self._answer(ids=[], accepted=False, reason=_NOT_CONNECTED)
        self._placed = number
        rejection = self._faults.take(REJECT, number, tag)
        partial = self._faults.take(PARTIAL, number, tag)
        spoilt = {kind: self._faults.take(kind, number, tag) for kind in (DELAY, DUPLICATE, OUT_OF_ORDER)}
        ids = account.next_order_ids(len(legs))
        for kind, fault in spoilt.items():
            if fault is not None:
                self._telling.meet(kind, ids, fault.minutes)
        if partial is not None:
            wanted = PartialFill(partial.part, partial.legs, partial.cancels_rest)
            account.matching.partial.update((order_id, wanted) for order_id in ids)
        account.matching.refusal = None if rejection is None else rejection.reason
        try:
            self._stored(lambda: account.place(legs))
        finally:
            account.matching.refusal = None
        return self._answer(ids=ids, accepted=True, reason="")

    def update(self, stamp: int, order: Fields) -> Fields:
        return self._change(stamp, int(order["id"]), lambda account: account.update(order))

    def cancel(self, stamp: int, order_id: int) -> Fields:
        return self._change(stamp, order_id, lambda account: account.cancel(order_id))

    def _change(self, stamp: int, order_id: int, action: Callable[[PaperAccount], OrderResponse]) -> Fields:
        self._advance(stamp)
        account = self._account_now
        if not self._is_connected:
            return self._answer(accepted=False, reason=_NOT_CONNECTED)
        if account.handler.get_open(order_id) is None:
            return self._answer(accepted=False, reason=f"order {order_id} does not rest any more")
        response: OrderResponse = self._stored(lambda: action(account))
        return self._answer(accepted=response.is_success, reason=response.error_message or "")

    def close(self) -> None:
        self.ledger.close()

    def _answer(self, **more: Any) -> Fields:
        now = self._account_now.now
        return {
            "stamp": now,
            "connected": self._is_connected,
            "notices": self._telling.take(now),
            **more,
        }

    # the market

    def _advance(self, stamp: int) -> None:
        account = self._account_now
        while account.now < stamp:
            moments = (account.next_moment(stamp), self._faults.next_stamp(account.now, stamp), stamp)
            target = min(moment for moment in moments if moment is not None)
            self._stored(lambda target=target: self._go_to(account, target))  # type: ignore[misc]

    def _go_to(self, account: PaperAccount, stamp: int) -> None:
        account.go_to(stamp)
        for fault in self._faults.due(stamp):
            if self._happens(account, fault):
                self._faults.count(fault)

    # what goes wrong

    def _happens(self, account: PaperAccount, fault: Fault) -> bool:
        """Let a fault happen that is due; False while there is nothing it could happen to."""
        if fault.kind == ASSIGNMENT:
            return account.assign_early(fault.contract)
        if fault.kind == CLOSED:
            return account.close_leg(fault.contract)
        if fault.kind == CASH:
            account.adjust_cash(fault.currency, fault.amount)
        else:
            self._cut_off(fault)
        return True

    def _cut_off(self, fault: Fault) -> None:
        self._telling.silent_until = self._account_now.now + fault.minutes * MINUTE

    @property
    def _is_connected(self) -> bool:
        return self._account_now.now >= self._telling.silent_until

    # storing

    def _stored(self, action: Callable[[], Any]) -> Any:
        """Do something with the account, and store all that it changed in one transaction."""
        result = action()
        account, ledger = self._account_now, self.ledger
        notices, orders = account.handler.happenings.take()
        orders += [order for order in account.orders_moved() if order not in orders]
        cash = account.cash()
        happened = self._faults.happened
        changed = bool(notices or orders or cash != self._stored_cash or account.new_securities or happened)
        try:
            ledger.begin(changes_hands=changed)
            ledger.set_fact("market_time", account.now)
            if changed:
                self._store(account, notices, orders, cash)
            ledger.commit()
        except sqlite3.Error as error:
            # what is not in the ledger has not happened: this account is no longer the truth
            ledger.roll_back()
            self._account = None
            raise EngineError(f"the paper broker's ledger cannot be written: {error}") from error
        for notice in notices:
            self._telling.add(notice, account.now)
        return result

    def _store(self, account: PaperAccount, notices: list[Fields], orders: list[Any], cash: Any) -> None:
        ledger = self.ledger
        for row in account.new_securities:
            ledger.add_security(row)
        account.new_securities.clear()
        for order in orders:
            is_resting = is_open(order.status) and order.status != OrderStatus.NEW
            ledger.set_order(order_fields(order), account.filled(order), is_open=is_resting)
        for notice in notices:
            self._seq += 1
            notice["seq"] = self._seq
            ledger.add_notice(self._seq, account.now, notice)
        for closed in account.new_closed_trades():
            ledger.add_closed_trade(*closed)
        for key in self._faults.happened:
            ledger.use_fault(key, self._faults.used[key], account.now)
        self._faults.happened.clear()
        ledger.set_fact("placed", self._placed)
        ledger.set_fact("seq", self._seq)
        transactions = account.engine.transactions
        ledger.set_fact("last_order", transactions.last_order_id)
        ledger.set_fact("last_group", transactions.last_group_order_manager_id)
        ledger.set_cash(cash)
        ledger.set_holdings(account.holdings())
        self._stored_cash = cash


def _compare_terms(lasting: Fields, asked: Fields) -> None:
    """An account is what it was opened as."""
    for name in _LASTING_TERMS:
        if lasting[name] != asked[name]:
            raise EngineError(
                f"the paper account of this storage folder has {name.replace('_', ' ')} {lasting[name]!r}, "
                f"this run wants {asked[name]!r}; use another storage folder"
            )
