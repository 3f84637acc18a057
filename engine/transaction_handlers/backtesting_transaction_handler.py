"""Orders of a backtest, processed within the step (LEAN: BacktestingTransactionHandler.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.transaction_handlers.brokerage_transaction_handler import BrokerageTransactionHandler

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.brokerages.backtesting_brokerage import BacktestingBrokerage


class BacktestingTransactionHandler(BrokerageTransactionHandler):
    """Processes requests when told to, and looks for fills twice a step."""

    def __init__(self, algorithm: QCAlgorithm, brokerage: BacktestingBrokerage, results: Any) -> None:
        super().__init__(algorithm, brokerage, results)
        self._delistings_of: Any = None

    def needs_processing(self, stamp: int) -> bool:
        """Return whether process_synchronous_events could do anything at this moment, delistings aside."""
        return bool(self._queue) or self._brokerage.needs_scan(stamp)

    @property
    def next_stamp(self) -> int:
        """The first moment at which it could, as far as that is known now."""
        return 0 if self._queue else self._brokerage.next_scan

    def process_synchronous_events(self) -> None:
        """Process queued requests, fills and assignments, and once per slice its delistings."""
        if self._queue:
            self.process_pending_requests()
        self._brokerage.scan()
        current = self._algorithm.current_slice
        if current is not None and current is not self._delistings_of:
            self._delistings_of = current
            if len(current.delistings):
                self._brokerage.process_delistings(current.delistings)

    def process_asynchronous_events(self) -> None:
        self._brokerage.scan()
