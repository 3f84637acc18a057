"""`history` in its many forms (LEAN: QCAlgorithm.History.cs and the Python overloads of QCAlgorithm.Python.cs)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine.common.enums import Resolution, SecurityType
from engine.common.errors import ArgumentException, InvalidOperationException
from engine.common.symbol import Symbol, symbol_of
from engine.data.market.open_interest import OpenInterest
from engine.data.market.trade_bar import TradeBar
from engine.data.market.universe_data import FutureUniverse
from engine.data.universe_selection.universe import Universe
from engine.data_feeds.auxiliary_history import AUXILIARY_TYPES, auxiliary_events, by_time
from engine.data_feeds.data_types import data_type_of
from engine.data_feeds.history_provider import HistoryProvider, HistoryRequest, matching_configs
from engine.data_feeds.trade_bar_times import start_time_for_trade_bars

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.market.slice import Slice
    from engine.securities.security_exchange_hours import SecurityExchangeHours

_OPTIONS = (
    "resolution",
    "fill_forward",
    "extended_market_hours",
    "data_mapping_mode",
    "data_normalization_mode",
    "contract_depth_offset",
    "flatten",
)


class QCAlgorithmHistory:
    """Requests by bars, by time and by range; as frames, as slices and as bars."""

    @property
    def history(self: QCAlgorithm) -> HistoryCall:
        return HistoryCall(self, None)

    @property
    def history_provider(self: QCAlgorithm) -> HistoryProvider:
        return HistoryProvider(self)

    def history_of(self: QCAlgorithm, symbols: list[Symbol], options: dict[str, Any]) -> list[Slice]:
        """Return slices of what a request by periods or by start and end finds."""
        return HistoryProvider(self).slices(HistoryCall(self, None)._requests(symbols, None, options))

    def history_start_before(
        self: QCAlgorithm, symbols: list[Symbol], periods: int, options: dict[str, Any]
    ) -> datetime:
        """Return the start of a request that begins a number of bars earlier."""
        zone = self.time_zone
        starts = [
            start_of_periods(self, request.configuration, request.hours, request.start, periods)
            for request in HistoryCall(self, None)._requests(symbols, None, options)
        ]
        return min((zone.local_datetime(start) for start in starts), default=options["start"])

    def get_last_known_prices(self: QCAlgorithm, symbols: Any) -> Any:
        """Return the newest data of each type before now: a list for one symbol, lists by symbol for several."""
        if isinstance(symbols, Symbol) or hasattr(symbols, "symbol"):
            return last_known_prices(self, [getattr(symbols, "symbol", symbols)]).get(
                getattr(symbols, "symbol", symbols), []
            )
        return last_known_prices(self, [getattr(s, "symbol", s) for s in symbols])

    def get_last_known_price(self: QCAlgorithm, symbol: Any) -> Any:
        found = self.get_last_known_prices(symbol)
        bars = [bar for bar in found if not isinstance(bar, OpenInterest)]
        return next((b for b in bars if isinstance(b, TradeBar)), bars[-1] if bars else None)

    def seed_securities(self: QCAlgorithm, securities: Iterable[Any]) -> None:
        """Give securities without a price their last known one."""
        wanted = [s for s in securities if not s.price]
        prices = last_known_prices(self, [s.symbol for s in wanted])
        for security in wanted:
            for data in prices.get(security.symbol, ()):
                security.set_market_price(data)


class HistoryCall:
    """`algorithm.history`: called, it gives a frame; with a type in brackets, bars of that type."""

    __slots__ = ("_algorithm", "_kind")

    def __init__(self, algorithm: QCAlgorithm, kind: type | None) -> None:
        self._algorithm = algorithm
        self._kind = kind

    def __getitem__(self, kind: type) -> HistoryCall:
        return HistoryCall(self._algorithm, kind)

    def __call__(self, *args: Any, **named: Any) -> Any:
        first = (
            args[0]
            if args
            else next(
                (named.pop(k) for k in ("symbol", "symbols", "tickers", "universe") if k in named), None
            )
        )
        rest = list(args[1:]) if args else []
        kind = self._kind
        if isinstance(first, type) and kind is None:
            kind, first = (
                first,
                (rest.pop(0) if rest and not isinstance(rest[0], (int, timedelta, date)) else None),
            )
            return self._frame(kind, first, rest, named)
        if isinstance(first, HistoryRequest):
            return self._provider.slices([first])
        if isinstance(first, (int, timedelta)) and not isinstance(first, bool):
            return self._slices_or_bars(list(self._algorithm.securities.keys()), [first, *rest], named)
        if kind is not None:
            return self._slices_or_bars(first, rest, named)
        return self._frame(None, first, rest, named)

    @property
    def _provider(self) -> HistoryProvider:
        return HistoryProvider(self._algorithm)

    # -- results -----------------------------------------------------------------------------------------------

    def _frame(self, kind: type | None, target: Any, rest: list[Any], named: dict[str, Any]) -> Any:
        from engine.data_feeds.history_frame import events_frame, history_frame, universe_frame

        options = self._options(rest, named)
        flatten = bool(options.pop("flatten", False))
        target, kind = _points_of_universe(target, kind, options)
        canonical = _chain_symbol(target, kind)
        if canonical is not None:
            return universe_frame(universe_history(self._algorithm, canonical, options), flatten)
        if kind in AUXILIARY_TYPES:
            return events_frame(self._events(target, kind, options))
        requests = self._requests(target, kind, options)
        return history_frame(self._provider.slices(requests), kind, flatten)

    def _slices_or_bars(self, target: Any, rest: list[Any], named: dict[str, Any]) -> Any:
        options = self._options(rest, named)
        options.pop("flatten", None)
        target, kind = _points_of_universe(target, self._kind, options)
        canonical = _chain_symbol(target, kind)
        if canonical is not None:
            return universe_history(self._algorithm, canonical, options)
        if kind in AUXILIARY_TYPES:
            events = self._events(target, kind, options)
            return events if isinstance(target, (Symbol, str)) else by_time(events)
        requests = self._requests(target, kind, options)
        if isinstance(target, (Symbol, str)) and kind is not None:
            return [bar for request in requests for bar in self._provider.bars(request)]
        slices = self._provider.slices(requests)
        return slices if kind is None else [slice_.get(kind) for slice_ in slices]

    def _events(self, target: Any, kind: Any, options: dict[str, Any]) -> list[Any]:
        # one subscription of trades a symbol tells of its events
        requests = {request.symbol: request for request in self._requests(target, TradeBar, options)}
        feed = self._algorithm.data_feed
        return [event for request in requests.values() for event in auxiliary_events(feed, request, kind)]

    # -- requests ----------------------------------------------------------------------------------------------

    def _options(self, rest: list[Any], named: dict[str, Any]) -> dict[str, Any]:
        options = dict(named)
        if rest and isinstance(rest[0], date):
            options["start"], options["end"] = rest[0], rest[1]
            rest = rest[2:]
        elif rest and isinstance(rest[0], (int, timedelta)) and not isinstance(rest[0], Resolution):
            options["periods"] = rest[0]
            rest = rest[1:]
        options.update(zip(_OPTIONS, rest))
        if "span" in options:
            options["periods"] = options.pop("span")
        return options

    def _requests(self, target: Any, kind: type | None, options: dict[str, Any]) -> list[HistoryRequest]:
        algorithm = self._algorithm
        if target is None:
            symbols = list(algorithm.securities.keys())
        elif isinstance(target, (Symbol, str)) or hasattr(target, "symbol"):
            symbols = [target]
        else:
            symbols = list(target)
        requests = []
        for item in symbols:
            symbol = symbol_of(item) if isinstance(item, str) else getattr(item, "symbol", item)
            if symbol.is_canonical() and symbol.security_type != SecurityType.FUTURE:
                continue
            configs = matching_configs(algorithm, symbol, kind, options.get("resolution"))
            requests += [history_request(algorithm, config, options) for config in configs]
        if not requests and kind is not None and len(symbols) == 1:
            raise ArgumentException(
                "No history data could be fetched. This could be due to the specified security not being of the requested "
                f"type. Symbol: {symbols[0]} Requested Type: {kind.__name__}"
            )
        return requests


def history_request(algorithm: QCAlgorithm, config: Any, options: dict[str, Any]) -> HistoryRequest:
    """Return the request for a configuration: by number of bars, by span or by range."""
    resolution = options.get("resolution")
    resolution = config.resolution if resolution is None else resolution
    extended = options.get("extended_market_hours")
    changes: dict[str, Any] = {}
    if resolution != config.resolution:
        changes = {"resolution": resolution, "data_type": data_type_of(resolution, config.tick_type)}
    if options.get("fill_forward") is not None:
        changes["fill_forward"] = options["fill_forward"]
    if extended is not None:
        changes["extended_hours"] = extended
    for name in ("data_mapping_mode", "data_normalization_mode"):
        if options.get(name) is not None:
            changes[name] = options[name]
    if options.get("contract_depth_offset") is not None:
        changes["contract_depth_offset"] = abs(options["contract_depth_offset"])
    wanted = config.with_changes(**changes) if changes else config
    entry = algorithm.market_hours_database.get_entry(config.market, config.symbol, config.security_type)
    security = algorithm.securities.get(config.symbol)
    hours = entry.exchange_hours if security is None else security.exchange.hours
    end = algorithm.utc_stamp
    if "start" in options:
        start = _stamp(algorithm, options["start"])
        end = _stamp(algorithm, options["end"]) if options.get("end") is not None else end
    elif isinstance(options.get("periods"), timedelta):
        start = _stamp(algorithm, algorithm.time - options["periods"])
    else:
        if resolution == Resolution.TICK:
            raise InvalidOperationException(
                "History functions that accept a 'periods' parameter can not be used with Resolution.Tick"
            )
        start = start_of_periods(algorithm, wanted, hours, end, int(options["periods"]))
    return HistoryRequest(wanted, hours, start, end)


def start_of_periods(
    algorithm: QCAlgorithm, config: Any, hours: SecurityExchangeHours, end: int, periods: int
) -> int:
    """Return the stamp at which the last bars of a configuration before `end` begin."""
    intraday = config.resolution in (Resolution.SECOND, Resolution.MINUTE)
    extended = intraday and config.extended_market_hours
    precise = algorithm.data_feed.strict_daily_end_times(config, hours)
    return start_time_for_trade_bars(
        hours, end, config.resolution, periods, extended, config.data_time_zone, precise
    )


def _points_of_universe(target: Any, kind: type | None, options: dict[str, Any]) -> tuple[Any, type | None]:
    """Return what to ask for instead of a universe of the algorithm's own data: the points of its symbol."""
    if not (isinstance(target, Universe) and target.configuration.is_custom_data):
        return target, kind
    if options.get("resolution") is None:
        options["resolution"] = target.configuration.resolution
    options["fill_forward"] = False  # a universe has no data between its points
    return target.symbol, target.data_type


