"""Margin of a security (LEAN: Common/Securities/BuyingPowerModel.cs, SecurityMarginModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from engine.common.enums import OrderDirection, OrderType
from engine.common.errors import ArgumentException
from engine.common.numbers import normalize, to_decimal, to_float
from engine.securities.buying_power_parameters import (
    BuyingPowerParameters,
    GetMaximumOrderQuantityForDeltaBuyingPowerParameters,
    GetMaximumOrderQuantityForTargetBuyingPowerParameters,
    GetMaximumOrderQuantityResult,
    HasSufficientBuyingPowerForOrderParameters,
    HasSufficientBuyingPowerForOrderResult,
    InitialMarginParameters,
    InitialMarginRequiredForOrderParameters,
    MaintenanceMarginParameters,
    ReservedBuyingPowerForPositionParameters,
)
from engine.securities.margin_target import quantity_for_target
from engine.securities.margins import (
    BuyingPower,
    InitialMargin,
    MaintenanceMargin,
    Number,
    ReservedBuyingPowerForPosition,
    margin_of,
)
from engine.securities.net_decimal import divide

if TYPE_CHECKING:
    from engine.orders.order_ticket import OrderTicket
    from engine.securities.security import Security
    from engine.securities.security_portfolio_manager import SecurityPortfolioManager

_ZERO = Decimal(0)


def _fraction(value: Number, what: str) -> Decimal:
    exact = to_decimal(value)
    if not 0 <= exact <= 1:
        raise ArgumentException(f"{what} requirement must be between 0 and 1")
    return exact


def _margin_of_leverage(leverage: Number) -> Decimal:
    exact = to_decimal(leverage)
    if exact < 1:
        raise ArgumentException("Leverage must be greater than or equal to 1.")
    return divide(Decimal(1), exact)


class BuyingPowerModel:
    """A fraction of the value is margin.

    Either `BuyingPowerModel(leverage=1, required_free_buying_power_percent=0)` or, with three numbers,
    `BuyingPowerModel(initial_margin_requirement, maintenance_margin_requirement,
    required_free_buying_power_percent)`.
    """

    NULL: ClassVar[BuyingPowerModel]

    def __init__(self, *requirements: Number, **named: Number) -> None:
        if len(requirements) + len(named) == 3:
            names = (
                "initial_margin_requirement",
                "maintenance_margin_requirement",
                "required_free_buying_power_percent",
            )
            given = dict(zip(names, requirements)) | named
            self._initial_margin_requirement = _fraction(given[names[0]], "Initial margin")
            self._maintenance_margin_requirement = _fraction(given[names[1]], "Maintenance margin")
            self._required_free = _fraction(given[names[2]], "Free Buying Power Percent")
            return
        given = dict(zip(("leverage", "required_free_buying_power_percent"), requirements)) | named
        self._initial_margin_requirement = _margin_of_leverage(given.get("leverage", 1))
        self._maintenance_margin_requirement = self._initial_margin_requirement
        self._required_free = _fraction(
            given.get("required_free_buying_power_percent", 0), "Free Buying Power Percent"
        )

    @property
    def required_free_buying_power_percent(self) -> float:
        return float(self._required_free)

    def get_leverage(self, security: Security) -> float:
        """Return how many times its margin a position may be worth."""
        return to_float(self.leverage_decimal(security))

    def leverage_decimal(self, security: Security) -> Decimal:
        """Return the same exactly; LEAN's models define this one here."""
        return divide(Decimal(1), self._initial_margin_requirement)

    def set_leverage(self, security: Security, leverage: Number) -> None:
        """Make initial and maintenance margin 1 / leverage."""
        self._initial_margin_requirement = self._maintenance_margin_requirement = _margin_of_leverage(
            leverage
        )

    # margins

    def get_initial_margin_requirement(self, parameters: InitialMarginParameters) -> InitialMargin:
        """Return the margin of opening a quantity now, signed like it."""
        security = parameters.security
        return InitialMargin(
            security.quote_currency.conversion_rate_decimal
            * security.symbol_properties.contract_multiplier_decimal
            * security.price_decimal
            * parameters.quantity_decimal
            * self._initial_margin_requirement
        )

    def get_maintenance_margin(self, parameters: MaintenanceMarginParameters) -> MaintenanceMargin:
        """Return the margin of holding a quantity."""
        return MaintenanceMargin(
            parameters.absolute_holdings_value_decimal * self._maintenance_margin_requirement
        )

    def get_initial_margin_required_for_order(
        self, parameters: InitialMarginRequiredForOrderParameters
    ) -> InitialMargin:
        """Return the margin of an order, its fee included, signed like its quantity."""
        margin = self.initial_margin_of(parameters.security, parameters.order.quantity_decimal)
        return InitialMargin(with_fee(margin, parameters))

    def initial_margin_of(self, security: Security, quantity: Number) -> Decimal:
        """Return `get_initial_margin_requirement` of a quantity."""
        return margin_of(self.get_initial_margin_requirement(InitialMarginParameters(security, quantity)))

    def maintenance_margin_of(self, security: Security) -> Decimal:
        """Return `get_maintenance_margin` of what is held."""
        return margin_of(
            self.get_maintenance_margin(MaintenanceMarginParameters.for_current_holdings(security))
        )

    # buying power

    def get_margin_remaining(
        self, portfolio: SecurityPortfolioManager, security: Security, direction: OrderDirection
    ) -> Decimal:
        """Return what an order may use; against a position, closing it and opening as much again is free."""
        total = portfolio.total_portfolio_value_decimal
        result = portfolio.margin_remaining_of(total)
        holdings = security.holdings
        if (holdings.is_long and direction == OrderDirection.SELL) or (
            holdings.is_short and direction == OrderDirection.BUY
        ):
            result += self.maintenance_margin_of(security)
            result += self.initial_margin_of(security, holdings.absolute_quantity_decimal)
        return max(result - total * self._required_free, _ZERO)

    def get_buying_power(self, parameters: BuyingPowerParameters) -> BuyingPower:
        """Return what an order may use."""
        return BuyingPower(
            self.get_margin_remaining(parameters.portfolio, parameters.security, parameters.direction)
        )

    def get_reserved_buying_power_for_position(
        self, parameters: ReservedBuyingPowerForPositionParameters
    ) -> ReservedBuyingPowerForPosition:
        """Return what the position uses."""
        return ReservedBuyingPowerForPosition(self.maintenance_margin_of(parameters.security))

    def has_sufficient_buying_power_for_order(
        self, parameters: HasSufficientBuyingPowerForOrderParameters
    ) -> HasSufficientBuyingPowerForOrderResult:
        """Return whether an order can be paid for."""
        order = parameters.order
        if not order.quantity_decimal:
            return parameters.sufficient()
        ticket = parameters.portfolio.transactions.get_order_ticket(order.id)
        if ticket is None:
            return parameters.insufficient(f"Null order ticket for id: {order.id}")
        if order.type == OrderType.OPTION_EXERCISE:
            return self._check_exercise(parameters, ticket)
        return self._check(parameters, ticket)

    def _check_exercise(
        self, parameters: HasSufficientBuyingPowerForOrderParameters, ticket: OrderTicket
    ) -> HasSufficientBuyingPowerForOrderResult:
        # an exercise is the order of the underlying that comes with it
        from engine.orders.limit_order import LimitOrder

        option: Any = parameters.security
        order, underlying = parameters.order, option.underlying
        if not (option.is_auto_exercised(underlying.close_decimal) and underlying.is_tradable):
            return parameters.sufficient()
        quantity = option.get_exercise_quantity_decimal(order.quantity_decimal)
        new_order = LimitOrder(underlying.symbol, quantity, option.strike_price_decimal, order.time_stamp)
        new_order.id = order.id
        of_underlying = parameters.for_underlying(new_order)
        model = underlying.buying_power_model
        free_margin = margin_of(
            model.get_buying_power(
                BuyingPowerParameters(parameters.portfolio, underlying, new_order.direction)
            )
        ) + margin_of(
            self.get_maintenance_margin(
                MaintenanceMarginParameters.for_quantity_at_current_price(option, -order.quantity_decimal)
            )
        )
        required = model.get_initial_margin_required_for_order(
            InitialMarginRequiredForOrderParameters(parameters.portfolio.cash_book, underlying, new_order)
        )
        return self._check(of_underlying, ticket, free_margin, margin_of(required))

    def _check(
        self,
        parameters: HasSufficientBuyingPowerForOrderParameters,
        ticket: OrderTicket,
        free_margin: Decimal | None = None,
        initial_margin: Decimal | None = None,
    ) -> HasSufficientBuyingPowerForOrderResult:
        portfolio, security, order = parameters.portfolio, parameters.security, parameters.order
        held, quantity = security.holdings.quantity_decimal, order.quantity_decimal
        if held * quantity < 0 and abs(held) >= abs(quantity):
            return parameters.sufficient()  # it only reduces
        if free_margin is None:
            free_margin = self.get_margin_remaining(portfolio, security, order.direction)
        if initial_margin is None:
            initial_margin = margin_of(
                self.get_initial_margin_required_for_order(
                    InitialMarginRequiredForOrderParameters(portfolio.cash_book, security, order)
                )
            )
        unfilled = (abs(quantity) - abs(ticket.quantity_filled_decimal)) / abs(quantity)
        required = unfilled * initial_margin
        if abs(required) > free_margin:
            return parameters.insufficient(
                f"Id: {order.id}, Initial Margin: {normalize(required):f}, Free Margin: "
                f"{normalize(free_margin):f}"
            )
        return parameters.sufficient()

    # sizing

    def get_maximum_order_quantity_for_delta_buying_power(
        self, parameters: GetMaximumOrderQuantityForDeltaBuyingPowerParameters
    ) -> GetMaximumOrderQuantityResult:
        """Return the order that changes the used margin by an amount."""
        portfolio, security = parameters.portfolio, parameters.security
        reserved = security.buying_power_model.get_reserved_buying_power_for_position(
            ReservedBuyingPowerForPositionParameters(security)
        )
        used = to_decimal(reserved.absolute_used_buying_power_decimal)
        signed = used if security.holdings.is_long else -used
        total = portfolio.total_portfolio_value_decimal
        target = divide(signed + parameters.delta_buying_power_decimal, total) if total else _ZERO
        return self.get_maximum_order_quantity_for_target_buying_power(
            GetMaximumOrderQuantityForTargetBuyingPowerParameters(
                portfolio,
                security,
                target,
                parameters.minimum_order_margin_portfolio_percentage_decimal,
                parameters.silence_non_error_reasons,
            )
        )

    def get_maximum_order_quantity_for_target_buying_power(
        self, parameters: GetMaximumOrderQuantityForTargetBuyingPowerParameters
    ) -> GetMaximumOrderQuantityResult:
        """Return the order after which the security uses the target fraction of the portfolio as margin."""
        return quantity_for_target(self, parameters, self._required_free)


