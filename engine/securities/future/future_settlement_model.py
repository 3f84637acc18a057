"""Daily settlement of futures (LEAN: Common/Securities/Future/FutureSettlementModel.cs)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.securities.cash_amount import CashAmount
from engine.securities.settlement_model import (
    ApplyFundsSettlementModelParameters,
    ImmediateSettlementModel,
    ScanSettlementModelParameters,
)

if TYPE_CHECKING:
    from datetime import datetime


class FutureSettlementModel(ImmediateSettlementModel):
    """Losers pay winners once a day; a trade that closes brings what was not paid yet."""

    def __init__(self) -> None:
        self._last_settlement_date: date | None = None
        self._settled_quantity = Decimal(0)

    @property
    def settled_quantity_decimal(self) -> Decimal:
        """How many contracts the settled profit of the holding belongs to."""
        return self._settled_quantity

    def resume(self, settled_quantity: Decimal, local_time: datetime) -> None:
        """Go on with a position of an earlier process, settled until today."""
        self._settled_quantity = settled_quantity
        self.set_local_date_time_frontier(local_time)

    def apply_funds(self, parameters: ApplyFundsSettlementModelParameters) -> None:
        if self._settled_quantity:
            self._take_back_settled(parameters)
        super().apply_funds(parameters)

    def _take_back_settled(self, parameters: ApplyFundsSettlementModelParameters) -> None:
        # the amount is the whole profit of the trade, of which a part was paid by daily settlements
        fill, holding = parameters.fill, parameters.security.holdings
        closed = min(fill.absolute_fill_quantity_decimal, holding.absolute_quantity_decimal)
        closed = min(closed, abs(self._settled_quantity))
        if fill.fill_quantity_decimal > 0:
            closed = -closed
        removed = closed / self._settled_quantity * holding.settled_profit_decimal
        self._settled_quantity -= closed
        holding.settled_profit_decimal -= removed
        cash = parameters.cash_amount
        parameters.cash_amount = CashAmount(cash.amount_decimal - removed, cash.currency)

    def scan(self, settlement_parameters: ScanSettlementModelParameters) -> None:
        """Pay the day's profit or loss at the first scan of a new local day."""
        security: Any = settlement_parameters.security
        today = security.local_time.date()
        if self._last_settlement_date is not None and self._last_settlement_date >= today:
            return
        if self._last_settlement_date is not None and security.invested:
            holding = security.holdings
            price = security.cache.settlement_price_decimal
            self._settled_quantity = holding.quantity_decimal
            profit = holding.total_close_profit_decimal(False, price) - holding.settled_profit_decimal
            if profit:
                holding.settled_profit_decimal += profit
                settlement_parameters.portfolio.cash_book[security.quote_currency.symbol].add_amount(profit)
        self._last_settlement_date = today

    def set_local_date_time_frontier(self, new_local_time: datetime) -> None:
        """Start the clock: the first day is not settled."""
        self._last_settlement_date = new_local_time.date()
