"""Dates, cash, benchmark, brokerage and warm-up of an algorithm (LEAN: QCAlgorithm.cs, set-up part)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine.benchmarks.func_benchmark import FuncBenchmark
from engine.benchmarks.security_benchmark import SecurityBenchmark
from engine.brokerages.brokerage_model_factory import create_brokerage_model
from engine.common.enums import AccountType, BrokerageName, Resolution, SecurityType
from engine.common.errors import ArgumentException, ArgumentOutOfRangeException, InvalidOperationException
from engine.common.market import Market
from engine.common.numbers import to_decimal
from engine.common.symbol import Symbol
from engine.common.symbol_cache import SymbolCache
from engine.common.time import TimeZone
from engine.data_feeds.trade_bar_times import SPANS, start_time_for_trade_bars
from engine.securities.security_initializer import (
    BrokerageModelSecurityInitializer,
    CompositeSecurityInitializer,
    FuncSecurityInitializer,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.algorithm.qc_algorithm import QCAlgorithm

_FIRST_DATE = datetime(1900, 1, 1)
_TICK = timedelta(microseconds=1)


class QCAlgorithmSetup:
    """What `initialize` may set, and what happens right after it."""

    MAX_NAME_AND_TAGS_LENGTH = 200
    MAX_TAGS_COUNT = 100

    # -- dates -------------------------------------------------------------------------------------------------

    def set_start_date(self: QCAlgorithm, year: int | date, month: int = 1, day: int = 1) -> None:
        """Set the first day (year, month, day or one date)."""
        if self._live_mode:
            return
        start = _day(self._environment.start or year, month, day)
        if start < _FIRST_DATE:
            raise ArgumentOutOfRangeException("Please select a start date after January 1st, 1900.", "start")
        if start > self._yesterday() + timedelta(1):
            raise ArgumentOutOfRangeException("Please select start date less than today", "start")
        if self._locked:
            raise InvalidOperationException(
                "SetStartDate(): Cannot change start date after algorithm initialized."
            )
        self._start = self._start_date = start
        self.set_date_time(self._time_zone_stamp(start))

    def set_end_date(self: QCAlgorithm, year: int | date, month: int = 1, day: int = 1) -> None:
        """Set the last day, included."""
        if self._live_mode:
            return
        if self._locked:
            raise InvalidOperationException(
                "SetEndDate(): Cannot change end date after algorithm initialized."
            )
        end = _day(self._environment.end or year, month, day)
        self._end_date = min(end, self._yesterday()) + timedelta(1) - _TICK

    def set_live_period(self: QCAlgorithm, start: int, end: int) -> None:
        """Let a live run begin at one stamp and its market end at another; the algorithm's own dates do not count."""
        zone = self.time_zone
        self._start = self._start_date = zone.local_datetime(start)
        self._end_date = zone.local_datetime(end)
        self.set_date_time(start)

    def set_time_zone(self: QCAlgorithm, time_zone: str | TimeZone) -> None:
        if self._locked:
            raise InvalidOperationException("SetTimeZone(): Cannot change time zone after algorithm running.")
        if isinstance(time_zone, str):
            try:
                time_zone = TimeZone.of(time_zone)
            except (KeyError, ValueError):
                raise ArgumentException(f"TimeZone with id '{time_zone}' was not found.") from None
        start, end = self.start_stamp, self.end_stamp
        self._forget_time()
        self._local_time_keeper = self._time_keeper.local_time_keeper(time_zone)
        self.time_rules.set_default_time_zone(time_zone)
        self.date_rules.set_default_time_zone(time_zone)
        if self._live_mode:
            self.set_live_period(start, end)  # now is now, whatever the zone
        else:
            self.set_date_time(self._time_zone_stamp(self._start_date))

    # -- money -------------------------------------------------------------------------------------------------

    def set_cash(
        self: QCAlgorithm, symbol: Any = None, starting_cash: Any = None, conversion_rate: Any = 0
    ) -> None:
        """Set the cash: one amount in account currency, or (currency, amount[, rate])."""
        if self._locked:
            raise InvalidOperationException(
                "SetCash(): Cannot change cash available after algorithm initialized."
            )
        if symbol is None or starting_cash is None:
            self.portfolio.set_cash(to_decimal(starting_cash if symbol is None else symbol))
        else:
            self.portfolio.set_cash(symbol, to_decimal(starting_cash), to_decimal(conversion_rate))

    def set_account_currency(self: QCAlgorithm, account_currency: str, starting_cash: Any = None) -> None:
        if self._locked:
            raise InvalidOperationException(
                "SetAccountCurrency(): Cannot change AccountCurrency after algorithm initialized."
            )
        with_cash = "" if starting_cash is None else f", with a starting cash of {starting_cash}"
        self.debug(
            f"Changing account currency from {self.account_currency} to {account_currency}{with_cash}..."
        )
        self.portfolio.set_account_currency(
            account_currency, None if starting_cash is None else to_decimal(starting_cash)
        )

    # -- benchmark ---------------------------------------------------------------------------------------------

    def set_benchmark(self: QCAlgorithm, benchmark: Any, symbol: str | None = None) -> None:
        """Set the benchmark: a symbol, a ticker, (security type, ticker) or a function of time."""
        if self._locked:
            raise InvalidOperationException(
                "SetBenchmark(): Cannot change Benchmark after algorithm initialized."
            )
        if isinstance(benchmark, SecurityType) and symbol is not None:
            market = self._market(None, symbol, benchmark)
            benchmark = Symbol.create(symbol, benchmark, market)
        elif isinstance(benchmark, str):
            found = SymbolCache.try_get_symbol(benchmark)
            if found is None:
                self.debug(
                    f"Warning: SetBenchmark({benchmark}): no existing symbol found, "
                    "benchmark security will be added with Equity type."
                )
                found = Symbol.create(benchmark, SecurityType.EQUITY, Market.USA)
            benchmark = found
        if isinstance(benchmark, Symbol):
            self._benchmark = SecurityBenchmark.create_instance(self.securities, benchmark)
        else:
            self._benchmark = FuncBenchmark(benchmark)

    # -- models ------------------------------------------------------------------------------------------------

    def set_brokerage_model(
        self: QCAlgorithm, brokerage: Any, account_type: AccountType = AccountType.MARGIN
    ) -> None:
        """Set the brokerage by name or model; securities added later get its models."""
        model = (
            create_brokerage_model(self.transactions, brokerage, account_type)
            if isinstance(brokerage, BrokerageName)
            else brokerage
        )
        self.brokerage_model = model
        if not self._user_set_security_initializer:
            initializer = BrokerageModelSecurityInitializer(model)
            known = self.security_initializer
            if isinstance(known, CompositeSecurityInitializer):
                self.debug(
                    "Warning: SetBrokerageModel(): a custom security initializer has been added. Please call "
                    "SetBrokerageModel() before calling AddSecurityInitializer()."
                )
                known.replace_brokerage_initializer(initializer)
            else:
                self.security_initializer = initializer
            self._refresh_models(initializer)

    def _refresh_models(self: QCAlgorithm, initializer: Any) -> None:
        # securities added before the brokerage was named keep their leverage and get the brokerage's models
        for security in list(self.securities.values()):
            leverage = security.buying_power_model.get_leverage(security)
            security.is_initialized = False
            initializer.initialize(security)
            security.set_leverage(leverage)

    def set_security_initializer(self: QCAlgorithm, security_initializer: Any) -> None:
        if self._locked:
            raise InvalidOperationException(
                "SetSecurityInitializer() cannot be called after algorithm initialization. When you use the "
                "SetSecurityInitializer() method it will apply to all universes and manually added securities."
            )
        if self._user_set_security_initializer:
            self.debug(
                "Warning: SetSecurityInitializer() has already been called, existing security initializers in all "
                "universes will be overwritten."
            )
        self._user_set_security_initializer = True
        self.security_initializer = _as_initializer(security_initializer)

    def add_security_initializer(self: QCAlgorithm, security_initializer: Any) -> None:
        known, added = self.security_initializer, _as_initializer(security_initializer)
        if isinstance(known, CompositeSecurityInitializer):
            known.add_security_initializer(added)
        else:
            self.security_initializer = CompositeSecurityInitializer(known, added)

    def set_risk_free_interest_rate_model(self: QCAlgorithm, model: Any) -> None:
        self.risk_free_interest_rate_model = model

    def set_brokerage_message_handler(self: QCAlgorithm, handler: Any) -> None:
        self.brokerage_message_handler = handler

    def set_trade_builder(self: QCAlgorithm, trade_builder: Any) -> None:
        self.trade_builder = trade_builder
        trade_builder.set_security_manager(self.securities)

    # -- name and tags -----------------------------------------------------------------------------------------

    def set_name(self: QCAlgorithm, name: str) -> None:
        self.name = name[: self.MAX_NAME_AND_TAGS_LENGTH]

    def set_tags(self: QCAlgorithm, tags: Iterable[str]) -> None:
        self.tags = []
        for tag in tags:
            self.add_tag(tag)

    def add_tag(self: QCAlgorithm, tag: str) -> None:
        """Add a tag; one too many is told and left out."""
        tag = tag[: self.MAX_NAME_AND_TAGS_LENGTH] if tag and tag.strip() else ""
        if not tag or tag in self.tags:
            return
        if len(self.tags) < self.MAX_TAGS_COUNT:
            self.tags.append(tag)
        else:
            limit = f"Tags are limited to a maximum of {self.MAX_TAGS_COUNT}."
            self.log(f"Warning: AddTag({tag}): Unable to add tag. {limit}")

    # -- warm-up -----------------------------------------------------------------------------------------------

    def set_warm_up(self: QCAlgorithm, period: int | timedelta, resolution: Resolution | None = None) -> None:
        """Replay so many bars, or so much time, before the start; no orders are taken meanwhile."""
        if self._locked:
            raise InvalidOperationException(
                "QCAlgorithm.SetWarmup(): This method cannot be used after algorithm initialized"
            )
        self._warmup_time_span = period if isinstance(period, timedelta) else None
        self._warmup_bar_count = None if isinstance(period, timedelta) else int(period)
        self.settings.warmup_resolution = resolution

    set_warmup = set_warm_up

    def set_finished_warming_up(self: QCAlgorithm) -> None:
        self._is_warming_up = False

    def _warm_up_start(self: QCAlgorithm) -> int | None:
        if self._warmup_bar_count is not None:
            return self._warm_up_start_of_bars(self._warmup_bar_count)
        if self._warmup_time_span is not None:
            return self._time_zone_stamp(self.time - self._warmup_time_span)
        return None

    def _warm_up_start_of_bars(self: QCAlgorithm, bars: int) -> int:
        starts = []
        precise = self.settings.daily_precise_end_time
        for config in self.data_manager.get_configs():
            if config.symbol.is_canonical():
                continue
            hours = self.market_hours_database.get_entry(
                config.market, config.symbol, config.security_type
            ).exchange_hours
            resolution = (
                config.resolution
                if self.settings.warmup_resolution is None
                else self.settings.warmup_resolution
            )
            starts.append(
                start_time_for_trade_bars(
                    hours,
                    self.utc_stamp,
                    resolution,
                    bars,
                    config.extended_market_hours,
                    config.data_time_zone,
                    precise,
                )
            )
        if starts:
            return min(starts)
        resolution = self.settings.warmup_resolution
        if resolution is None:
            resolution = self.universe_settings.resolution
        return self._time_zone_stamp(self.time) - bars * SPANS[resolution]

    def post_initialize(self: QCAlgorithm) -> None:
        """Complete what `initialize` left open; called once by the engine."""
        if self._end_date < self._start_date:
            raise ArgumentException("Please select an algorithm end date greater than start date.")
        if self.settings.trading_days_per_year is None:
            self.settings.trading_days_per_year = 252
        self.data_feed.daily_precise_end_time = self.settings.daily_precise_end_time
        self.framework_post_initialize()
        if self._benchmark is None:
            self._benchmark = self.brokerage_model.get_benchmark(self.securities)
        start = self._warm_up_start()
        if start is None:
            self._is_warming_up = False
        else:
            self.set_date_time(start)
        self.process_pending_universe_changes()


def _day(year: int | date, month: int, day: int) -> datetime:
    if isinstance(year, date):
        return datetime(year.year, year.month, year.day)
    try:
        return datetime(int(year), int(month), int(day))
    except ValueError as error:
        raise ArgumentException(f"Date Invalid: {error}") from None


def _as_initializer(initializer: Any) -> Any:
    return initializer if hasattr(initializer, "initialize") else FuncSecurityInitializer(initializer)