def leverage_of(model: Any, security: Security) -> Decimal:
    """Return a model's leverage; one of the algorithm's own may define only LEAN's `get_leverage`."""
    if getattr(type(model), "get_leverage", None) is BuyingPowerModel.get_leverage:
        return model.leverage_decimal(security)
    return to_decimal(model.get_leverage(security))


def with_fee(margin: Decimal, parameters: InitialMarginRequiredForOrderParameters) -> Decimal:
    """Return an order's margin with its fee, signed like the margin."""
    from engine.orders.fees.order_fee_parameters import OrderFeeParameters

    fee = parameters.security.fee_model.get_order_fee(
        OrderFeeParameters(parameters.security, parameters.order)
    )
    amount = parameters.currency_converter.convert_to_account_currency(fee.value).amount_decimal
    if not margin:
        return margin
    return margin + amount if margin > 0 else margin - amount


class SecurityMarginModel(BuyingPowerModel):
    """The usual margin account (LEAN: SecurityMarginModel.cs)."""


class ConstantBuyingPowerModel(BuyingPowerModel):
    """The same margin for every unit, whatever its price; leverage is ignored."""

    def __init__(self, margin_required_per_unit_in_account_currency: Number) -> None:
        super().__init__()
        self._margin_per_unit = to_decimal(margin_required_per_unit_in_account_currency)

    def set_leverage(self, security: Security, leverage: Number) -> None:
        """Ignore the leverage: whoever chose this model wants no margin rules."""

    def get_initial_margin_requirement(self, parameters: InitialMarginParameters) -> InitialMargin:
        return InitialMargin(parameters.quantity_decimal * self._margin_per_unit)

    def get_maintenance_margin(self, parameters: MaintenanceMarginParameters) -> MaintenanceMargin:
        return MaintenanceMargin(parameters.absolute_quantity_decimal * self._margin_per_unit)