def _chain_symbol(target: Any, kind: type | None = None) -> Symbol | None:
    """Return the canonical symbol whose chains are asked for, None when it is about anything else."""
    if isinstance(target, Universe):
        return target.configuration.symbol
    if kind is FutureUniverse:
        return target
    is_chain = isinstance(target, Symbol) and target.is_canonical() and target.security_type.is_option()
    return target if is_chain else None


def universe_history(algorithm: QCAlgorithm, canonical: Symbol, options: dict[str, Any]) -> list[Any]:
    """Return the rows of a universe's files, one collection a day, oldest first."""
    from engine.data_feeds.universe_triggers import UniverseDataCollection

    entry = algorithm.market_hours_database.get_entry(canonical.id.market, canonical, canonical.security_type)
    hours = entry.exchange_hours
    zone = hours.time_zone
    end = algorithm.utc_stamp
    if "start" in options:
        start, end = (
            _stamp(algorithm, options["start"]),
            _stamp(algorithm, options.get("end", algorithm.time)),
        )
    elif isinstance(options["periods"], timedelta):
        start = _stamp(algorithm, algorithm.time - options["periods"])
    else:
        start = start_time_for_trade_bars(
            hours,
            end,
            Resolution.DAILY,
            int(options["periods"]),
            False,
            # the days of a futures' universe are those of the exchange, whatever the zone of its quotes
            zone if canonical.security_type == SecurityType.FUTURE else entry.data_time_zone,
            False,
        )
    result = []
    day = zone.local_datetime(start)
    day = datetime(day.year, day.month, day.day)
    while True:
        known = zone.utc_stamp(day + timedelta(1))
        if known > end:
            return result
        if known > start and hours.is_date_open(day):
            rows = algorithm.data_feed.universe(canonical, day.date())
            if rows is not None:
                result.append(UniverseDataCollection(known, rows.rows, rows.underlying))
        day += timedelta(1)


