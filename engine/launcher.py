"""One backtest, from an algorithm file to its result files (LEAN: Launcher, AlgorithmFactory/Loader, Setup, Engine.Run)."""

from __future__ import annotations

import gc
import importlib.util
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.algorithm import environment
from engine.algorithm.environment import AlgorithmEnvironment
from engine.algorithm_imports.dot_net_modules import DotNetFinder
from engine.algorithm_imports.net_names import override_by_net_names
from engine.common.enums import AlgorithmStatus
from engine.common.errors import EngineError
from engine.common.symbol_cache import SymbolCache
from engine.data_source.in_use import lasting_one_run, use_source
from engine.run import connect, initialized, run_to_end

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data_source.source import DataSource

_COLLECT_AFTER = (20_000, 3, 3)
_SHIM = Path(__file__).parent / "algorithm_imports"


@dataclass(slots=True)
class BacktestRequest:
    """What to run. `start` and `end` replace the dates that the algorithm sets."""

    file: Path
    source: DataSource
    output: Path
    start: date | None = None
    end: date | None = None
    parameters: dict[str, str] = field(default_factory=dict)
    storage: Path | None = None
    progress: Callable[[int, int, int], None] | None = None
    """Called about once a simulated day with (stamp, first stamp, last stamp)."""


@dataclass(slots=True)
class BacktestOutcome:
    """What came of it; `error` is the exception of the algorithm, if one ended the run."""

    algorithm: QCAlgorithm
    status: AlgorithmStatus
    statistics: dict[str, str]
    output: Path
    name: str
    error: BaseException | None


def run_backtest(request: BacktestRequest) -> BacktestOutcome:
    """Run an algorithm file.

    Raises
    ------
    EngineError
        If the file has no algorithm, data cannot be read, or a member of LEAN is used that the engine lacks.
    """
    from engine.results.backtesting_result_handler import BacktestingResultHandler
    from engine.storage.local_object_store import LocalObjectStore
    from engine.storage.object_store import ObjectStore

    SymbolCache.clear()
    source = request.source
    use_source(source)
    store = LocalObjectStore(request.storage or request.file.resolve().parent / "storage")
    env = AlgorithmEnvironment(
        source,
        ObjectStore(store),
        dict(request.parameters),
        start=request.start,
        end=request.end,
        today=int(time.time() * 1_000_000),
    )
    with importable(request.file), _rarely_collecting(), environment.entered(env), lasting_one_run(source):
        try:
            algorithm = load_algorithm(request.file)
            name = env.algorithm_id = algorithm.algorithm_id = type(algorithm).__name__
            results = BacktestingResultHandler(request.output, name, source.label)
            _run(request, algorithm, results)
            statistics = results.exit()
        finally:
            store.dispose()
    error = algorithm.run_time_error
    status = AlgorithmStatus.RUNTIME_ERROR if error is not None else AlgorithmStatus.COMPLETED
    return BacktestOutcome(algorithm, status, statistics, request.output, name, error)


def _run(request: BacktestRequest, algorithm: QCAlgorithm, results: Any) -> None:
    from engine.brokerages.backtesting_brokerage import BacktestingBrokerage

    handlers = connect(algorithm, BacktestingBrokerage(algorithm), results)

    def initialize() -> None:
        algorithm.initialize()
        if request.start is not None:
            algorithm.set_start_date(request.start)
        if request.end is not None:
            algorithm.set_end_date(request.end)
        algorithm.post_initialize()

    if not initialized(algorithm, results, initialize):
        return
    results.set_algorithm(algorithm, algorithm.portfolio.cash_decimal)
    first, last = algorithm.utc_stamp, algorithm.end_stamp
    report = request.progress
    run_to_end(algorithm, handlers, None if report is None else (lambda stamp: report(stamp, first, last)))


def load_algorithm(file: Path) -> QCAlgorithm:
    """Return an instance of the algorithm that a file defines; an imported class does not count, as in LEAN."""
    from engine.algorithm.qc_algorithm import QCAlgorithm

    name = file.stem if file.stem.isidentifier() else "algorithm_file"
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None or not file.is_file():
        raise EngineError(f"{file}: there is no such Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    classes = [
        item
        for item in vars(module).values()
        # not isinstance: that would look at `pd`, and so import it
        if issubclass(type(item), type) and issubclass(item, QCAlgorithm) and item.__module__ == name
    ]
    if not classes:
        raise EngineError(
            f"{file}: no class derived from QCAlgorithm is defined here; define one in this file"
        )
    # a base class of another algorithm of the file is not the algorithm
    leaves = [c for c in classes if not any(o is not c and issubclass(o, c) for o in classes)]
    override_by_net_names(leaves[0], QCAlgorithm)
    return leaves[0]()


@contextmanager
def _rarely_collecting() -> Iterator[None]:
    """Look for cycles less often: a step makes many objects, and nearly all go when nobody refers to them."""
    before = gc.get_threshold()
    gc.set_threshold(*_COLLECT_AFTER)
    try:
        yield
    finally:
        gc.set_threshold(*before)


@contextmanager
def importable(file: Path) -> Iterator[None]:
    """Let the algorithm import AlgorithmImports and the modules beside it, and forget them afterwards."""
    before, modules = list(sys.path), set(sys.modules)
    sys.path[:0] = [str(file.resolve().parent), str(_SHIM)]
    finder = DotNetFinder()
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.path[:] = before
        sys.meta_path.remove(finder)
        for name in set(sys.modules) - modules:
            # not getattr: that would import what was not used yet, as `pd`
            origin = object.__getattribute__(sys.modules[name], "__dict__").get("__file__") or ""
            if origin.startswith(str(file.resolve().parent)) and not name.startswith("engine"):
                del sys.modules[name]
