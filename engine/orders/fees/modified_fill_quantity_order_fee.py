"""A fee out of the filled quantity (LEAN: Common/Orders/Fees/ModifiedFillQuantityOrderFee.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.securities.cash_amount import CashAmount

if TYPE_CHECKING:
    from engine.orders.order_event import OrderEvent
    from engine.securities.security_portfolio_manager import SecurityPortfolioManager
from engine.orders.fees.order_fee import OrderFee


class ModifiedFillQuantityOrderFee(OrderFee):
    """A fee taken out of the filled quantity, booked in the quote currency."""

    __slots__ = ("_contract_multiplier", "_quote_currency")

    def __init__(self, order_fee: CashAmount, quote_currency: str, contract_multiplier: Decimal) -> None:
        super().__init__(order_fee)
        self._quote_currency = quote_currency
        self._contract_multiplier = contract_multiplier

    def apply_to_portfolio(self, portfolio: SecurityPortfolioManager, fill: OrderEvent) -> None:
        amount = self.value.amount_decimal * fill.fill_price_decimal * self._contract_multiplier
        portfolio.cash_book[self._quote_currency].add_amount(-amount)
