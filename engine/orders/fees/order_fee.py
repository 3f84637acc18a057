"""The fee of an order (LEAN: Common/Orders/Fees/OrderFee.cs, ModifiedFillQuantityOrderFee.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from engine.common.numbers import normalize
from engine.securities.cash_amount import CashAmount
from engine.securities.currencies import Currencies

if TYPE_CHECKING:
    from engine.orders.order_event import OrderEvent
    from engine.securities.security_portfolio_manager import SecurityPortfolioManager


class OrderFee:
    """An amount in a currency, taken from the cash book when the fill is booked."""

    __slots__ = ("value",)

    ZERO: ClassVar[OrderFee]

    def __init__(self, order_fee: CashAmount) -> None:
        self.value = CashAmount(normalize(order_fee.amount_decimal), order_fee.currency)

    def apply_to_portfolio(self, portfolio: SecurityPortfolioManager, fill: OrderEvent) -> None:
        portfolio.cash_book[self.value.currency].add_amount(-self.value.amount_decimal)

    def __str__(self) -> str:
        return f"{self.value.amount_decimal:f} {self.value.currency}"


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


OrderFee.ZERO = OrderFee(CashAmount(Decimal(0), Currencies.NULL_CURRENCY))
