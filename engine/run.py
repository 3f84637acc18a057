"""What every run of an algorithm has in common, a backtest's and a live one's (LEAN: Engine/Engine.cs, Engine.Run)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from engine.algorithm_manager import AlgorithmManager
from engine.common.enums import AlgorithmStatus
from engine.common.errors import EngineError
from engine.data_feeds.synchronizer import Synchronizer
from engine.data_feeds.universe_selection import UniverseSelection

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.algorithm.qc_algorithm import QCAlgorithm


class Handlers(NamedTuple):
    """What an algorithm is connected to while it runs."""

    transactions: Any
    real_time: Any
    selection: UniverseSelection
    results: Any


def connect(algorithm: QCAlgorithm, brokerage: Any, results: Any) -> Handlers:
    """Connect a new algorithm with its brokerage and its results."""
    from engine.real_time.backtesting_real_time_handler import BacktestingRealTimeHandler
    from engine.transaction_handlers.backtesting_transaction_handler import BacktestingTransactionHandler

    transactions: Any = BacktestingTransactionHandler(algorithm, brokerage, results)
    algorithm.transactions.set_order_processor(transactions)
    real_time = BacktestingRealTimeHandler()
    selection = UniverseSelection(algorithm, algorithm.data_manager)
    algorithm.universe_manager.on_changed = algorithm.on_universe_changed
    algorithm.schedule.set_event_schedule(real_time)
    algorithm.transactions.transaction_handler = transactions
    results.initialize(algorithm, transactions)
    return Handlers(transactions, real_time, selection, results)


def initialized(algorithm: QCAlgorithm, results: Any, initialize: Callable[[], None]) -> bool:
    """Have an algorithm initialized; False where that failed, which is then its runtime error."""
    try:
        initialize()
    except EngineError:
        raise
    except Exception as error:
        algorithm.set_run_time_error(error)
        algorithm.set_status(AlgorithmStatus.RUNTIME_ERROR)
        results.runtime_error(
            f"During the algorithm initialization, the following exception has occurred: {error}"
        )
        return False
    return True


def run_to_end(
    algorithm: QCAlgorithm,
    handlers: Handlers,
    progress: Callable[[int], None] | None,
    may_go_on: Callable[[int], bool] | None = None,
) -> None:
    """Go through all moments of the market with an initialized algorithm."""
    results, selection = handlers.results, handlers.selection
    handlers.real_time.setup(algorithm, results)
    algorithm.set_locked()
    manager = AlgorithmManager(
        algorithm, handlers.transactions, handlers.real_time, results, progress, may_go_on=may_go_on
    )
    feed, subscriptions = algorithm.data_feed, algorithm.data_manager
    manager.run(Synchronizer(algorithm, feed, subscriptions, selection, manager.time_pulse))
    if algorithm.run_time_error is not None:
        results.runtime_error(f"Runtime Error: {algorithm.run_time_error}")
