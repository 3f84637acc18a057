"""Early assignment of short options, looked for once an hour (LEAN: BacktestingBrokerage.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.errors import InvalidOperationException
from engine.common.time import HOUR

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.orders.order_event import OrderEvent
    from engine.securities.security import Security
    from engine.transaction_handlers.brokerage_transaction_handler import BrokerageTransactionHandler


class OptionAssignments:
    """Asks the assignment model of every short option whether its holder exercises now."""

    def __init__(self, algorithm: QCAlgorithm) -> None:
        self._algorithm = algorithm
        self.next_scan = 0
        self._pending: set[Symbol] = set()

    def scan(self, listener: BrokerageTransactionHandler) -> None:
        """Assign, if the hour has changed since the last time."""
        now = self._algorithm.utc_stamp
        if now < self.next_scan:
            return
        self.next_scan = now - now % HOUR + HOUR
        if not self._algorithm.portfolio.has_holdings:
            return
        short = [s for s in self._algorithm.securities.active() if s.type.is_option() and s.holdings.is_short]
        for option in sorted(short, key=lambda security: security.symbol.id.symbol):
            self._ask(option, listener)

    def _ask(self, option: Security, listener: BrokerageTransactionHandler) -> None:
        from engine.securities.option.option_assignment import OptionAssignmentParameters

        result = option.option_assignment_model.get_assignment(OptionAssignmentParameters(option))
        if result is None or not result.quantity:
            return
        if option.symbol in self._pending:
            raise InvalidOperationException(
                f"Duplicate option exercise order request for symbol {option.symbol}. Please contact support"
            )
        self._pending.add(option.symbol)
        listener.handle_option_notification(option.symbol, Decimal(0), result.tag)

    def done(self, events: list[OrderEvent]) -> None:
        """Take notice that something happened to these symbols."""
        if self._pending:
            self._pending.difference_update(event.symbol for event in events)
