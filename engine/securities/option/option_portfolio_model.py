"""Exercise and assignment in the portfolio (LEAN: Common/Securities/Option/OptionPortfolioModel.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.common.enums import OrderType, SettlementType
from engine.common.numbers import decimal_to_string
from engine.securities.cash_amount import CashAmount, ConvertibleCashAmount
from engine.securities.security_portfolio_model import SecurityPortfolioModel

if TYPE_CHECKING:
    from engine.orders.order_event import OrderEvent
    from engine.securities.option.option import Option
    from engine.securities.security_portfolio_manager import SecurityPortfolioManager


class OptionPortfolioModel(SecurityPortfolioModel):
    """Adds the settlement amount of cash settled options, and the profit to the message of the event."""

    def process_fill(self, portfolio: SecurityPortfolioManager, security: Option, fill: OrderEvent) -> None:
        if fill.ticket is None or fill.ticket.order_type != OrderType.OPTION_EXERCISE:
            super().process_fill(portfolio, security, fill)
            return
        super().process_fill(portfolio, portfolio.securities[fill.symbol], fill)
        profit = security.holdings.last_trade_profit_decimal
        sign = ". Profit: +" if profit >= 0 else ". Loss: "
        fill.message += sign + decimal_to_string(profit)

    def process_close_trade_profit(
        self, portfolio: SecurityPortfolioManager, security: Option, fill: OrderEvent
    ) -> ConvertibleCashAmount:
        base = super().process_close_trade_profit(portfolio, security, fill)
        ticket = fill.ticket
        if (
            ticket is None
            or ticket.order_type != OrderType.OPTION_EXERCISE
            or not security.symbol.security_type.is_option()
            or security.exercise_settlement != SettlementType.CASH
        ):
            return base
        intrinsic = security.get_intrinsic_value_decimal(security.underlying.close_decimal)
        cash = -intrinsic * security.contract_unit_of_trade * ticket.quantity_decimal
        if not cash:
            return base
        currency = security.quote_currency
        self._apply_funds(portfolio, security, fill, CashAmount(cash, currency.symbol))
        return ConvertibleCashAmount(cash + base.amount_decimal, currency)
