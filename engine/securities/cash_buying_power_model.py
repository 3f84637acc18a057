"""Buying outright, with the money there is (LEAN: Common/Securities/CashBuyingPowerModel.cs).

The model is about currencies and coins, the only securities that are themselves cash; the engine trades
none. For every security there is, LEAN's model refuses, and so does this one, in the same words.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.errors import InvalidOperationException, NotImplementedException
from engine.common.numbers import to_decimal
from engine.securities.buying_power_model import BuyingPowerModel
from engine.securities.buying_power_parameters import (
    BuyingPowerParameters,
    GetMaximumOrderQuantityForDeltaBuyingPowerParameters,
    GetMaximumOrderQuantityForTargetBuyingPowerParameters,
    GetMaximumOrderQuantityResult,
    HasSufficientBuyingPowerForOrderParameters,
    HasSufficientBuyingPowerForOrderResult,
    ReservedBuyingPowerForPositionParameters,
)
from engine.securities.margins import BuyingPower, Number, ReservedBuyingPowerForPosition

if TYPE_CHECKING:
    from engine.securities.security import Security


class CashBuyingPowerModel(BuyingPowerModel):
    """No leverage, no margin, no short positions."""

    def __init__(self) -> None:
        super().__init__(1, 0, 0)

    def leverage_decimal(self, security: Security) -> Decimal:
        return Decimal(1)

    def set_leverage(self, security: Security, leverage: Number) -> None:
        """Accept no other leverage than 1."""
        if to_decimal(leverage) != 1:
            raise InvalidOperationException(
                "CashBuyingPowerModel does not allow setting leverage. Cash accounts have no leverage."
            )

    def get_buying_power(self, parameters: BuyingPowerParameters) -> BuyingPower:
        return BuyingPower(Decimal(0))

    def get_reserved_buying_power_for_position(
        self, parameters: ReservedBuyingPowerForPositionParameters
    ) -> ReservedBuyingPowerForPosition:
        """Return zero: what is paid for uses no margin."""
        return ReservedBuyingPowerForPosition(Decimal(0))

    def has_sufficient_buying_power_for_order(
        self, parameters: HasSufficientBuyingPowerForOrderParameters
    ) -> HasSufficientBuyingPowerForOrderResult:
        return parameters.insufficient(
            f"The '{parameters.security.symbol.value}' security is not supported by this cash model. "
            "Currently only Crypto and Forex are supported."
        )

    def get_maximum_order_quantity_for_delta_buying_power(
        self, parameters: GetMaximumOrderQuantityForDeltaBuyingPowerParameters
    ) -> GetMaximumOrderQuantityResult:
        raise NotImplementedException(
            "The CashBuyingPowerModel does not require 'GetMaximumOrderQuantityForDeltaBuyingPower'."
        )

    def get_maximum_order_quantity_for_target_buying_power(
        self, parameters: GetMaximumOrderQuantityForTargetBuyingPowerParameters
    ) -> GetMaximumOrderQuantityResult:
        target = parameters.target_buying_power_decimal
        if target * parameters.portfolio.total_portfolio_value_decimal < 0:
            return GetMaximumOrderQuantityResult(0, "The cash model does not allow shorting.")
        return GetMaximumOrderQuantityResult(0, "The security type must be Cryptoor Forex.")
