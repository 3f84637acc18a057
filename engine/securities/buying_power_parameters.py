"""What buying power models are asked and answer (LEAN: Common/Securities/*Parameters.cs, *Result.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OrderDirection
from engine.common.errors import InvalidOperationException
from engine.common.numbers import to_decimal
from engine.orders.exact import float_of
from engine.securities.margins import BuyingPower, Number, ReservedBuyingPowerForPosition

if TYPE_CHECKING:
    from engine.orders.order import Order
    from engine.securities.cash_book import CashBook
    from engine.securities.security import Security
    from engine.securities.security_portfolio_manager import SecurityPortfolioManager


def _underlying_of(security: Security, parameters: str) -> Security:
    underlying = getattr(security, "underlying", None)
    if underlying is None:
        raise InvalidOperationException(
            f"{parameters}: ForUnderlying is only invokable for IDerivativeSecurity (Option|Future)"
        )
    return underlying


class InitialMarginParameters:
    """A quantity of a security."""

    __slots__ = ("quantity_decimal", "security")

    def __init__(self, security: Security, quantity: Number) -> None:
        self.security = security
        self.quantity_decimal = to_decimal(quantity)

    quantity = float_of("quantity_decimal")

    def for_underlying(self) -> InitialMarginParameters:
        """Return the same quantity of the underlying."""
        underlying = _underlying_of(self.security, "InitialMarginParameters")
        return InitialMarginParameters(underlying, self.quantity_decimal)


class InitialMarginRequiredForOrderParameters:
    """An order, and what converts its fee."""

    __slots__ = ("currency_converter", "order", "security")

    def __init__(self, currency_converter: CashBook, security: Security, order: Order) -> None:
        self.currency_converter = currency_converter
        self.security = security
        self.order = order


class MaintenanceMarginParameters:
    """A quantity of a security with its cost and value in the account currency."""

    __slots__ = ("holdings_cost_decimal", "holdings_value_decimal", "quantity_decimal", "security")

    def __init__(
        self, security: Security, quantity: Number, holdings_cost: Number, holdings_value: Number
    ) -> None:
        self.security = security
        self.quantity_decimal = to_decimal(quantity)
        self.holdings_cost_decimal = to_decimal(holdings_cost)
        self.holdings_value_decimal = to_decimal(holdings_value)

    quantity = float_of("quantity_decimal")
    absolute_quantity = float_of("absolute_quantity_decimal")
    holdings_cost = float_of("holdings_cost_decimal")
    absolute_holdings_cost = float_of("absolute_holdings_cost_decimal")
    holdings_value = float_of("holdings_value_decimal")
    absolute_holdings_value = float_of("absolute_holdings_value_decimal")

    @property
    def absolute_quantity_decimal(self) -> Decimal:
        return abs(self.quantity_decimal)

    @property
    def absolute_holdings_cost_decimal(self) -> Decimal:
        return abs(self.holdings_cost_decimal)

    @property
    def absolute_holdings_value_decimal(self) -> Decimal:
        return abs(self.holdings_value_decimal)

    @classmethod
    def for_current_holdings(cls, security: Security) -> MaintenanceMarginParameters:
        """Return the parameters of what is held."""
        holdings = security.holdings
        return cls(
            security,
            holdings.quantity_decimal,
            holdings.holdings_cost_decimal,
            holdings.holdings_value_decimal,
        )

    @classmethod
    def for_quantity_at_current_price(
        cls, security: Security, quantity: Number
    ) -> MaintenanceMarginParameters:
        """Return the parameters of a quantity bought now."""
        value = security.holdings.get_quantity_value(quantity).in_account_currency_decimal
        return cls(security, quantity, value, value)

    def for_underlying(self, quantity: Number) -> MaintenanceMarginParameters:
        """Return the parameters of a quantity of the underlying bought now."""
        underlying = _underlying_of(self.security, "MaintenanceMarginParameters")
        return self.for_quantity_at_current_price(underlying, quantity)


class BuyingPowerParameters:
    """A security and the side of the order to come."""

    __slots__ = ("direction", "portfolio", "security")

    def __init__(
        self, portfolio: SecurityPortfolioManager, security: Security, direction: OrderDirection
    ) -> None:
        self.portfolio = portfolio
        self.security = security
        self.direction = direction

    def result(self, buying_power: Number, currency: str) -> BuyingPower:
        """Return the answer; LEAN ignores the currency too."""
        return BuyingPower(buying_power)

    def result_in_account_currency(self, buying_power: Number) -> BuyingPower:
        return BuyingPower(buying_power)


class ReservedBuyingPowerForPositionParameters:
    """The security whose holdings are meant."""

    __slots__ = ("security",)

    def __init__(self, security: Security) -> None:
        self.security = security

    def result_in_account_currency(self, reserved_buying_power: Number) -> ReservedBuyingPowerForPosition:
        return ReservedBuyingPowerForPosition(reserved_buying_power)


class HasSufficientBuyingPowerForOrderResult:
    """Whether the order can be paid for, and why not."""

    __slots__ = ("is_sufficient", "reason")

    def __init__(self, is_sufficient: bool, reason: str | None = None) -> None:
        self.is_sufficient = is_sufficient
        self.reason = reason or ""


class HasSufficientBuyingPowerForOrderParameters:
    """An order of a security."""

    __slots__ = ("order", "portfolio", "security")

    def __init__(self, portfolio: SecurityPortfolioManager, security: Security, order: Order) -> None:
        self.portfolio = portfolio
        self.security = security
        self.order = order

    def for_underlying(self, order: Order) -> HasSufficientBuyingPowerForOrderParameters:
        """Return the parameters of an order of the underlying."""
        underlying = _underlying_of(self.security, "HasSufficientBuyingPowerForOrderParameters")
        return HasSufficientBuyingPowerForOrderParameters(self.portfolio, underlying, order)

    def sufficient(self) -> HasSufficientBuyingPowerForOrderResult:
        return HasSufficientBuyingPowerForOrderResult(True)

    def insufficient(self, reason: str) -> HasSufficientBuyingPowerForOrderResult:
        return HasSufficientBuyingPowerForOrderResult(False, reason)


class GetMaximumOrderQuantityForTargetBuyingPowerParameters:
    """The fraction of the portfolio that a security shall use as margin."""

    __slots__ = (
        "minimum_order_margin_portfolio_percentage_decimal",
        "portfolio",
        "security",
        "silence_non_error_reasons",
        "target_buying_power_decimal",
    )

    def __init__(
        self,
        portfolio: SecurityPortfolioManager,
        security: Security,
        target_buying_power: Number,
        minimum_order_margin_portfolio_percentage: Number,
        silence_non_error_reasons: bool = False,
    ) -> None:
        self.portfolio = portfolio
        self.security = security
        self.target_buying_power_decimal = to_decimal(target_buying_power)
        self.minimum_order_margin_portfolio_percentage_decimal = to_decimal(
            minimum_order_margin_portfolio_percentage
        )
        self.silence_non_error_reasons = silence_non_error_reasons

    target_buying_power = float_of("target_buying_power_decimal")
    minimum_order_margin_portfolio_percentage = float_of("minimum_order_margin_portfolio_percentage_decimal")


class GetMaximumOrderQuantityForDeltaBuyingPowerParameters:
    """By how much more (or less) margin a security shall use."""

    __slots__ = (
        "delta_buying_power_decimal",
        "minimum_order_margin_portfolio_percentage_decimal",
        "portfolio",
        "security",
        "silence_non_error_reasons",
    )

    def __init__(
        self,
        portfolio: SecurityPortfolioManager,
        security: Security,
        delta_buying_power: Number,
        minimum_order_margin_portfolio_percentage: Number,
        silence_non_error_reasons: bool = False,
    ) -> None:
        self.portfolio = portfolio
        self.security = security
        self.delta_buying_power_decimal = to_decimal(delta_buying_power)
        self.minimum_order_margin_portfolio_percentage_decimal = to_decimal(
            minimum_order_margin_portfolio_percentage
        )
        self.silence_non_error_reasons = silence_non_error_reasons

    delta_buying_power = float_of("delta_buying_power_decimal")
    minimum_order_margin_portfolio_percentage = float_of("minimum_order_margin_portfolio_percentage_decimal")


class GetMaximumOrderQuantityResult:
    """The signed quantity to order, and why it is 0 if it is."""

    __slots__ = ("is_error", "quantity_decimal", "reason")

    def __init__(self, quantity: Number, reason: str | None = None, is_error: bool | None = None) -> None:
        self.quantity_decimal = to_decimal(quantity)
        self.reason = reason or ""
        self.is_error = bool(self.reason) if is_error is None else is_error

    quantity = float_of("quantity_decimal")
