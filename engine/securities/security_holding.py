"""What the portfolio holds of one security (LEAN: Common/Securities/SecurityHolding.cs)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import SecurityType
from engine.common.numbers import to_decimal, to_float
from engine.orders.exact import float_of
from engine.securities.buying_power_model import leverage_of
from engine.securities.cash_amount import ConvertibleCashAmount
from engine.securities.market_order_fees import market_order_fees

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.securities.cash_book import CashBook
    from engine.securities.security import Security

Number = float | Decimal
QuantityListener = Callable[["SecurityHolding", Decimal, Decimal], None]
_ZERO = Decimal(0)


class SecurityHolding:
    """Quantity, average price and results of one security; its price follows the security's."""

    __slots__ = (
        "_converter",
        "_invested",
        "_price",
        "_profit",
        "_seen_price",
        "average_price_decimal",
        "last_trade_profit_decimal",
        "quantity_decimal",
        "quantity_listeners",
        "security",
        "target",
        "total_dividends_decimal",
        "total_fees_decimal",
        "total_sale_volume_decimal",
    )

    def __init__(self, security: Security, currency_converter: CashBook) -> None:
        self.security = security
        self._converter = currency_converter
        self._invested = False
        self._price = _ZERO
        self._seen_price = 0
        self._profit = _ZERO
        self.quantity_decimal = _ZERO
        self.average_price_decimal = _ZERO
        self.last_trade_profit_decimal = _ZERO
        self.total_dividends_decimal = _ZERO
        self.total_fees_decimal = _ZERO
        self.total_sale_volume_decimal = _ZERO
        self.target: Any = None
        """The portfolio target the framework set for this security."""
        self.quantity_listeners: list[QuantityListener] = []
        """Called with the holding, the previous average price and the previous quantity."""

    quantity = float_of("quantity_decimal")
    average_price = float_of("average_price_decimal")
    price = float_of("price_decimal")
    leverage = float_of("leverage_decimal")
    holdings_cost = float_of("holdings_cost_decimal")
    unlevered_holdings_cost = float_of("unlevered_holdings_cost_decimal")
    absolute_holdings_cost = float_of("absolute_holdings_cost_decimal")
    unlevered_absolute_holdings_cost = float_of("unlevered_absolute_holdings_cost_decimal")
    holdings_value = float_of("holdings_value_decimal")
    absolute_holdings_value = float_of("absolute_holdings_value_decimal")
    absolute_quantity = float_of("absolute_quantity_decimal")
    total_sale_volume = float_of("total_sale_volume_decimal")
    total_fees = float_of("total_fees_decimal")
    total_dividends = float_of("total_dividends_decimal")
    last_trade_profit = float_of("last_trade_profit_decimal")
    profit = float_of("profit_decimal")
    net_profit = float_of("net_profit_decimal")
    unrealized_profit = float_of("unrealized_profit_decimal")
    unrealized_profit_percent = float_of("unrealized_profit_percent_decimal")

    @property
    def symbol(self) -> Symbol:
        return self.security.symbol

    @property
    def type(self) -> SecurityType:
        return self.security.type

    @property
    def invested(self) -> bool:
        """Whether at least one lot is held."""
        return self._invested

    hold_stock = invested

    @property
    def is_long(self) -> bool:
        return self.quantity_decimal > 0

    @property
    def is_short(self) -> bool:
        return self.quantity_decimal < 0

    @property
    def price_decimal(self) -> Decimal:
        """Last price of the security; it stays when the security's cache is emptied."""
        cache = self.security.cache
        cache.pull_if_moved()
        if self._seen_price != cache.price_version:
            self._seen_price = cache.price_version
            self._price = cache.price_decimal or cache.price_before_reset_decimal or self._price
        return self._price

    @property
    def leverage_decimal(self) -> Decimal:
        return leverage_of(self.security.buying_power_model, self.security)

    @property
    def holdings_cost_decimal(self) -> Decimal:
        if not self.quantity_decimal:
            return _ZERO
        return self._value(self.quantity_decimal, self.average_price_decimal)

    @property
    def unlevered_holdings_cost_decimal(self) -> Decimal:
        return self.holdings_cost_decimal / self.leverage_decimal

    @property
    def absolute_holdings_cost_decimal(self) -> Decimal:
        return abs(self.holdings_cost_decimal)

    @property
    def unlevered_absolute_holdings_cost_decimal(self) -> Decimal:
        return abs(self.unlevered_holdings_cost_decimal)

    @property
    def holdings_value_decimal(self) -> Decimal:
        if not self.quantity_decimal:
            return _ZERO
        return self._value(self.quantity_decimal, self.price_decimal)

    @property
    def absolute_holdings_value_decimal(self) -> Decimal:
        return abs(self.holdings_value_decimal)

    @property
    def absolute_quantity_decimal(self) -> Decimal:
        return abs(self.quantity_decimal)

    @property
    def profit_decimal(self) -> Decimal:
        """Closed profit, dividends included, fees not."""
        return self._profit + self.total_dividends_decimal

    @property
    def net_profit_decimal(self) -> Decimal:
        return self.profit_decimal - self.total_fees_decimal

    @property
    def unrealized_profit_decimal(self) -> Decimal:
        return self.total_close_profit_decimal()

    @property
    def unrealized_profit_percent_decimal(self) -> Decimal:
        cost = self.absolute_holdings_cost_decimal
        return self.unrealized_profit_decimal / cost if cost else _ZERO

    def add_new_fee(self, new_fee: Number) -> None:
        self.total_fees_decimal += to_decimal(new_fee)

    def add_new_profit(self, profit_loss: Number) -> None:
        self._profit += to_decimal(profit_loss)

    def add_new_sale(self, sale_value: Number) -> None:
        self.total_sale_volume_decimal += to_decimal(sale_value)

    def add_new_dividend(self, dividend: Number) -> None:
        self.total_dividends_decimal += to_decimal(dividend)

    def set_last_trade_profit(self, last_trade_profit: Number) -> None:
        self.last_trade_profit_decimal = to_decimal(last_trade_profit)

    def set_holdings(self, average_price: Number, quantity: Number) -> None:
        """Replace average price and quantity."""
        previous_price, previous_quantity = self.average_price_decimal, self.quantity_decimal
        self.quantity_decimal = to_decimal(quantity)
        # less than a lot can never be sold, so it does not count as invested
        self._invested = abs(self.quantity_decimal) >= self.security.symbol_properties.lot_size_decimal
        self.average_price_decimal = to_decimal(average_price)
        for listener in self.quantity_listeners:
            listener(self, previous_price, previous_quantity)

    def update_market_price(self, closing_price: Number) -> None:
        """Set the price that holds until the security has new data."""
        cache = self.security.cache
        cache.pull_if_moved()
        self._seen_price = cache.price_version
        self._price = to_decimal(closing_price)

    def get_quantity_value(self, quantity: Number, price: Number | None = None) -> ConvertibleCashAmount:
        """Return what `quantity` is worth at `price` (default: the current one), in the quote currency."""
        exact_price = self.price_decimal if price is None else to_decimal(price)
        amount = (
            exact_price * to_decimal(quantity) * self.security.symbol_properties.contract_multiplier_decimal
        )
        return ConvertibleCashAmount(amount, self.security.quote_currency)

    def total_close_profit(
        self,
        include_fees: bool = True,
        exit_price: Number | None = None,
        entry_price: Number | None = None,
        quantity: Number | None = None,
    ) -> float:
        """Return the profit of closing now, in the account currency (see `total_close_profit_decimal`)."""
        return to_float(self.total_close_profit_decimal(include_fees, exit_price, entry_price, quantity))

    def total_close_profit_decimal(
        self,
        include_fees: bool = True,
        exit_price: Number | None = None,
        entry_price: Number | None = None,
        quantity: Number | None = None,
    ) -> Decimal:
        """Return the profit of closing at bid (long) or ask (short), less the fee of a market order."""
        if quantity is None and not self._invested:
            return _ZERO
        size = self.quantity_decimal if quantity is None else to_decimal(quantity)
        fees = _ZERO
        if include_fees:
            fee = market_order_fees(self.security, -size)
            fees = self._converter.convert_to_account_currency(fee).amount_decimal
        security = self.security
        price = security.bid_price_decimal if self.is_long else security.ask_price_decimal
        # a brokerage may report holdings with a last price only
        exit_at = (price or security.price_decimal) if exit_price is None else to_decimal(exit_price)
        entry_at = self.average_price_decimal if entry_price is None else to_decimal(entry_price)
        return self._value(size, exit_at) - self._value(size, entry_at) - fees

    def _value(self, quantity: Decimal, price: Decimal) -> Decimal:
        security = self.security
        amount = price * quantity * security.symbol_properties.contract_multiplier_decimal
        return amount * security.quote_currency.conversion_rate_decimal

    def __str__(self) -> str:
        return f"{self.symbol.value}: {self.quantity_decimal} @ {self.average_price_decimal}"
