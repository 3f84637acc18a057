"""The paper broker: an account whose every change is in the ledger before anybody hears of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import OrderStatus
from engine.common.errors import EngineError
from engine.common.security_identifier import SecurityIdentifier
from engine.orders.order_extensions import is_open
from engine.paper.account import PaperAccount
from engine.paper.ledger import VERSION
from engine.paper.messages import Fields, order_fields, symbol_fields
from engine.securities.market_hours_database import MarketHoursDatabase
from engine.securities.symbol_properties_database import SymbolPropertiesDatabase

if TYPE_CHECKING:
    from engine.data_source.source import DataSource
    from engine.paper.ledger import Ledger

_LASTING_TERMS = ("brokerage", "account_type", "currency", "data")


def use_source(source: DataSource) -> None:
    """Make a data source's tables those of this process."""
    MarketHoursDatabase.current = source.market_hours
    SymbolPropertiesDatabase.current = source.symbol_properties
    SecurityIdentifier.first_ticker = source.first_ticker


class PaperBroker:
    """Implements `engine.paper.port.Broker` over a ledger; nothing else is remembered.

    Parameters
    ----------
    ledger : where the truth is
    source : market data, the same as the algorithm's
    """

    def __init__(self, ledger: Ledger, source: DataSource) -> None:
        self.ledger = ledger
        self._source = source
        self._seq = 0
        self._told = 0
        self._stored_cash: dict[str, Decimal] = {}
        self._waiting: list[Fields] = []
        """Notices that are in the ledger and have not been told."""
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
        self._stored_cash = self._account_now.cash()
        self._waiting = []
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
            raise EngineError("the paper account has not been opened")
        return self._account

    def snapshot(self) -> Fields:
        account = self._account_now
        return {
            "stamp": account.now,
            "seq": self._seq,
            "cash": {currency: str(amount) for currency, amount in account.cash().items()},
            "holdings": [self._holding(account, row.security) for row in account.holdings()],
            "orders": [
                {**order_fields(order), "filled": str(account.filled(order))}
                for order in account.open_orders()
            ],
        }

    def cash(self) -> Fields:
        amounts = self._account_now.cash()
        return {
            "cash": {name: str(amount) for name, amount in amounts.items()},
            "complete": not self._waiting,
        }

    @staticmethod
    def _holding(account: PaperAccount, security: str) -> Fields:
        symbol = account.symbol_of(security)
        holdings = account.engine.securities[symbol].holdings
        return {
            **symbol_fields(symbol),
            "quantity": str(holdings.quantity_decimal),
            "average_price": str(holdings.average_price_decimal),
            "settled_profit": str(getattr(holdings, "settled_profit_decimal", Decimal(0))),
            "price": str(account.price(symbol)),
        }

    # requests

    def advance(self, stamp: int) -> Fields:
        self._advance(stamp)
        return self._answer()

    def place(self, stamp: int, legs: list[Fields]) -> Fields:
        self._advance(stamp)
        account = self._account_now
        tickets = self._stored(lambda: account.place(legs))
        return self._answer(ids=[ticket.order_id for ticket in tickets])

    def update(self, stamp: int, order: Fields) -> Fields:
        self._advance(stamp)
        account = self._account_now
        if not self._rests(int(order["id"])):
            return self._answer(accepted=False, reason=f"order {order['id']} does not rest any more")
        response = self._stored(lambda: account.update(order))
        return self._answer(accepted=response.is_success, reason=response.error_message or "")

    def cancel(self, stamp: int, order_id: int) -> Fields:
        self._advance(stamp)
        account = self._account_now
        if not self._rests(order_id):
            return self._answer(accepted=False, reason=f"order {order_id} does not rest any more")
        response = self._stored(lambda: account.cancel(order_id))
        return self._answer(accepted=response.is_success, reason=response.error_message or "")

    def close(self) -> None:
        self.ledger.close()

    def _rests(self, order_id: int) -> bool:
        return self._account_now.handler.get_open(order_id) is not None

    def _answer(self, **more: Any) -> Fields:
        notices, self._waiting = self._waiting, []
        return {"stamp": self._account_now.now, "notices": notices, **more}

    # the market

    def _advance(self, stamp: int) -> None:
        account = self._account_now
        while account.now < stamp:
            moment = account.next_moment(stamp)
            target = stamp if moment is None else moment
            self._stored(lambda target=target: account.go_to(target))  # type: ignore[misc]

    # storing

    def _stored(self, action: Callable[[], Any]) -> Any:
        """Do something with the account, and store all that it changed in one transaction."""
        result = action()
        account, ledger = self._account_now, self.ledger
        notices, orders = account.handler.happenings.take()
        orders += [order for order in account.orders_moved() if order not in orders]
        cash = account.cash()
        changed = bool(notices or orders or cash != self._stored_cash or account.new_securities)
        ledger.begin(changes_hands=changed)
        try:
            ledger.set_fact("market_time", account.now)
            if changed:
                self._store(account, notices, orders, cash)
            ledger.commit()
        except BaseException:
            ledger.roll_back()
            raise
        self._waiting += notices
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
