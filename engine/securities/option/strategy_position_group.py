"""A position group with its securities, as the margin rules of option strategies look at it."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.common.enums import OptionRight
from engine.common.errors import InvalidOperationException
from engine.securities.buying_power_parameters import InitialMarginParameters, MaintenanceMarginParameters
from engine.securities.margins import margin_of

if TYPE_CHECKING:
    from engine.securities.positions.position_group import PositionGroup
    from engine.securities.security import Security
    from engine.securities.security_portfolio_manager import SecurityPortfolioManager


class GroupLeg(NamedTuple):
    """A position of the group and its security (an option's, or the underlying's)."""

    security: Any
    quantity: Decimal

    @property
    def strike(self) -> Decimal:
        return self.security.symbol.id.strike_price_decimal

    @property
    def unit(self) -> int:
        return self.security.contract_unit_of_trade

    @property
    def is_call(self) -> bool:
        return self.security.symbol.id.option_right == OptionRight.CALL

    @property
    def maintenance_margin(self) -> Decimal:
        asked = MaintenanceMarginParameters.for_quantity_at_current_price(self.security, self.quantity)
        return margin_of(self.security.buying_power_model.get_maintenance_margin(asked))

    @property
    def initial_margin(self) -> Decimal:
        asked = InitialMarginParameters(self.security, self.quantity)
        return margin_of(self.security.buying_power_model.get_initial_margin_requirement(asked))

    @property
    def value(self) -> Decimal:
        return self.security.holdings.get_quantity_value(self.quantity).in_account_currency_decimal


class StrategyPositionGroup:
    """The legs of a group, found by what they are."""

    __slots__ = ("legs", "portfolio", "quantity")

    def __init__(self, portfolio: SecurityPortfolioManager, group: PositionGroup) -> None:
        self.portfolio = portfolio
        self.quantity = abs(group.quantity_decimal)
        self.legs = [
            GroupLeg(portfolio.securities[position.symbol], position.quantity_decimal) for position in group
        ]

    @property
    def options(self) -> list[GroupLeg]:
        return [leg for leg in self.legs if leg.security.type.is_option()]

    @property
    def option(self) -> GroupLeg:
        return self.options[0]

    @property
    def underlying(self) -> GroupLeg:
        return next(leg for leg in self.legs if not leg.security.type.is_option())

    def single(self, *, call: bool | None = None, short: bool | None = None) -> GroupLeg:
        """Return the one option of a right and side."""
        found = [
            leg
            for leg in self.options
            if (call is None or leg.is_call == call) and (short is None or (leg.quantity < 0) == short)
        ]
        if len(found) != 1:
            raise InvalidOperationException("Sequence contains more than one matching element")
        return found[0]

    def by_strike(self) -> list[GroupLeg]:
        """Return the options, lowest strike first."""
        return sorted(self.options, key=lambda leg: leg.strike)

    def in_account_currency(self, amount: Decimal, security: Security) -> Decimal:
        """Convert from the quote currency of a security."""
        book, currency = self.portfolio.cash_book, security.quote_currency.symbol
        if currency == book.account_currency:
            return amount
        return book.convert_decimal(amount, currency, book.account_currency)
