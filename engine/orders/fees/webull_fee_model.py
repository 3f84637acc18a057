"""Webull's fees (LEAN: Common/Orders/Fees/WebullFeeModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import SecurityType
from engine.orders.fees.fee_model import FeeModel
from engine.orders.fees.order_fee import OrderFee
from engine.orders.order_extensions import is_combo_order
from engine.securities.cash_amount import CashAmount

if TYPE_CHECKING:
    from engine.orders.fees.order_fee_parameters import OrderFeeParameters

_D = Decimal
_CONTRACT_FEE = _D("0.50")
# Exchange fee below and from the price given first.
_BY_PRICE = {
    "SPX": (_D(1), _D("0.57"), _D("0.66")),
    "SPXW": (_D(1), _D("0.50"), _D("0.59")),
}
_NASDAQ_SINGLE = (_D(25), _D("0.50"), _D("0.75"))
_NASDAQ_COMBO = (_D(25), _D("0.65"), _D("0.90"))
# Exchange fee up to and including a price.
_VIX_TIERS = ((_D("0.10"), _D("0.10")), (_D("0.99"), _D("0.25")), (_D("1.99"), _D("0.40")))
_VIX_HIGHEST = _D("0.45")
_MINI_SPX = (_D(10), _D(0), _D("0.07"))
_DOW = _D("0.18")


class WebullFeeModel(FeeModel):
    """Stocks and their options are free; index options pay the broker and the exchange per contract."""

    def get_order_fee(self, parameters: OrderFeeParameters) -> OrderFee:
        order, security = parameters.order, parameters.security
        if security.type != SecurityType.INDEX_OPTION:
            return OrderFee.ZERO
        quantity = order.absolute_quantity_decimal
        root = security.symbol.underlying.value.upper()
        exchange = _exchange_fee(root, security.price_decimal, quantity, is_combo_order(order.type))
        return OrderFee(CashAmount(quantity * (exchange + _CONTRACT_FEE), "USD"))


def _exchange_fee(root: str, price: Decimal, quantity: Decimal, is_combo: bool) -> Decimal:
    if root in ("VIX", "VIXW"):
        return next((fee for limit, fee in _VIX_TIERS if price <= limit), _VIX_HIGHEST)
    if root == "XSP":
        return _step(_MINI_SPX, quantity)
    if root == "DJX":
        return _DOW
    if root in ("NDX", "NDXP"):
        return _step(_NASDAQ_COMBO if is_combo else _NASDAQ_SINGLE, price)
    return _step(_BY_PRICE[root], price) if root in _BY_PRICE else _D(0)


def _step(fees: tuple[Decimal, Decimal, Decimal], value: Decimal) -> Decimal:
    threshold, below, above = fees
    return below if value < threshold else above
