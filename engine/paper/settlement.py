"""Money that moves without an order: dividends, splits, and the daily settlement of futures."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import SecurityType
from engine.corporate_actions import CorporateActions

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.market.dividend import Dividend
    from engine.paper.matching import Happenings


class PaperCorporateActions(CorporateActions):
    """Dividends and splits on what is held. What a split does to orders and options is the algorithm's affair."""

    def __init__(self, account: QCAlgorithm, happenings: Happenings) -> None:
        super().__init__(account)
        self._happenings = happenings

    def _dividend(self, dividend: Dividend) -> None:
        cash = self._algorithm.portfolio.cash_book[self._algorithm.account_currency]
        before = cash.amount_decimal
        super()._dividend(dividend)
        change = cash.amount_decimal - before
        if change:
            self._happenings.notices.append({"kind": "cash", "currency": cash.symbol, "change": str(change)})

    def remember(self, slice_: Any) -> None:
        super().remember(slice_)
        self.split_warnings.clear()


def settled_of(security: Any) -> tuple[Decimal, Decimal]:
    """Return what daily settlements have paid for a future, and for how many; nothing for anything else."""
    if security.type != SecurityType.FUTURE:
        return Decimal(0), Decimal(0)
    return security.holdings.settled_profit_decimal, security.settlement_model.settled_quantity_decimal


def resume_settlement(security: Any, profit: Decimal, quantity: Decimal) -> None:
    """Go on with the daily settlement of a future that an earlier process held."""
    if security.type == SecurityType.FUTURE:
        security.holdings.settled_profit_decimal = profit
        security.settlement_model.resume(quantity, security.local_time)
