"""The class an algorithm derives from (LEAN: Algorithm/QCAlgorithm.cs). Its parts are one mix-in per subject."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from engine.algorithm import environment
from engine.algorithm.algorithm_settings import AlgorithmSettings
from engine.algorithm.indicator_shortcuts import create_shortcut
from engine.algorithm.qc_algorithm_chains import QCAlgorithmChains
from engine.algorithm.qc_algorithm_commands import QCAlgorithmCommands
from engine.algorithm.qc_algorithm_custom_data import QCAlgorithmCustomData
from engine.algorithm.qc_algorithm_framework import QCAlgorithmFramework
from engine.algorithm.qc_algorithm_history import QCAlgorithmHistory
from engine.algorithm.qc_algorithm_indicators import QCAlgorithmIndicators
from engine.algorithm.qc_algorithm_parameters import QCAlgorithmParameters
from engine.algorithm.qc_algorithm_plotting import QCAlgorithmPlotting
from engine.algorithm.qc_algorithm_securities import QCAlgorithmSecurities
from engine.algorithm.qc_algorithm_setup import QCAlgorithmSetup
from engine.algorithm.qc_algorithm_trading import QCAlgorithmTrading
from engine.algorithm.qc_algorithm_universe import QCAlgorithmUniverse
from engine.brokerages.default_brokerage_model import DefaultBrokerageModel
from engine.common.enums import (
    AlgorithmMode,
    AlgorithmStatus,
    DeploymentTarget,
    FillGroupingMethod,
    FillMatchingMethod,
    Resolution,
)
from engine.common.errors import NotImplementedException, ReadOnlyMemberError, UnsupportedMemberError
from engine.common.symbol import symbol_of
from engine.common.symbol_cache import SymbolCache
from engine.common.time import TimeZone, to_stamp
from engine.common.time_keeper import TimeKeeper
from engine.data.interest_rate_provider import InterestRateProvider
from engine.data.subscription_manager import SubscriptionManager
from engine.data.universe_selection.universe_manager import UniverseManager
from engine.data.universe_selection.universe_settings import UniverseSettings
from engine.data_feeds.data_feed import DataFeed
from engine.data_feeds.data_manager import DataManager
from engine.notifications.notification_manager import NotificationManager
from engine.orders.exact import utc_datetime
from engine.orders.order_properties import OrderProperties
from engine.scheduling.schedule_manager import ScheduleManager
from engine.securities.option.indicator_based_option_price_model_provider import (
    IndicatorBasedOptionPriceModelProvider,
)
from engine.securities.security_definition_symbol_resolver import SecurityDefinitionSymbolResolver
from engine.securities.security_initializer import BrokerageModelSecurityInitializer
from engine.securities.security_manager import SecurityManager
from engine.securities.security_portfolio_manager import SecurityPortfolioManager
from engine.securities.security_service import SecurityService
from engine.securities.security_transaction_manager import SecurityTransactionManager
from engine.statistics.trade_builder import TradeBuilder

if TYPE_CHECKING:
    from engine.data.market.slice import Slice
    from engine.securities.security import Security

_NEW_YORK = "America/New_York"
_DEFAULT_START = datetime(1998, 1, 1)


class QCAlgorithm(
    QCAlgorithmSetup,
    QCAlgorithmParameters,
    QCAlgorithmSecurities,
    QCAlgorithmCustomData,
    QCAlgorithmUniverse,
    QCAlgorithmChains,
    QCAlgorithmHistory,
    QCAlgorithmIndicators,
    QCAlgorithmTrading,
    QCAlgorithmPlotting,
    QCAlgorithmCommands,
    QCAlgorithmFramework,
):
    """An algorithm: `initialize` subscribes and schedules, `on_data` and the other callbacks trade."""

    def __init__(self) -> None:
        env = environment.current()
        self._environment = env
        self._locked = False
        self._live_mode = env.live_mode
        self._status = AlgorithmStatus.RUNNING
        self._parameters = dict(env.parameters)
        self._time_keeper = TimeKeeper()
        self._with_session: list[Security] = []
        self._local_time_keeper = self._time_keeper.local_time_keeper(TimeZone.of(_NEW_YORK))
        self._start_date = self._start = _DEFAULT_START
        self._end_date = self._yesterday() + timedelta(1) - timedelta(microseconds=1)
        self._is_warming_up = True
        self._warmup_bar_count: int | None = None
        self._warmup_time_span: timedelta | None = None
        self._pending_universe_additions = False
        self._pending_user_universe_changes: list[Any] = []
        self._user_set_security_initializer = False
        self._benchmark: Any = None
        self.run_time_error: BaseException | None = None
        self.current_slice: Slice | None = None
        self.name = ""
        self.tags: list[str] = []
        self.project_id = 0
        self.algorithm_id = env.algorithm_id
        self.algorithm_mode = AlgorithmMode.LIVE if env.live_mode else AlgorithmMode.BACKTESTING
        self.deployment_target = DeploymentTarget.LOCAL_PLATFORM
        self.settings = AlgorithmSettings()
        self.default_order_properties = OrderProperties()
        self.market_hours_database = env.source.market_hours
        self.symbol_properties_database = env.source.symbol_properties
        self.data_feed = DataFeed(env.source, object_store=env.object_store, tell=self.error)
        self.securities = SecurityManager(self._time_keeper)
        self.transactions = SecurityTransactionManager(self, self.securities)
        self.portfolio = SecurityPortfolioManager(
            self.securities, self.transactions, self.settings, self.default_order_properties
        )
        self.universe_settings = UniverseSettings(Resolution.MINUTE)
        self.universe_manager = UniverseManager()
        self.data_manager = DataManager(self, self.data_feed)
        self.subscription_manager = SubscriptionManager(self._time_keeper)
        self.subscription_manager.set_data_manager(self.data_manager)
        self.risk_free_interest_rate_model = InterestRateProvider(env.source)
        IndicatorBasedOptionPriceModelProvider.INSTANCE.initialize(self.securities, env.source)
        self.brokerage_model = DefaultBrokerageModel()
        self.brokerage_message_handler = None
        self.security_initializer = BrokerageModelSecurityInitializer(self.brokerage_model)
        self.securities.set_security_service(SecurityService(self))
        self.schedule = ScheduleManager(self)
        self.notify = NotificationManager(env.live_mode)
        self.object_store = env.object_store
        self.trade_builder = TradeBuilder(FillGroupingMethod.FILL_TO_FILL, FillMatchingMethod.FIFO)
        self.trade_builder.set_security_manager(self.securities)
        # LEAN's clock starts at the default date in UTC, whatever the zone
        self.set_date_time(to_stamp(_DEFAULT_START))
        parts = (QCAlgorithmPlotting, QCAlgorithmCommands, QCAlgorithmTrading, QCAlgorithmIndicators)
        for part in (*parts, QCAlgorithmFramework):
            part.__init__(self)  # type: ignore[misc]

    def _yesterday(self) -> datetime:
        today = self._local_time_keeper.time_zone.local_datetime(self._environment.today)
        return datetime(today.year, today.month, today.day) - timedelta(1)

    def _time_zone_stamp(self, local: datetime) -> int:
        return self.time_zone.to_utc(to_stamp(local))

    # -- time --------------------------------------------------------------------------------------------------

    @cached_property
    def time(self) -> datetime:  # filters ask for it once a contract: kept until the clock moves
        return self._local_time_keeper.local_time

    def _forget_time(self) -> None:
        kept = self.__dict__.pop("time", None)
        # what stands there and is not the clock's was assigned by the algorithm: LEAN refuses that
        if kept is not None and kept is not self._local_time_keeper.local_time:
            raise ReadOnlyMemberError(
                "self.time is LEAN's clock and read-only: keep a value of your own under another name"
            )

    @property
    def utc_time(self) -> datetime:
        """Now in UTC, with its zone: LEAN's UTC times reach Python so, its local times without one."""
        return utc_datetime(self._time_keeper.utc_stamp)

    @property
    def utc_stamp(self) -> int:
        return self._time_keeper.utc_stamp

    @property
    def time_keeper(self) -> TimeKeeper:
        return self._time_keeper

    @property
    def time_zone(self) -> TimeZone:
        return self._local_time_keeper.time_zone

    @property
    def start_date(self) -> datetime:
        return self._start_date

    @property
    def end_date(self) -> datetime:
        return self._end_date

    @property
    def start_stamp(self) -> int:
        return self._time_zone_stamp(self._start_date)

    @property
    def end_stamp(self) -> int:
        return self._time_zone_stamp(self._end_date)

    def set_date_time(self, stamp: int) -> None:
        """Move the clock (UTC stamp); warm-up ends when the start date is reached."""
        self._forget_time()
        self._time_keeper.set_utc(stamp)
        for security in self._with_session:
            if security.symbol in self.securities:  # a contract may be made and never added
                security.session.scan(security.local_time)
        if self._locked and self._is_warming_up and stamp >= self.start_stamp:
            self._is_warming_up = False

    def keep_session(self, security: Security) -> None:
        """From now on a security's trading days are kept."""
        self._with_session.append(security)
        self.data_manager.subscriptions.version += 1  # the synchronizer plans anew

    # -- state -------------------------------------------------------------------------------------------------

    @property
    def is_warming_up(self) -> bool:
        return self._is_warming_up

    @property
    def live_mode(self) -> bool:
        return self._live_mode

    @property
    def status(self) -> AlgorithmStatus:
        return self._status

    def set_status(self, status: AlgorithmStatus) -> None:
        self._status = status

    def get_locked(self) -> bool:
        return self._locked

    def set_locked(self) -> None:
        self._locked = True

    def set_run_time_error(self, error: BaseException) -> None:
        self.run_time_error = error

    @property
    def account_currency(self) -> str:
        return self.portfolio.cash_book.account_currency

    @property
    def benchmark(self) -> Any:
        return self._benchmark

    @property
    def date_rules(self) -> Any:
        return self.schedule.date_rules

    @property
    def time_rules(self) -> Any:
        return self.schedule.time_rules

    def train(self, *arguments: Any) -> Any:
        """Run a function that may take its time: in the next step, or by (date rule, time rule, function)."""
        return (
            self.schedule.training_now(*arguments)
            if len(arguments) == 1
            else self.schedule.training(*arguments)
        )

    @property
    def active_securities(self) -> Any:
        return self.universe_manager.active_securities

    def symbol(self, ticker: str) -> Any:
        """Return the symbol a ticker was added under."""
        return SymbolCache.get_symbol(ticker)

    def ticker(self, symbol: Any) -> str:
        """Return the ticker a symbol has now."""
        symbol = symbol_of(symbol)
        tickers = self.data_feed.source.map_file_of(symbol)
        return symbol.value if tickers is None else tickers.get_mapped_symbol(self.time, symbol.value)

    def cusip(self, asset: Any, trading_date: date | None = None) -> Any:
        """Return the CUSIP of a symbol, or the symbol of a CUSIP on a day (today)."""
        return self._registered("cusip", asset, trading_date)

    def composite_figi(self, asset: Any, trading_date: date | None = None) -> Any:
        """Return the composite FIGI of a symbol, or the symbol of one."""
        return self._registered("composite_figi", asset, trading_date)

    def sedol(self, asset: Any, trading_date: date | None = None) -> Any:
        """Return the SEDOL of a symbol, or the symbol of one."""
        return self._registered("sedol", asset, trading_date)

    def isin(self, asset: Any, trading_date: date | None = None) -> Any:
        """Return the ISIN of a symbol, or the symbol of one."""
        return self._registered("isin", asset, trading_date)

    def cik(self, asset: Any, trading_date: date | None = None) -> Any:
        """Return the CIK of a symbol, or all symbols of one."""
        if isinstance(asset, int):
            day = self.time if trading_date is None else trading_date
            return SecurityDefinitionSymbolResolver.symbols_of("cik", asset, day)
        return self._registered("cik", asset, trading_date)

    def _registered(self, name: str, asset: Any, trading_date: date | None) -> Any:
        if not isinstance(asset, str):
            return SecurityDefinitionSymbolResolver.number_of(symbol_of(asset), name)
        day = self.time if trading_date is None else trading_date
        found = SecurityDefinitionSymbolResolver.symbols_of(name, asset, day)
        return found[0] if found else None

    def quit(self, message: str = "") -> None:
        """Stop after this step."""
        self.debug("Quit(): " + message)
        self._status = AlgorithmStatus.STOPPED

    def set_quit(self, quit: bool) -> None:
        if quit:
            self._status = AlgorithmStatus.STOPPED

    # -- callbacks that an algorithm may replace ---------------------------------------------------------------

    def initialize(self) -> None:
        raise NotImplementedException("Please override the Initialize() method")

    def on_warmup_finished(self) -> None: ...

    def on_data(self, slice: Slice) -> None: ...

    def on_splits(self, splits: Any) -> None: ...

    def on_dividends(self, dividends: Any) -> None: ...

    def on_delistings(self, delistings: Any) -> None: ...

    def on_symbol_changed_events(self, symbols_changed: Any) -> None: ...

    def on_securities_changed(self, changes: Any) -> None: ...

    def on_margin_call(self, requests: list[Any]) -> list[Any]:
        return requests

    def on_margin_call_warning(self) -> None: ...

    def on_end_of_algorithm(self) -> None: ...

    def on_order_event(self, order_event: Any) -> None: ...

    def on_assignment_order_event(self, assignment_event: Any) -> None: ...

    def on_brokerage_message(self, message_event: Any) -> None: ...

    def on_brokerage_disconnect(self) -> None: ...

    def on_brokerage_reconnect(self) -> None: ...

    # -- members the engine does not have ----------------------------------------------------------------------

    def __getattr__(self, name: str) -> Any:
        shortcut = create_shortcut(self, name)
        if shortcut is not None:
            return shortcut
        if name.startswith("_"):
            raise AttributeError(
                f"'{type(self).__name__}' object has no attribute '{name}'", name=name, obj=self
            )
        raise UnsupportedMemberError(f"QCAlgorithm.{name}")
