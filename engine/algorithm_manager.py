"""The time loop: what happens at each moment, in LEAN's order (LEAN: Engine/AlgorithmManager.cs)."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Any, NoReturn

from engine.common.enums import AlgorithmStatus
from engine.common.errors import DataFileError, EngineError, ReadOnlyMemberError
from engine.common.time import HOUR, MINUTE
from engine.corporate_actions import CorporateActions
from engine.data.market.slice import Slice
from engine.data.universe_selection.security_changes import NO_CHANGES
from engine.securities.account_outlook import AccountOutlook
from engine.securities.derivative_cache import DerivativeCache
from engine.securities.margin_interest_rate_model import MarginInterestRateModel, MarginInterestRateParameters
from engine.securities.settlement_model import ImmediateSettlementModel, ScanSettlementModelParameters

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.universe_selection.security_changes import SecurityChanges
    from engine.data_feeds.plan import Plan
    from engine.data_feeds.synchronizer import Synchronizer

_MARGIN_CALL_PERIOD = 5 * MINUTE


class _Stop(Exception):
    """Ends the loop after a runtime error of the algorithm."""


class AlgorithmManager:
    """Runs an initialized algorithm to its end.

    Work is done only where somebody listens: prices are pulled when read, a slice is a view, and events, orders,
    consolidators and holdings each cost one comparison in a step that does not concern them. In a backtest of an
    algorithm without on_data, moments at which nothing at all is due are passed over.

    Parameters
    ----------
    progress : called about once a simulated day with the stamp
    may_go_on : asked before each moment, in live mode: it may take its time, False ends the run in order
    corporate : what splits and dividends do to the account
    """

    def __init__(
        self,
        algorithm: QCAlgorithm,
        transactions: Any,
        real_time: Any,
        results: Any,
        progress: Callable[[int], None] | None = None,
        *,
        may_go_on: Callable[[int], bool] | None = None,
        corporate: CorporateActions | None = None,
    ) -> None:
        self._algorithm = algorithm
        self._transactions = transactions
        self._real_time = real_time
        self._results = results
        self._progress = progress
        self._may_go_on = may_go_on
        self._corporate = CorporateActions(algorithm) if corporate is None else corporate
        self._outlook = AccountOutlook(
            algorithm.portfolio, algorithm.time_keeper, is_known_ahead=not algorithm.live_mode
        )
        self._next_security_scan = 0
        self._next_margin_call = 0
        self._was_warming_up = False
        self.synchronizer: Synchronizer = None  # type: ignore[assignment]

    # -- the loop ----------------------------------------------------------------------------------------------

    def begin(self, synchronizer: Any) -> None:
        """Take who says what each moment carries; the first hourly scan is at the next full hour."""
        self.synchronizer = synchronizer
        now = self._algorithm.utc_stamp
        self._next_security_scan = now - now % HOUR + HOUR

    def run(self, synchronizer: Synchronizer) -> None:
        """Go through all moments; leaves the algorithm's status and error as LEAN does."""
        algorithm = self._algorithm
        algorithm.schedule.on(
            "Daily Sampling",
            algorithm.date_rules.every_day(),
            algorithm.time_rules.midnight,
            lambda *_: self._results.sample(algorithm.utc_stamp),
        )
        self.begin(synchronizer)
        self._was_warming_up = algorithm.is_warming_up
        try:
            if algorithm.is_warming_up:
                algorithm.debug("Algorithm starting warm up...")
            else:
                self._call("on_warmup_finished", algorithm.on_warmup_finished)
            last = self._steps(synchronizer)
            if algorithm.run_time_error is not None:
                return
            self._call("on_end_of_algorithm", algorithm.on_end_of_algorithm)
        except _Stop:
            return
        finally:
            if DataFileError.first is not None:
                raise DataFileError.first
        self._results.process_synchronous_events(True)
        if algorithm.status == AlgorithmStatus.STOPPED:
            self._results.log_message("Algorithm Stopped")
        algorithm.set_status(AlgorithmStatus.COMPLETED)
        self._results.sample(last)

    def _steps(self, synchronizer: Synchronizer) -> int:
        algorithm, progress, portfolio = self._algorithm, self._progress, self._algorithm.portfolio
        outlook = self._outlook
        on_data = algorithm.on_data if _is_defined(algorithm, "on_data") else None
        advance, running = synchronizer.advance, AlgorithmStatus.RUNNING
        may_go_on, backtest = self._may_go_on, not algorithm.live_mode
        passes_over = backtest and may_go_on is None and on_data is None and not algorithm.uses_framework
        last = algorithm.utc_stamp
        reported = 0
        while True:
            if passes_over:
                self._pass_over_quiet()
            try:
                stamp = advance()
            except EngineError:
                raise
            except Exception as error:  # a universe's selector raised
                self._fail(error)
            if stamp is None or (algorithm._status != running and algorithm.run_time_error is None):
                return last
            if may_go_on is not None and not may_go_on(stamp):
                return last
            if (
                backtest
                and portfolio.has_holdings
                and not outlook.keeps_value(synchronizer.plan)
                and portfolio.total_portfolio_value_decimal <= 0
            ):
                self._results.system_debug_message(
                    "AlgorithmManager.Run(): Portfolio value is less than or equal to zero, stopping algorithm."
                )
                return stamp
            last = stamp
            if not self.step(stamp, on_data):
                return last
            if DataFileError.first is not None:  # the algorithm caught it
                raise DataFileError.first
            if progress is not None and stamp - reported > 24 * HOUR:
                reported = stamp
                progress(stamp)

    def _pass_over_quiet(self) -> None:
        """Pass over the coming moments at which nobody would do anything but move the clock.

        The last moment before something is due is kept: a scheduled event between two moments sees its slice.
        """
        due = self._next_due()
        if due <= self._algorithm.utc_stamp or not self._is_quiet():
            return
        passed = self.synchronizer.pass_over(due)
        # the account would have been found safe at these moments: the next look is five minutes after the last of them
        first = bisect_left(passed, self._next_margin_call)
        while first < len(passed):
            self._next_margin_call = passed[first] + _MARGIN_CALL_PERIOD
            first = bisect_left(passed, self._next_margin_call, first)

    def _next_due(self) -> int:
        """Return the first stamp at which a part of the engine has something to do by itself."""
        return min(
            self._real_time.next_stamp,
            self._algorithm.subscription_manager.next_scan,
            self._algorithm.trade_builder.next_price_stamp,
            self._transactions.next_stamp,
            self._results.next_sample_stamp,
            self._next_security_scan,
        )

    def _is_quiet(self) -> bool:
        """Return whether nobody looks at each moment of the plan: no consumer of its data, no account near a limit."""
        algorithm, plan = self._algorithm, self.synchronizer.plan
        if self._was_warming_up or plan.has_consumers or self._corporate.split_warnings:
            return False
        return not algorithm.portfolio.has_holdings or (
            self._outlook.keeps_value(plan) and self._outlook.keeps_margin(plan)
        )

    def step(self, stamp: int, on_data: Callable[[Slice], Any] | None = None) -> bool:
        """Go through one moment; False when the algorithm stopped in it."""
        algorithm, synchronizer = self._algorithm, self.synchronizer
        try:
            self._move_clock(stamp)
        except ReadOnlyMemberError as error:  # of the step before
            self._fail(error)
        plan, changes = synchronizer.plan, synchronizer.changes
        algorithm.current_slice = slice_ = Slice(plan, stamp)
        events = plan.carries_events(stamp)
        self._before_handlers(stamp, slice_, changes, events)
        if algorithm._status != AlgorithmStatus.RUNNING:
            if algorithm.run_time_error is not None:
                raise _Stop
            return False
        self._handlers(plan, slice_, changes, events)
        if on_data is not None and synchronizer.has_data:
            self._call("on_data", on_data, slice_)
        self._after_handlers(stamp, slice_, events)
        return True

    def scan_is_due(self, stamp: int) -> bool:
        """Return whether the hourly look at settlements and interest is due."""
        return stamp >= self._next_security_scan

    def _move_clock(self, stamp: int) -> None:
        # what was due between two moments of data happens at its own time
        real_time, scans = self._real_time, self._algorithm.subscription_manager
        if real_time.next_stamp < stamp:
            real_time.scan_past_events(stamp)
        if scans.next_scan < stamp:
            scans.scan_past_consolidators(stamp, self._algorithm.set_date_time)
        self._algorithm.set_date_time(stamp)

    def _before_handlers(self, stamp: int, slice_: Slice, changes: SecurityChanges, events: bool) -> None:
        # securities, open orders and schedules, in LEAN's order
        algorithm, transactions = self._algorithm, self._transactions
        if changes is not NO_CHANGES:
            self._process_security_changes(changes)
        if self.synchronizer.chains:
            self._note_chains()
        plan = self.synchronizer.plan
        if self.synchronizer.universe_data:
            self._store_universe_data(self.synchronizer.universe_data)
        for window in plan.with_session(stamp):
            session = window.subscription.security.session
            for point in window.all_at(stamp):
                session.update(point)
        for window in plan.with_volatility(stamp):
            window.subscription.security.update_consumers(window.all_at(stamp)[-1])
        algorithm.portfolio.invalidate_total_portfolio_value()
        if algorithm.trade_builder.next_price_stamp <= stamp:
            algorithm.trade_builder.update_prices(stamp)
        if stamp >= self._next_security_scan:
            self._scan_securities(stamp)
        if self._was_warming_up:
            self._check_warm_up()
        if events:
            self._renames(slice_)
        if events or transactions.needs_processing(stamp):
            transactions.process_synchronous_events()
        if self._real_time.next_stamp <= stamp:
            self._real_time.set_time(stamp)
        if self._corporate.split_warnings:
            self._corporate.process_split_warnings()

    def _handlers(self, plan: Plan, slice_: Slice, changes: SecurityChanges, events: bool) -> None:
        # what an algorithm hears of before on_data
        algorithm = self._algorithm
        stamp = algorithm.utc_stamp
        if stamp >= self._next_margin_call:
            self._margin_calls(stamp)
        if changes is not NO_CHANGES:
            seen = changes.for_algorithm()
            self._call("on_securities_changed", algorithm.on_securities_changed, seen)
            self._call("on_framework_securities_changed", algorithm.on_framework_securities_changed, seen)
        if events:
            self._corporate.apply(slice_)
        consolidated = plan.consolidated(stamp)
        if consolidated:
            self._consolidate(consolidated, stamp)
        if events:
            self._event_callbacks(slice_)

    def _after_handlers(self, stamp: int, slice_: Slice, events: bool) -> None:
        algorithm, transactions = self._algorithm, self._transactions
        if algorithm.uses_framework:
            self._call("on_framework_data", algorithm.on_framework_data, slice_)
        if events or transactions.needs_processing(stamp):
            transactions.process_synchronous_events()
        if self._results.next_sample_stamp <= stamp:
            self._results.process_synchronous_events(False)
        algorithm.process_pending_universe_changes()

    def time_pulse(self, stamp: int) -> None:
        """Move the clock to a moment at which a universe is about to select."""
        if self._algorithm.utc_stamp == stamp:
            return
        self._move_clock(stamp)
        if self._was_warming_up:
            self._check_warm_up()

    # -- parts of a step ---------------------------------------------------------------------------------------

    def _call(self, name: str, function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return function(*arguments)
        except EngineError:
            raise
        except Exception as error:
            self._fail(error)

    def _fail(self, error: Exception) -> NoReturn:
        self._algorithm.set_run_time_error(error)
        self._algorithm.set_status(AlgorithmStatus.RUNTIME_ERROR)
        raise _Stop from error

    def _store_universe_data(self, collections: list[Any]) -> None:
        # rows of chains stay in their file: they are asked for by contract
        securities = self._algorithm.securities
        for points in (collection.data for collection in collections):
            if not points or not points[0].should_cache_to_security():
                continue
            for point in points:
                security = None if point.symbol is None else securities.get(point.symbol)
                if security is not None:
                    security.cache.store_data([point], type(point))
        collections.clear()

    def _process_security_changes(self, changes: Any) -> None:
        algorithm = self._algorithm
        for security in changes.added_securities:
            algorithm.securities.add(security)
        active = algorithm.universe_manager.active_securities if changes.removed_securities else {}
        for security in changes.removed_securities:
            if security.symbol not in active:
                security.reset()
        self._real_time.on_securities_changed(changes)
        self._results.on_securities_changed(changes)

    def _note_chains(self) -> None:
        # a chain's rows go to the caches of its contracts, however they were added
        chains = self.synchronizer.chains
        for security in self._algorithm.securities.values():
            cache, symbol = security.cache, security.symbol
            if (
                isinstance(cache, DerivativeCache)
                and not symbol.is_canonical()
                and symbol.canonical in chains
            ):
                cache.note_chain(chains[symbol.canonical], security)

    def _scan_securities(self, stamp: int) -> None:
        algorithm = self._algorithm
        for security in list(algorithm.securities.values()):
            interest = security.margin_interest_rate_model
            if interest is not MarginInterestRateModel.NULL:
                interest.apply_margin_interest_rate(
                    MarginInterestRateParameters(security, algorithm.time_keeper.utc_time)
                )
            settlement = security.settlement_model
            if type(settlement) is not ImmediateSettlementModel:  # where nothing ever waits
                settlement.scan(ScanSettlementModelParameters(algorithm.portfolio, security, stamp))
        self._next_security_scan = stamp - stamp % HOUR + HOUR

    def _check_warm_up(self) -> None:
        if self._algorithm.is_warming_up:
            return
        self._was_warming_up = False
        self._results.on_warmup_finished()
        self._call("on_warmup_finished", self._algorithm.on_warmup_finished)
        self._algorithm.debug("Algorithm finished warming up.")

    def _renames(self, slice_: Slice) -> None:
        renamed = slice_.symbol_changed_events
        if not len(renamed):
            return
        self._call("on_symbol_changed_events", self._algorithm.on_symbol_changed_events, renamed)
        for symbol in list(renamed.keys()):
            for ticket in self._algorithm.transactions.get_open_order_tickets(symbol):
                ticket.cancel("Open order cancelled on symbol changed event")

    def _margin_calls(self, stamp: int) -> None:
        self._next_margin_call = stamp + _MARGIN_CALL_PERIOD
        algorithm = self._algorithm
        if not algorithm.portfolio.has_holdings or self._outlook.keeps_margin(self.synchronizer.plan):
            return
        model = algorithm.portfolio.margin_call_model
        orders, warn = model.get_margin_call_orders()
        executed: list[Any] = []
        if orders and all(algorithm.securities[order.symbol].exchange.exchange_open for order in orders):
            returned = self._call("on_margin_call", algorithm.on_margin_call, orders)
            executed = model.execute_margin_call(orders if returned is None else returned)
            for ticket in executed:
                algorithm.error(
                    f"{algorithm.time:%m/%d/%Y %H:%M:%S} - Executed MarginCallOrder: {ticket.symbol} - "
                    f"Quantity: {ticket.quantity_decimal:f} @ {ticket.average_fill_price}"
                )
        if not executed and warn:
            self._call("on_margin_call_warning", algorithm.on_margin_call_warning)

    def _consolidate(self, windows: list[Any], stamp: int) -> None:
        keeper = self._algorithm.time_keeper
        for window in windows:
            config = window.subscription.configuration
            points = window.all_at(stamp)
            local = keeper.local_time_keeper(config.exchange_time_zone).local_time
            for consolidator in list(config.consolidators):
                for point in points:
                    self._call("Consolidators update", consolidator.update, point)
                self._call("Consolidators update", consolidator.scan, local)

    def _event_callbacks(self, slice_: Slice) -> None:
        algorithm = self._algorithm
        if len(slice_.splits):
            self._call("on_splits", algorithm.on_splits, slice_.splits)
        if len(slice_.dividends):
            self._call("on_dividends", algorithm.on_dividends, slice_.dividends)
        if len(slice_.delistings):
            self._call("on_delistings", algorithm.on_delistings, slice_.delistings)
        self._corporate.remember(slice_)


def _is_defined(algorithm: QCAlgorithm, name: str) -> bool:
    """Tell whether the algorithm's own class has a callback; the base's does nothing."""
    method = getattr(type(algorithm), name, None)
    return name in algorithm.__dict__ or not getattr(method, "__module__", "").startswith("engine.algorithm.")
