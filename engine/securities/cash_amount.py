"""Amounts of one currency (LEAN: Common/Securities/CashAmount.cs, ConvertibleCashAmount.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.numbers import to_decimal, to_float
from engine.orders.exact import float_of

if TYPE_CHECKING:
    from engine.securities.cash import Cash


class CashAmount:
    """A quantity of a currency, e.g. an order fee."""

    __slots__ = ("amount_decimal", "currency")

    def __init__(self, amount: float | Decimal, currency: str) -> None:
        self.amount_decimal = to_decimal(amount)
        self.currency = currency

    amount = float_of("amount_decimal")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, CashAmount):
            return NotImplemented
        return self.amount_decimal == other.amount_decimal and self.currency == other.currency

    def __hash__(self) -> int:
        return hash((self.amount_decimal, self.currency))

    def __repr__(self) -> str:
        return f"CashAmount({self.amount_decimal}, {self.currency!r})"


class ConvertibleCashAmount:
    """A quantity of a currency that knows its worth in the account currency."""

    __slots__ = ("amount_decimal", "cash")

    def __init__(self, amount: float | Decimal, cash: Cash) -> None:
        self.amount_decimal = to_decimal(amount)
        self.cash = cash

    amount = float_of("amount_decimal")
    in_account_currency = float_of("in_account_currency_decimal")

    @property
    def in_account_currency_decimal(self) -> Decimal:
        return self.amount_decimal * self.cash.conversion_rate_decimal

    def __float__(self) -> float:
        return to_float(self.in_account_currency_decimal)
