"""Holdings, cash and margin of the account (LEAN: Common/Securities/SecurityPortfolioManager.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import CashBookUpdateType, DataNormalizationMode, OrderDirection, SecurityType
from engine.common.errors import InvalidOperationException
from engine.common.numbers import to_decimal, to_float
from engine.common.symbol import Symbol
from engine.orders.exact import float_of, stamp_of
from engine.securities.buying_power_parameters import HasSufficientBuyingPowerForOrderResult
from engine.securities.cash import Cash
from engine.securities.cash_book import CashBook
from engine.securities.holdings_dictionary import HoldingsDictionary
from engine.securities.security_holding import SecurityHolding
from engine.securities.security_manager import SecurityManager

if TYPE_CHECKING:
    from engine.data.market.dividend import Dividend
    from engine.data.market.split import Split
    from engine.orders.order import Order
    from engine.orders.order_event import OrderEvent
    from engine.orders.order_properties import OrderProperties
    from engine.securities.positions.security_position_group_model import SecurityPositionGroupModel
    from engine.securities.security import Security
    from engine.securities.security_transaction_manager import SecurityTransactionManager

_ZERO = Decimal(0)


class SecurityPortfolioManager(HoldingsDictionary):
    """Holdings by symbol, the cash books, and the value and margin of it all."""

    def __init__(
        self,
        securities: SecurityManager,
        transactions: SecurityTransactionManager,
        algorithm_settings: Any,
        default_order_properties: OrderProperties | None = None,
    ) -> None:
        from engine.securities.default_margin_call_model import DefaultMarginCallModel
        from engine.securities.positions.security_position_group_model import SecurityPositionGroupModel

        self.securities = securities
        self.transactions = transactions
        self._settings = algorithm_settings
        self._total_value = _ZERO
        self._value_is_current = False
        self.version = 0
        """Grows when cash or a quantity changed, by whatever it was."""
        self._set_cash_was_called = False
        self._cash_currency_was_explicit = False
        self._set_account_currency_was_called = False
        self.cash_book = CashBook()
        self.unsettled_cash_book = CashBook()
        self._base_cash = self.cash_book[self.cash_book.account_currency]
        self._base_cash.set_amount(100000)
        self.cash_book.listeners.append(self._on_cash_book_updated)
        self.unsettled_cash_book.listeners.append(lambda update_type, cash: self._on_account_changed())
        self._held: dict[Symbol, SecurityHolding] = {}
        securities.listeners.append(self._on_securities_changed)
        self.positions: SecurityPositionGroupModel = SecurityPositionGroupModel()
        self.positions.initialize(securities)
        self.margin_call_model: Any = DefaultMarginCallModel(self, default_order_properties)

    @property
    def has_holdings(self) -> bool:
        """Whether anything is held; costs nothing, so that the loop can ask at every step."""
        return bool(self._held)

    def held(self) -> Iterable[SecurityHolding]:
        """Iterate over what is held without copying; nothing may be traded meanwhile."""
        return self._held.values()

    def _on_cash_book_updated(self, update_type: CashBookUpdateType, cash: Cash | None) -> None:
        if update_type == CashBookUpdateType.ADDED and cash is not None:
            unsettled = Cash(cash.symbol, _ZERO, cash.conversion_rate_decimal)
            unsettled.follow_conversion_of(cash)
            self.unsettled_cash_book.add(cash.symbol, unsettled)
        self._on_account_changed()

    def _on_account_changed(self) -> None:
        self.version += 1
        self.invalidate_total_portfolio_value()

    def _on_securities_changed(self, added: bool, security: Security) -> None:
        holding = security.holdings
        if added:
            holding.quantity_listeners.append(self._on_quantity_changed)
            self._on_quantity_changed(holding)
            return
        if holding.quantity_decimal:
            # until the next slice's prices or cash the value still contains what is listed no more
            self.total_portfolio_value_decimal  # noqa: B018
        if self._held.pop(security.symbol, None) is not None:
            self.version += 1
        holding.quantity_listeners.remove(self._on_quantity_changed)

    def _on_quantity_changed(self, holding: SecurityHolding, *previous: Decimal) -> None:
        if holding.quantity_decimal or holding.symbol in self._held:
            self.version += 1
        if holding.quantity_decimal:
            self._held[holding.symbol] = holding
        else:
            self._held.pop(holding.symbol, None)

    # value

    cash = float_of("cash_decimal")
    unsettled_cash = float_of("unsettled_cash_decimal")
    total_portfolio_value = float_of("total_portfolio_value_decimal")
    total_portfolio_value_less_free_buffer = float_of("total_portfolio_value_less_free_buffer_decimal")
    total_unlevered_absolute_holdings_cost = float_of("total_unlevered_absolute_holdings_cost_decimal")
    total_absolute_holdings_cost = float_of("total_absolute_holdings_cost_decimal")
    total_holdings_value = float_of("total_holdings_value_decimal")
    total_unrealised_profit = float_of("total_unrealized_profit_decimal")
    total_unrealized_profit = float_of("total_unrealized_profit_decimal")
    total_fees = float_of("total_fees_decimal")
    total_profit = float_of("total_profit_decimal")
    total_net_profit = float_of("total_net_profit_decimal")
    total_sale_volume = float_of("total_sale_volume_decimal")
    total_margin_used = float_of("total_margin_used_decimal")
    margin_remaining = float_of("margin_remaining_decimal")

    @property
    def cash_decimal(self) -> Decimal:
        return self.cash_book.total_value_in_account_currency_decimal

    @property
    def unsettled_cash_decimal(self) -> Decimal:
        return self.unsettled_cash_book.total_value_in_account_currency_decimal

    def _sum_held(self, member: str) -> Decimal:
        return sum((getattr(holding, member) for holding in self._held.values()), _ZERO)

    def _sum_ever(self, member: str) -> Decimal:
        return sum((getattr(security.holdings, member) for security in self.securities.kept()), _ZERO)

    @property
    def total_unlevered_absolute_holdings_cost_decimal(self) -> Decimal:
        return self._sum_held("unlevered_absolute_holdings_cost_decimal")

    @property
    def total_absolute_holdings_cost_decimal(self) -> Decimal:
        return self._sum_held("absolute_holdings_cost_decimal")

    @property
    def total_holdings_value_decimal(self) -> Decimal:
        """Sum of absolute values, the full notional of futures included."""
        return self._sum_held("absolute_holdings_value_decimal")

    @property
    def total_unrealized_profit_decimal(self) -> Decimal:
        return self._sum_held("unrealized_profit_decimal")

    @property
    def total_fees_decimal(self) -> Decimal:
        return self._sum_ever("total_fees_decimal")

    @property
    def total_profit_decimal(self) -> Decimal:
        return self._sum_ever("profit_decimal")

    @property
    def total_net_profit_decimal(self) -> Decimal:
        return self._sum_ever("net_profit_decimal")

    @property
    def total_sale_volume_decimal(self) -> Decimal:
        return self._sum_ever("total_sale_volume_decimal")

    @property
    def hold_stock(self) -> bool:
        return self.invested

    @property
    def invested(self) -> bool:
        return any(holding.invested for holding in self._held.values())

    @property
    def total_portfolio_value_decimal(self) -> Decimal:
        if not self._value_is_current:
            holdings = sum((self._value_in_portfolio(holding) for holding in self._held.values()), _ZERO)
            self._total_value = self.cash_decimal + self.unsettled_cash_decimal + holdings
            self._value_is_current = True
        return self._total_value

    @staticmethod
    def _value_in_portfolio(holding: SecurityHolding) -> Decimal:
        if not holding.invested:
            return _ZERO
        if holding.type == SecurityType.FUTURE:
            # the rest is settled into cash every day
            return holding.unsettled_profit_decimal  # type: ignore[attr-defined]
        return holding.holdings_value_decimal

    @property
    def total_portfolio_value_less_free_buffer_decimal(self) -> Decimal:
        """The value that targets are fractions of: less what the settings keep free."""
        total = self.total_portfolio_value_decimal
        fixed = self._settings.free_portfolio_value
        if fixed is not None:
            return total - to_decimal(fixed)
        return total - total * to_decimal(self._settings.free_portfolio_value_percentage)

    def invalidate_total_portfolio_value(self) -> None:
        """Compute the value anew when it is asked for next: cash, fills or a slice's prices have come."""
        self._value_is_current = False

    # margin

    @property
    def total_margin_used_decimal(self) -> Decimal:
        return sum(
            (
                group.buying_power_model.get_reserved_buying_power_for_position_group_decimal(self, group)
                for group in self.positions.groups
            ),
            _ZERO,
        )

    @property
    def margin_remaining_decimal(self) -> Decimal:
        return self.margin_remaining_of(self.total_portfolio_value_decimal)

    def margin_remaining_of(self, total_portfolio_value: Decimal) -> Decimal:
        """Return what a portfolio of that value could still use as margin."""
        return total_portfolio_value - self.unsettled_cash_decimal - self.total_margin_used_decimal

    def get_margin_remaining(
        self, symbol: Symbol | str | float | Decimal, direction: OrderDirection = OrderDirection.BUY
    ) -> float:
        """Return the buying power for an order on a symbol, or the margin left of a total portfolio value."""
        if isinstance(symbol, int | float | Decimal):
            return to_float(self.margin_remaining_of(to_decimal(symbol)))
        from engine.securities.positions.position_group_parameters import PositionGroupBuyingPowerParameters

        security = self.securities[symbol]
        group = self.positions.get_or_create_default_group(security)
        # buying a group increases it, whichever side it is on
        if security.holdings.is_short and direction != OrderDirection.HOLD:
            direction = OrderDirection.SELL if direction == OrderDirection.BUY else OrderDirection.BUY
        parameters = PositionGroupBuyingPowerParameters(self, group, direction)
        return float(group.buying_power_model.get_position_group_buying_power(parameters).value)

    def get_buying_power(self, symbol: Symbol | str, direction: OrderDirection = OrderDirection.BUY) -> float:
        """Return the buying power for an order on a symbol."""
        return self.get_margin_remaining(symbol, direction)

    def has_sufficient_buying_power_for_order(
        self, orders: list[Order]
    ) -> HasSufficientBuyingPowerForOrderResult:
        """Return whether all orders together (one, or the legs of a combo) can be paid for."""
        from engine.securities.positions.position_group_parameters import (
            HasSufficientPositionGroupBuyingPowerForOrderParameters,
        )

        group = self.positions.try_create_position_group(orders)
        if group is not None:
            return group.buying_power_model.has_sufficient_buying_power_for_order(
                HasSufficientPositionGroupBuyingPowerForOrderParameters(self, group, orders)
            )
        from engine.securities.buying_power_parameters import HasSufficientBuyingPowerForOrderParameters

        for order in orders:
            security = self.securities[order.symbol]
            result = security.buying_power_model.has_sufficient_buying_power_for_order(
                HasSufficientBuyingPowerForOrderParameters(self, security, order)
            )
            if not result.is_sufficient:
                return result
        return HasSufficientBuyingPowerForOrderResult(True)

    def set_margin_call_model(self, margin_call_model: Any) -> None:
        self.margin_call_model = margin_call_model

    def set_positions(self, position_group_model: SecurityPositionGroupModel) -> None:
        """Replace the model that groups positions, e.g. by SecurityPositionGroupModel.NULL."""
        position_group_model.initialize(self.securities)
        self.positions = position_group_model
        self.version += 1

    # cash

    def set_account_currency(
        self, account_currency: str, starting_cash: float | Decimal | None = None
    ) -> str | None:
        """Set the currency of the account, once and before any security is added; return LEAN's log line."""
        currency = account_currency.upper()
        if self._set_account_currency_was_called:
            if currency == self.cash_book.account_currency:
                return None
            return (
                f"account currency has already been set to {self.cash_book.account_currency}. "
                f"Will ignore new value {currency}"
            )
        self._set_account_currency_was_called = True
        if self.securities.count > 0:
            raise InvalidOperationException(
                "SecurityPortfolioManager.SetAccountCurrency(): Cannot change AccountCurrency after "
                "adding a Security. "
                "Please move set_account_currency() before add_security()."
            )
        previous = self._base_cash if self._set_cash_was_called else None
        amount = None if previous is None else previous.amount_decimal
        self.unsettled_cash_book.account_currency = currency
        self.cash_book.account_currency = currency
        self._base_cash = self.cash_book[currency]
        if self._cash_currency_was_explicit and previous is not None and previous.symbol != currency:
            self._base_cash.set_amount(0)
            self.cash_book.add(previous.symbol, amount or _ZERO, previous.conversion_rate_decimal)
        if starting_cash is not None:
            self.set_cash(starting_cash)
        return f"setting account currency to {currency}"

    def set_cash(
        self,
        symbol: str | float | Decimal,
        cash: float | Decimal | None = None,
        conversion_rate: float | Decimal = 0,
    ) -> None:
        """Set the cash of the account currency, or of the currency `symbol`."""
        self._set_cash_was_called = True
        self._cash_currency_was_explicit = isinstance(symbol, str)
        if not isinstance(symbol, str):
            self._base_cash.set_amount(symbol)
            return
        known = self.cash_book.get(symbol.upper())
        if known is None:
            self.cash_book.add(symbol.upper(), cash or 0, conversion_rate)
        else:
            known.set_amount(cash or 0)
            known.conversion_rate_decimal = to_decimal(conversion_rate)

    # fills and corporate actions

    def process_fills(self, fills: list[OrderEvent]) -> None:
        """Book fills, in order."""
        for fill in fills:
            security = self.securities[fill.symbol]
            security.portfolio_model.process_fill(self, security, fill)
        self.invalidate_total_portfolio_value()

    def process_fill(self, fill: OrderEvent) -> None:
        """Book one fill."""
        self.process_fills([fill])

    def apply_dividend(self, dividend: Dividend, live_mode: bool, mode: DataNormalizationMode) -> None:
        """Pay a dividend in cash, unless the prices (or a live broker) contain it."""
        if live_mode or mode not in (DataNormalizationMode.RAW, DataNormalizationMode.SPLIT_ADJUSTED):
            return
        security = self.securities[dividend.symbol]
        rate = security.quote_currency.conversion_rate_decimal
        total = security.holdings.quantity_decimal * to_decimal(dividend.distribution) * rate
        self._base_cash.add_amount(total)
        security.holdings.add_new_dividend(total)

    def apply_split(
        self, split: Split, security: Security, live_mode: bool, mode: DataNormalizationMode
    ) -> None:
        """Change quantity and average price of a raw equity; fractions of a share are paid in cash."""
        if security.type != SecurityType.EQUITY or not (live_mode or mode == DataNormalizationMode.RAW):
            return
        factor = to_decimal(split.split_factor)
        holdings = security.holdings
        quantity = holdings.quantity_decimal / factor
        whole = quantity.to_integral_value(ROUND_DOWN)
        holdings.set_holdings(holdings.average_price_decimal * factor, whole)
        last = security.get_last_data()
        if last is None:
            self._base_cash.add_amount((quantity - whole) * to_decimal(split.reference_price) * factor)
            return
        security.apply_split(split)
        self._base_cash.add_amount((quantity - whole) * security.price_decimal)
        self.invalidate_total_portfolio_value()

    def add_transaction_record(
        self, time: datetime | int, transaction_profit_loss: float | Decimal, is_win: bool
    ) -> None:
        """Remember the profit of a closed trade."""
        self.transactions.add_transaction_record(stamp_of(time), to_decimal(transaction_profit_loss), is_win)