class NullBuyingPowerModel(BuyingPowerModel):
    """No holding needs margin and every order can be paid for."""

    def get_maintenance_margin(self, parameters: MaintenanceMarginParameters) -> MaintenanceMargin:
        return MaintenanceMargin.ZERO

    def has_sufficient_buying_power_for_order(
        self, parameters: HasSufficientBuyingPowerForOrderParameters
    ) -> HasSufficientBuyingPowerForOrderResult:
        return parameters.sufficient()


BuyingPowerModel.NULL = NullBuyingPowerModel()


class PatternDayTradingMarginModel(SecurityMarginModel):
    """More leverage while the market is open than overnight (LEAN: PatternDayTradingMarginModel.cs)."""

    def __init__(self, closed_market_leverage: Number = 2, open_market_leverage: Number = 4) -> None:
        super().__init__(open_market_leverage)
        self._closed_correction = to_decimal(open_market_leverage) / to_decimal(closed_market_leverage)

    def set_leverage(self, security: Security, leverage: Number) -> None:
        """Ignore the leverage: the two of the model hold."""

    def leverage_decimal(self, security: Security) -> Decimal:
        return super().leverage_decimal(security) * (1 / self._correction(security))

    def get_initial_margin_requirement(self, parameters: InitialMarginParameters) -> InitialMargin:
        margin = super().get_initial_margin_requirement(parameters).value_decimal
        return InitialMargin(margin * self._correction(parameters.security))

    def get_maintenance_margin(self, parameters: MaintenanceMarginParameters) -> MaintenanceMargin:
        margin = super().get_maintenance_margin(parameters).value_decimal
        return MaintenanceMargin(margin * self._correction(parameters.security))

    def _correction(self, security: Security) -> Decimal:
        is_open = security.exchange.exchange_open and not security.exchange.closing_soon
        return Decimal(1) if is_open else self._closed_correction
