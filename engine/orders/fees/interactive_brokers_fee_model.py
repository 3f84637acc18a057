"""Interactive Brokers' fees (LEAN: Common/Orders/Fees/InteractiveBrokersFeeModel.cs)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OrderDirection, OrderType, SecurityType
from engine.common.errors import ArgumentException, KeyNotFoundException
from engine.common.numbers import to_decimal
from engine.orders.fees.fee_model import FeeModel
from engine.orders.fees.interactive_brokers_futures import futures_fee_per_contract
from engine.orders.fees.order_fee import OrderFee
from engine.orders.fees.order_fee_parameters import OrderFeeParameters
from engine.securities.cash_amount import CashAmount

if TYPE_CHECKING:
    from engine.orders.order import Order
    from engine.securities.security import Security

_D = Decimal
# currency, per share, minimum per order, maximum as a fraction of the trade's value
_EQUITY_FEES = {
    "usa": ("USD", _D("0.005"), _D(1), _D("0.005")),
    "india": ("INR", _D("0.01"), _D(6), _D(20)),
}
# up to a monthly amount in US dollars: rate, minimum per order
_FOREX_SCHEDULE = (
    (_D(1_000_000_000), _D("0.00002"), _D("2.00")),
    (_D(2_000_000_000), _D("0.000015"), _D("1.50")),
    (_D(5_000_000_000), _D("0.000010"), _D("1.25")),
    (_D("Infinity"), _D("0.000008"), _D("1.00")),
)
# up to a monthly number of contracts: (premium from which a rate holds, rate per contract)
_OPTION_SCHEDULE = (
    (_D(10_000), ((_D("0.1"), _D("0.65")), (_D("0.05"), _D("0.5")), (None, _D("0.25")))),
    (_D(50_000), ((_D("0.05"), _D("0.5")), (None, _D("0.25")))),
    (_D(100_000), ((None, _D("0.25")),)),
    (_D("Infinity"), ((None, _D("0.15")),)),
)
_OPTION_MINIMUM = _D(1)
_CFD_RATE = _D("0.00002")
_CFD_MINIMUM = {"JPY": _D(40), "HKD": _D(10)}

_LIMIT_PRICED = (
    OrderType.COMBO_LEG_LIMIT,
    OrderType.STOP_LIMIT,
    OrderType.LIMIT_IF_TOUCHED,
    OrderType.LIMIT,
)
_MARKET_PRICED = (
    OrderType.COMBO_MARKET,
    OrderType.MARKET_ON_OPEN,
    OrderType.MARKET_ON_CLOSE,
    OrderType.MARKET,
)


class InteractiveBrokersFeeModel(FeeModel):
    """Per share, per contract or per value, by the kind of security; exercising equity options is free."""

    def __init__(
        self,
        monthly_forex_trade_amount_in_us_dollars: float | Decimal = 0,
        monthly_options_trade_amount_in_contracts: float | Decimal = 0,
    ) -> None:
        forex = to_decimal(monthly_forex_trade_amount_in_us_dollars)
        contracts = to_decimal(monthly_options_trade_amount_in_contracts)
        self._forex = next(row[1:] for row in _FOREX_SCHEDULE if forex <= row[0])
        self._option_rates = next(rates for limit, rates in _OPTION_SCHEDULE if contracts <= limit)

    def get_order_fee(self, parameters: OrderFeeParameters) -> OrderFee:
        order, security = parameters.order, parameters.security
        if order.type == OrderType.OPTION_EXERCISE and order.security_type == SecurityType.OPTION:
            return OrderFee.ZERO
        fee_of = _FEE_BY_TYPE.get(security.type)
        if fee_of is None:
            raise ArgumentException(f"Unsupported security type: {security.type.to_string()}")
        return OrderFee(fee_of(self, order, security))

    def _equity_fee(self, order: Order, security: Security) -> CashAmount:
        market = security.symbol.id.market
        if market not in _EQUITY_FEES:
            raise KeyNotFoundException(f"InteractiveBrokersFeeModel(): unexpected equity Market {market}")
        currency, per_share, minimum, maximum_rate = _EQUITY_FEES[market]
        fee = per_share * order.absolute_quantity_decimal
        # The minimum is tested first, so the maximum never undercuts it.
        if fee < minimum:
            return CashAmount(minimum, currency)
        return CashAmount(min(fee, maximum_rate * abs(order.get_value_decimal(security))), currency)

    def _option_fee(self, order: Order, security: Security) -> CashAmount:
        market = security.symbol.id.market
        if market != "usa":
            raise KeyNotFoundException(f"InteractiveBrokersFeeModel(): unexpected option Market {market}")
        premium = potential_order_price(order, security)
        rate = next(rate for start, rate in self._option_rates if start is None or premium >= start)
        return CashAmount(max(order.absolute_quantity_decimal * rate, _OPTION_MINIMUM), "USD")

    def _future_fee(self, order: Order, security: Security) -> CashAmount:
        per_contract = futures_fee_per_contract(security)
        amount = order.absolute_quantity_decimal * per_contract.amount_decimal
        return CashAmount(amount, per_contract.currency)

    def _forex_fee(self, order: Order, security: Security) -> CashAmount:
        rate, minimum = self._forex
        return CashAmount(max(minimum, abs(rate * order.get_value_decimal(security))), "USD")

    def _cfd_fee(self, order: Order, security: Security) -> CashAmount:
        currency = security.quote_currency.symbol
        fee = _CFD_RATE * abs(order.get_value_decimal(security))
        return CashAmount(max(fee, _CFD_MINIMUM.get(currency, _D(1))), currency)


_FEE_BY_TYPE: dict[SecurityType, Callable[[InteractiveBrokersFeeModel, Order, Security], CashAmount]] = {
    SecurityType.EQUITY: InteractiveBrokersFeeModel._equity_fee,
    SecurityType.OPTION: InteractiveBrokersFeeModel._option_fee,
    SecurityType.INDEX_OPTION: InteractiveBrokersFeeModel._option_fee,
    SecurityType.FUTURE: InteractiveBrokersFeeModel._future_fee,
    SecurityType.FUTURE_OPTION: InteractiveBrokersFeeModel._future_fee,
    SecurityType.FOREX: InteractiveBrokersFeeModel._forex_fee,
    SecurityType.CFD: InteractiveBrokersFeeModel._cfd_fee,
}


def potential_order_price(order: Order, security: Security) -> Decimal:
    """Return the premium that decides an option's rate: the order's price, or the far side of the quote."""
    kind = order.type
    if kind in _MARKET_PRICED:
        buying = order.direction == OrderDirection.BUY
        return security.bid_price_decimal if buying else security.ask_price_decimal
    if kind in _LIMIT_PRICED:
        return order.limit_price_decimal  # type: ignore[attr-defined]
    if kind == OrderType.COMBO_LIMIT:
        return order.group_order_manager.limit_price_decimal  # type: ignore[union-attr]
    if kind in (OrderType.STOP_MARKET, OrderType.TRAILING_STOP):
        return order.stop_price_decimal  # type: ignore[attr-defined]
    return _D(0)
