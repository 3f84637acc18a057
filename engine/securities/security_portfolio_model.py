"""How a fill changes cash and holdings (LEAN: Common/Securities/SecurityPortfolioModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OrderDirection, SecurityType
from engine.securities.cash_amount import CashAmount, ConvertibleCashAmount
from engine.securities.settlement_model import ApplyFundsSettlementModelParameters
from engine.statistics.is_win import is_win

if TYPE_CHECKING:
    from engine.orders.order_event import OrderEvent
    from engine.securities.security import Security
    from engine.securities.security_holding import SecurityHolding
    from engine.securities.security_portfolio_manager import SecurityPortfolioManager

_ZERO = Decimal(0)


class SecurityPortfolioModel:
    """Books sale volume, fee, cash, closed profit, quantity and average price of a fill."""

    def process_fill(self, portfolio: SecurityPortfolioManager, security: Security, fill: OrderEvent) -> None:
        """Apply a fill to the portfolio."""
        holdings = security.holdings
        average_price, quantity = holdings.average_price_decimal, holdings.quantity_decimal
        sale = holdings.get_quantity_value(fill.absolute_fill_quantity_decimal, fill.fill_price_decimal)
        holdings.add_new_sale(sale.in_account_currency_decimal)
        fee = self._pay_fee(portfolio, holdings, fill)
        self._move_funds(portfolio, security, fill)
        if (holdings.is_long and fill.direction == OrderDirection.SELL) or (
            holdings.is_short and fill.direction == OrderDirection.BUY
        ):
            self._book_profit(portfolio, security, fill, fee)
        holdings.set_holdings(*_new_position(average_price, quantity, fill))

    def _pay_fee(
        self, portfolio: SecurityPortfolioManager, holdings: SecurityHolding, fill: OrderEvent
    ) -> Decimal:
        fee = fill.order_fee.value
        if not fee.amount_decimal:
            return _ZERO
        in_account_currency = portfolio.cash_book.convert_to_account_currency(fee).amount_decimal
        holdings.add_new_fee(in_account_currency)
        fill.order_fee.apply_to_portfolio(portfolio, fill)
        return in_account_currency

    def _move_funds(self, portfolio: SecurityPortfolioManager, security: Security, fill: OrderEvent) -> None:
        # futures take margin, no payment; options on futures are paid for
        if security.type != SecurityType.FUTURE:
            multiplier = security.symbol_properties.contract_multiplier_decimal
            amount = -fill.fill_quantity_decimal * fill.fill_price_decimal * multiplier
            self._apply_funds(portfolio, security, fill, CashAmount(amount, security.quote_currency.symbol))

    def _apply_funds(
        self, portfolio: SecurityPortfolioManager, security: Security, fill: OrderEvent, amount: CashAmount
    ) -> None:
        security.settlement_model.apply_funds(
            ApplyFundsSettlementModelParameters(portfolio, security, fill.utc_time_stamp, amount, fill)
        )

    def _book_profit(
        self, portfolio: SecurityPortfolioManager, security: Security, fill: OrderEvent, fee: Decimal
    ) -> None:
        profit = self.process_close_trade_profit(portfolio, security, fill).in_account_currency_decimal
        security.holdings.add_new_profit(profit)
        security.holdings.set_last_trade_profit(profit)
        # LEAN charges the closing fee for the opening too
        profit_loss = profit - 2 * fee
        portfolio.add_transaction_record(security.utc_stamp, profit_loss, is_win(fill, security, profit_loss))

    def process_close_trade_profit(
        self, portfolio: SecurityPortfolioManager, security: Security, fill: OrderEvent
    ) -> ConvertibleCashAmount:
        """Return the profit of the part of the position that the fill closes."""
        holdings = security.holdings
        closed = min(fill.absolute_fill_quantity_decimal, holdings.absolute_quantity_decimal)
        if fill.fill_quantity_decimal > 0:
            closed = -closed
        cost = holdings.get_quantity_value(closed, holdings.average_price_decimal)
        proceeds = holdings.get_quantity_value(closed, fill.fill_price_decimal)
        profit = ConvertibleCashAmount(proceeds.amount_decimal - cost.amount_decimal, proceeds.cash)
        if security.type == SecurityType.FUTURE:
            self._apply_funds(
                portfolio, security, fill, CashAmount(profit.amount_decimal, profit.cash.symbol)
            )
        return profit


def _new_position(average_price: Decimal, quantity: Decimal, fill: OrderEvent) -> tuple[Decimal, Decimal]:
    filled, price = fill.fill_quantity_decimal, fill.fill_price_decimal
    if not quantity:
        return price, filled
    total = quantity + filled
    if (quantity > 0) == (fill.direction == OrderDirection.BUY):
        return (average_price * quantity + filled * price) / total, total
    if not total:
        return _ZERO, total
    # through zero: what is left was opened by this fill
    return (price if (total > 0) != (quantity > 0) else average_price), total
