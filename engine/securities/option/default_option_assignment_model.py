"""Assignment of shorts before expiry (LEAN: Common/Securities/Option/DefaultOptionAssignmentModel.cs)."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import OptionRight, OptionStyle, SettlementType
from engine.common.numbers import to_decimal
from engine.securities.market_order_fees import market_order_fees
from engine.securities.option.option_assignment import OptionAssignmentParameters, OptionAssignmentResult

if TYPE_CHECKING:
    from engine.securities.option.option import Option
    from engine.securities.security import Security

_TAG = "Simulated option assignment before expiration"


class DefaultOptionAssignmentModel:
    """Assigns deep in-the-money shorts near expiry when exercising pays the holder more than selling.

    Parameters
    ----------
    required_in_the_money_percent : fraction of the underlying's price
    prior_expiration : how long before expiry American options may be assigned
    """

    def __init__(
        self,
        required_in_the_money_percent: float | Decimal = Decimal("0.05"),
        prior_expiration: timedelta | None = None,
    ) -> None:
        self._required = to_decimal(required_in_the_money_percent)
        self._prior_expiration = prior_expiration or timedelta(days=4)

    def get_assignment(self, parameters: OptionAssignmentParameters) -> OptionAssignmentResult:
        """Return how many contracts are assigned now: all or none."""
        option = parameters.option
        if (
            self._expires_soon(option)
            and self._is_deep_in_the_money(option)
            and _profit_of_exercise(option) > 0
        ):
            return OptionAssignmentResult(option.holdings.absolute_quantity_decimal, _TAG)
        return OptionAssignmentResult.NULL

    def _expires_soon(self, option: Option) -> bool:
        if option.style == OptionStyle.AMERICAN:
            return option.expiry - option.local_time <= self._prior_expiration
        return option.expiry.date() == option.local_time.date()

    def _is_deep_in_the_money(self, option: Option) -> bool:
        price = option.underlying.close_decimal
        return option.get_pay_off_decimal(price) / price > self._required


def _profit_of_exercise(option: Option) -> Decimal:
    # LEAN multiplies the exercise quantity, which counts shares already, by the contract unit once more
    holding, underlying = option.holdings, option.underlying
    rate = option.quote_currency.conversion_rate_decimal
    multiplier = option.symbol_properties.contract_multiplier_decimal
    shares = option.get_exercise_quantity_decimal(holding.quantity_decimal)
    is_call = option.right == OptionRight.CALL
    spot = underlying.bid_price_decimal if is_call else underlying.ask_price_decimal
    sale = (
        (option.bid_price_decimal - holding.average_price_decimal)
        * -holding.quantity_decimal
        * rate
        * multiplier
    )
    sale -= _fee(option, -holding.quantity_decimal)
    exercise = (
        (spot - option.scaled_strike_price_decimal)
        * shares
        * underlying.quote_currency.conversion_rate_decimal
        * option.contract_unit_of_trade
    )
    if option.exercise_settlement == SettlementType.PHYSICAL_DELIVERY:
        exercise -= _fee(underlying, -shares)
    exercise -= holding.average_price_decimal * holding.absolute_quantity_decimal * multiplier * rate
    return exercise - _exercise_fee(option) - sale


def _fee(security: Security, quantity: Decimal) -> Decimal:
    fee = market_order_fees(security, quantity).amount_decimal
    return fee * security.quote_currency.conversion_rate_decimal


def _exercise_fee(option: Any) -> Decimal:
    from engine.orders.fees.order_fee_parameters import OrderFeeParameters
    from engine.orders.option_exercise_order import OptionExerciseOrder

    quantity = Decimal(int(option.holdings.absolute_quantity_decimal))
    order = OptionExerciseOrder(option.symbol, quantity, option.utc_stamp)
    fee = option.fee_model.get_order_fee(OrderFeeParameters(option, order)).value
    return fee.amount_decimal * option.quote_currency.conversion_rate_decimal
