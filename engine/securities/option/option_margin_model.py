"""Margin of options on equities and indices (LEAN: Common/Securities/Option/OptionMarginModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import OptionRight, SecurityType
from engine.common.errors import InvalidOperationException
from engine.securities.buying_power_model import SecurityMarginModel, with_fee
from engine.securities.buying_power_parameters import (
    InitialMarginParameters,
    InitialMarginRequiredForOrderParameters,
    MaintenanceMarginParameters,
)
from engine.securities.margins import InitialMargin, MaintenanceMargin, Number, OptionInitialMargin
from engine.securities.net_decimal import divide, multiply

if TYPE_CHECKING:
    from engine.securities.security import Security

_ZERO = Decimal(0)
_ONE = Decimal(1)
NAKED_SHARE = Decimal("0.1")
"""Of the strike of a put, of the underlying's price of a call."""
_NAKED_OTM_EQUITY = Decimal("0.2")
_NAKED_OTM_INDEX = Decimal("0.15")


def share_of_underlying(option: Security) -> Decimal:
    """Return the share of the underlying's price that a naked option needs, less what it is out of the money."""
    return _NAKED_OTM_EQUITY if option.type == SecurityType.OPTION else _NAKED_OTM_INDEX


class OptionMarginModel(SecurityMarginModel):
    """Longs need their premium once; naked shorts the premium and a part of the underlying or strike."""

    def __init__(self, required_free_buying_power_percent: Number = 0) -> None:
        super().__init__(1, required_free_buying_power_percent)

    def leverage_decimal(self, security: Security) -> Decimal:
        return _ONE

    def set_leverage(self, security: Security, leverage: Number) -> None:
        raise InvalidOperationException(
            "Options are leveraged products and different leverage cannot be set by user"
        )

    def get_initial_margin_required_for_order(
        self, parameters: InitialMarginRequiredForOrderParameters
    ) -> InitialMargin:
        order, security = parameters.order, parameters.security
        value = order.get_value_decimal(security)
        margin = multiply(value, self._requirement(security, order.quantity_decimal, value))
        return InitialMargin(with_fee(margin, parameters))

    def get_maintenance_margin(self, parameters: MaintenanceMarginParameters) -> MaintenanceMargin:
        if parameters.quantity_decimal >= 0:
            return MaintenanceMargin.ZERO
        cost = parameters.holdings_cost_decimal
        requirement = self._requirement(parameters.security, parameters.quantity_decimal, cost)
        return MaintenanceMargin(multiply(abs(cost), requirement))

    def get_initial_margin_requirement(self, parameters: InitialMarginParameters) -> InitialMargin:
        security, quantity = parameters.security, parameters.quantity_decimal
        value = (
            security.quote_currency.conversion_rate_decimal
            * security.symbol_properties.contract_multiplier_decimal
            * security.price_decimal
            * quantity
        )
        if quantity >= 0:
            return OptionInitialMargin(_ZERO, value)
        return OptionInitialMargin(multiply(value, self._requirement(security, quantity, value)), value)

    @staticmethod
    def _requirement(option: Any, quantity: Decimal, value: Decimal) -> Decimal:
        """Return the margin as a multiple of the option's value."""
        underlying = option.underlying
        if not value or not option.close_decimal or not option.strike_price_decimal or underlying is None:
            return _ZERO
        spot = underlying.close_decimal
        if not spot:
            return _ZERO
        if value > 0:
            return _ONE
        properties = option.symbol_properties
        unit = Decimal(properties.contract_unit_of_trade)
        ratio = divide(
            underlying.symbol_properties.contract_multiplier_decimal, properties.contract_multiplier_decimal
        )

        def in_values(price: Decimal) -> Decimal:
            # how many times the option's value that many units of the underlying are worth
            return multiply(multiply(ratio, unit), divide(price, divide(-value, unit)))

        in_underlying = in_values(divide(spot, properties.strike_multiplier_decimal))
        otm = in_values(option.out_of_the_money_amount_decimal(spot))
        base = in_underlying if option.right == OptionRight.CALL else in_values(option.strike_price_decimal)
        share = share_of_underlying(option)
        naked = max(multiply(NAKED_SHARE, base), multiply(share, in_underlying) - otm)
        return _ONE + multiply(abs(quantity), naked)
