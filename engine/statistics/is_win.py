"""Whether a closed trade counts as won (LEAN: Common/Extensions.cs, IsWin)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OrderDirection, OrderType

if TYPE_CHECKING:
    from engine.orders.order_event import OrderEvent
    from engine.securities.security import Security


def is_win(fill: OrderEvent, security: Security, profit_loss: Decimal) -> bool:
    """Return whether a fill that closed something won.

    The premium of an exercised option says little alone: a long option that ends in the money has won if it
    cost less than the amount in the money; a short one if it took in more.
    """
    exercised = fill.ticket is not None and fill.ticket.order_type == OrderType.OPTION_EXERCISE
    if not exercised or not fill.symbol.security_type.is_option():
        return profit_loss > 0
    pay_off = security.get_pay_off_decimal(security.underlying.price_decimal)
    value = security.holdings.get_quantity_value(abs(fill.fill_quantity_decimal), pay_off)
    amount = value.in_account_currency_decimal
    if fill.direction == OrderDirection.SELL:
        return fill.is_in_the_money and abs(profit_loss) < amount
    return not fill.is_in_the_money or abs(profit_loss) > amount