def last_known_prices(algorithm: QCAlgorithm, symbols: list[Symbol]) -> dict[Symbol, list[Any]]:
    """Return the newest bars of each symbol and type, looking further back until something is found."""
    found: dict[Symbol, list[Any]] = {}
    for symbol in symbols:
        if symbol.is_canonical() and symbol.security_type != SecurityType.FUTURE:
            continue
        newest: dict[type, Any] = {}
        for periods, resolution in ((5, None), (None, None), (60, Resolution.DAILY)):
            for config in matching_configs(algorithm, symbol, None, resolution, use_all=True):
                if config.type in newest:
                    continue
                chosen = max(config.resolution, Resolution.MINUTE) if resolution is None else resolution
                if config.type is OpenInterest:
                    chosen = Resolution.DAILY
                count = periods or _RETRY_PERIODS[chosen]
                request = history_request(
                    algorithm, config, {"periods": count, "resolution": chosen, "fill_forward": False}
                )
                bars = HistoryProvider(algorithm).bars(request)
                if bars:
                    newest[config.type] = bars[-1]
        if newest:
            found[symbol] = sorted(newest.values(), key=lambda bar: bar.time)
    return found


_RETRY_PERIODS = {Resolution.MINUTE: 1440, Resolution.HOUR: 24, Resolution.DAILY: 10}


def _stamp(algorithm: QCAlgorithm, moment: date) -> int:
    if not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)
    return algorithm._time_zone_stamp(moment)
