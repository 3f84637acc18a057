"""The fee of an order (LEAN: Common/Orders/Fees/OrderFee.cs)."""

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


OrderFee.ZERO = OrderFee(CashAmount(Decimal(0), Currencies.NULL_CURRENCY))
