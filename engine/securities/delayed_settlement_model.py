"""Proceeds of sales that arrive days later (LEAN: Common/Securities/DelayedSettlementModel.cs)."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from engine.securities.cash_amount import CashAmount
from engine.securities.currencies import Currencies
from engine.securities.settlement_model import (
    ApplyFundsSettlementModelParameters,
    ScanSettlementModelParameters,
)

if TYPE_CHECKING:
    from engine.securities.cash_book import CashBook
    from engine.securities.security import Security


class UnsettledCashAmount(NamedTuple):
    """Proceeds that wait, and until when."""

    settlement_stamp: int
    currency: str
    amount: Decimal


class DelayedSettlementModel:
    """Buys are paid at once, sales settle after `number_of_days` open days at `time_of_day`."""

    def __init__(self, number_of_days: int, time_of_day: timedelta) -> None:
        self._number_of_days = number_of_days
        self._time_of_day = time_of_day
        self._waiting: deque[UnsettledCashAmount] = deque()
        self._cash_book: CashBook | None = None

    def apply_funds(self, parameters: ApplyFundsSettlementModelParameters) -> None:
        """Book a payment, or put proceeds into the unsettled cash book."""
        portfolio, cash = parameters.portfolio, parameters.cash_amount
        self._cash_book = self._cash_book or portfolio.unsettled_cash_book
        if cash.amount_decimal <= 0:
            portfolio.cash_book[cash.currency].add_amount(cash.amount_decimal)
            return
        portfolio.unsettled_cash_book[cash.currency].add_amount(cash.amount_decimal)
        due = self._settlement_stamp(parameters.security, parameters.utc_stamp)
        self._waiting.append(UnsettledCashAmount(due, cash.currency, cash.amount_decimal))

    def _settlement_stamp(self, security: Security, utc_stamp: int) -> int:
        hours = security.exchange.hours
        day = hours.time_zone.local_datetime(utc_stamp).replace(hour=0, minute=0, second=0, microsecond=0)
        remaining = self._number_of_days
        while remaining > 0:
            day += timedelta(days=1)
            if hours.is_date_open(day):
                remaining -= 1
        settles_at: datetime = day + self._time_of_day
        return hours.time_zone.utc_stamp(settles_at)

    def scan(self, settlement_parameters: ScanSettlementModelParameters) -> None:
        """Move what is due from the unsettled to the settled cash book."""
        portfolio = settlement_parameters.portfolio
        while self._waiting and settlement_parameters.utc_stamp >= self._waiting[0].settlement_stamp:
            item = self._waiting.popleft()
            portfolio.unsettled_cash_book[item.currency].add_amount(-item.amount)
            portfolio.cash_book[item.currency].add_amount(item.amount)

    def get_unsettled_cash(self) -> CashAmount:
        """Return what waits, in the account currency."""
        if not self._waiting or self._cash_book is None:
            return CashAmount(Decimal(0), Currencies.USD)
        book = self._cash_book
        total = sum(
            (
                book.convert_decimal(item.amount, item.currency, book.account_currency)
                for item in self._waiting
            ),
            Decimal(0),
        )
        return CashAmount(total, book.account_currency)
