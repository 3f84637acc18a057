"""Fee of a market order that would close something now (LEAN: Extensions.GetMarketOrderFees)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.securities.cash_amount import CashAmount
    from engine.securities.security import Security


def market_order_fees(security: Security, quantity: Decimal) -> CashAmount:
    """Return the fee of a market order of `quantity` at the security's current time."""
    from engine.orders.fees.order_fee_parameters import OrderFeeParameters
    from engine.orders.market_order import MarketOrder

    order = MarketOrder(security.symbol, quantity, security.utc_stamp)
    return security.fee_model.get_order_fee(OrderFeeParameters(security, order)).value
