"""Holding of a future, settled into cash every day (LEAN: Common/Securities/Future/FutureHolding.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.orders.exact import float_of
from engine.securities.security_holding import SecurityHolding

if TYPE_CHECKING:
    from engine.securities.cash_book import CashBook
    from engine.securities.security import Security


class FutureHolding(SecurityHolding):
    """Knows which part of its profit is in the cash book already."""

    __slots__ = ("settled_profit_decimal",)

    def __init__(self, security: Security, currency_converter: CashBook) -> None:
        super().__init__(security, currency_converter)
        self.settled_profit_decimal = Decimal(0)

    settled_profit = float_of("settled_profit_decimal")
    unsettled_profit = float_of("unsettled_profit_decimal")

    @property
    def unsettled_profit_decimal(self) -> Decimal:
        return self.total_close_profit_decimal() - self.settled_profit_decimal
