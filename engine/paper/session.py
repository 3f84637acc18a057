"""One live run of an algorithm against a paper broker, from its start to its end or to somebody's stop.

The order of events is LEAN's: initialize() on an empty portfolio, then cash, then open orders under new ids, then
holdings, then on_warmup_finished, then step after step (LEAN: Engine/Engine.cs, BrokerageSetupHandler.cs). State
is in two places only, the broker's ledger and the object store's folder: a run that ends anywhere goes on from them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from engine.algorithm import environment
from engine.algorithm.environment import AlgorithmEnvironment
from engine.common.enums import AlgorithmStatus
from engine.common.errors import EngineError
from engine.common.symbol_cache import SymbolCache
from engine.common.time import DAY
from engine.common.time_zones import TimeZones
from engine.data_source.in_use import lasting_one_run, use_source
from engine.launcher import BacktestOutcome, importable, load_algorithm
from engine.paper.broker import PaperBroker
from engine.paper.brokerage_setup import load_account, take_over_history
from engine.paper.ledger import FILE, Ledger
from engine.paper.paper_brokerage import PaperBrokerage
from engine.paper.probe import Probe, nobody_looks
from engine.results.live_result_handler import LiveResultHandler
from engine.run import connect, initialized, run_to_end
from engine.securities.default_margin_call_model import MarginCallModel
from engine.storage.live_object_store import LiveObjectStore
from engine.storage.object_store import ObjectStore

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data_source.source import DataSource
    from engine.paper.faults import Fault
    from engine.paper.messages import Fields
    from engine.paper.port import Broker

OBJECT_STORE = "storage"
"""The object store's folder below the storage folder of a run, beside the ledger."""
SAMPLES = "samples.jsonl"
"""The account's samples, for its statistics over all runs."""


@dataclass(slots=True)
class LiveRequest:
    """What to run. The dates are the first and the last day of the market that is replayed."""

    file: Path
    source: DataSource
    output: Path
    storage: Path
    start: date
    end: date
    parameters: dict[str, str] = field(default_factory=dict)
    progress: Callable[[int, int, int], None] | None = None
    """Called about once a simulated day with (stamp, first stamp, last stamp)."""


def period(request: LiveRequest) -> tuple[int, int]:
    """Return the stamps at which the market of a request begins and ends."""
    zone = TimeZones.NEW_YORK
    first, last = (datetime(day.year, day.month, day.day) for day in (request.start, request.end))
    return zone.utc_stamp(first), zone.utc_stamp(last) + DAY - 1


class PaperSession:
    """Runs an algorithm against a broker.

    Parameters
    ----------
    broker : in this process or behind a socket
    probe : looks at, or dies at, everything that leaves a trace (`engine.paper.probe`)
    may_go_on : asked before each moment of the market with its stamp: may take its time, False ends the run in order
    clock : microseconds, for the object store's five seconds; the market's own time where it is not given
    """

    def __init__(
        self,
        request: LiveRequest,
        broker: Broker,
        probe: Probe = nobody_looks,
        may_go_on: Callable[[int], bool] | None = None,
        clock: Callable[[], int] | None = None,
    ) -> None:
        self.request = request
        self.broker = broker
        self._probe = probe
        self._may_go_on = may_go_on
        self._moment = 0
        self.store = LiveObjectStore(request.storage / OBJECT_STORE, clock or (lambda: self._moment), probe)
        self.algorithm: QCAlgorithm | None = None

    def run(self) -> BacktestOutcome:
        """Run to the end.

        Raises
        ------
        EngineError
            If the file has no algorithm, data cannot be read, a member of LEAN is used that the engine lacks, or
            the ledger is of another account.
        """
        request = self.request
        SymbolCache.clear()
        use_source(request.source)
        env = AlgorithmEnvironment(
            request.source,
            ObjectStore(self.store),
            dict(request.parameters),
            live_mode=True,
            today=int(time.time() * 1_000_000),
        )
        with importable(request.file), environment.entered(env), lasting_one_run(request.source):
            outcome = self._run(env)
        # not where something else than an error has ended the run: that is a crash, and nothing more is written
        self.store.dispose()
        return outcome

    def _run(self, env: AlgorithmEnvironment) -> BacktestOutcome:
        request = self.request
        algorithm = self.algorithm = load_algorithm(request.file)
        name = type(algorithm).__name__
        env.algorithm_id = algorithm.algorithm_id = name
        results = LiveResultHandler(request.output, name, request.source.label, request.storage / SAMPLES)
        try:
            self._start_and_go(algorithm, results)
        except EngineError:
            self.store.dispose()
            raise
        statistics = results.exit()
        error = algorithm.run_time_error
        status = AlgorithmStatus.COMPLETED if error is None else AlgorithmStatus.RUNTIME_ERROR
        return BacktestOutcome(algorithm, status, statistics, request.output, name, error)

    def _start_and_go(self, algorithm: QCAlgorithm, results: LiveResultHandler) -> None:
        start, end = period(self.request)
        status = self.broker.status()
        self._moment = int(status["stamp"]) if status["opened"] else start
        _go_live(algorithm, self._moment, end)
        brokerage = PaperBrokerage(algorithm, self.broker, self._probe)
        handlers = connect(algorithm, brokerage, results)

        account: Fields = {}

        def initialize() -> None:
            algorithm.initialize()
            account.update(load_account(algorithm, handlers.transactions, brokerage, self.broker))
            algorithm.post_initialize()

        if not initialized(algorithm, results, initialize):
            return
        results.set_algorithm(algorithm, algorithm.portfolio.total_portfolio_value_decimal)
        take_over_history(algorithm, results, self.broker.history(), account)
        report = self.request.progress
        progress = None if report is None else (lambda stamp: report(stamp, start, end))
        run_to_end(algorithm, handlers, progress, self._next_moment)

    def _next_moment(self, stamp: int) -> bool:
        if self._may_go_on is not None and not self._may_go_on(stamp):
            return False
        self._moment = stamp
        self.store.persist_if_due()
        self._probe("step", str(stamp))
        return True


def _go_live(algorithm: QCAlgorithm, start: int, end: int) -> None:
    """Make a new algorithm a live one that starts at a stamp (LEAN: QCAlgorithm.SetLiveMode)."""
    algorithm.trade_builder.set_live_mode(True)
    algorithm.securities.set_live_mode(True)
    algorithm.transactions.set_live_mode(True)
    algorithm.portfolio.margin_call_model = MarginCallModel.NULL
    algorithm.set_live_period(start, end)


def open_ledger_broker(
    storage: Path, source: DataSource, faults: tuple[Fault, ...] = (), *, durable: bool = True
) -> PaperBroker:
    """Return the broker of a storage folder, in this process."""
    storage.mkdir(parents=True, exist_ok=True)
    return PaperBroker(Ledger(storage / FILE, durable=durable), source, faults)
