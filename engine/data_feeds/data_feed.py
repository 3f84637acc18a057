"""Brings the rows of subscriptions from the data source (LEAN: FileSystemDataFeed.cs, SubscriptionDataReader.cs)."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.common.enums import DataNormalizationMode, Resolution, SecurityType, TickType
from engine.common.time import DAY, date_to_stamp, stamp_to_date, to_stamp
from engine.data.market.open_interest import OpenInterest
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.trade_bar import TradeBar
from engine.data_feeds.auxiliary import ticker_should_be_mapped
from engine.data_feeds.blocks import Block, MappedBlock
from engine.data_feeds.fill_forward import FillForwardGrid, daily_calendar, open_spans
from engine.data_feeds.trade_bar_times import round_down
from engine.data_feeds.trading_dates import days, is_tradable, open_spans_around

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.common.symbol import Symbol
    from engine.data.auxiliary.map_file import MapFile
    from engine.data.subscription_data_config import SubscriptionDataConfig
    from engine.data.universe_selection.etf_constituent_universe import ConstituentRows
    from engine.data.universe_selection.universe_rows import UniverseRows
    from engine.data_feeds.subscription import Subscription
    from engine.data_source.columns import BarColumns
    from engine.data_source.source import DataSource
    from engine.securities.security_exchange_hours import SecurityExchangeHours

_STRICT_TYPES = (TradeBar, QuoteBar, OpenInterest)
_ONE_DAY = timedelta(1)
_KEPT = 64
"""Answers are asked for again within a window of time, and never later."""
_HISTORIES_KEPT = 8 * DAY
_ADDITIVE = (DataNormalizationMode.BACKWARDS_PANAMA_CANAL, DataNormalizationMode.FORWARD_PANAMA_CANAL)


def _nobody(_: str) -> None:
    """Where no algorithm listens."""


class DataFeed:
    """Rows, sessions and price factors for subscriptions; holds what many of them share."""

    def __init__(
        self,
        source: DataSource,
        daily_precise_end_time: bool = True,
        object_store: Any = None,
        tell: Callable[[str], None] = _nobody,
    ) -> None:
        self.source = source
        self._object_store = object_store
        self._tell = tell
        self.grids = FillForwardGrid()
        self.daily_precise_end_time = daily_precise_end_time
        self._histories: dict[tuple[Any, ...], Any] = {}
        self._earlier_histories: dict[tuple[Any, ...], Any] = {}
        self._histories_until = 0
        self._factors: dict[Symbol, Any] = {}
        self._dates: dict[tuple[Any, ...], list[tuple[date, int]]] = {}

    # -- sessions ----------------------------------------------------------------------------------------------

    def strict_daily_end_times(self, config: SubscriptionDataConfig, hours: SecurityExchangeHours) -> bool:
        """Daily bars end at the close instead of at midnight (LEAN: LeanData.UseDailyStrictEndTimes)."""
        return (
            self.daily_precise_end_time
            and config.resolution == Resolution.DAILY
            and config.type in _STRICT_TYPES
            and not hours.is_market_always_open
            and config.security_type != SecurityType.BASE
        )

    def exchange_dates(self, subscription: Subscription, low: int, high: int) -> list[tuple[date, int]]:
        """Return (date, its midnight as stamp) of the tradable exchange dates that begin in (low, high].

        A subscription that starts inside a date sees that date at its start.
        """
        first = low < subscription.start
        if first:
            return self._exchange_dates(subscription, first, low, high)
        config = subscription.configuration
        # hundreds of subscriptions that began before ask for the same dates
        key = (subscription.hours, config.exchange_time_zone, config.extended_market_hours, low, high)
        found = self._dates.get(key)
        if found is None:
            if len(self._dates) > _KEPT:
                self._dates.clear()
            found = self._dates[key] = self._exchange_dates(subscription, first, low, high)
        return found

    def _exchange_dates(
        self, subscription: Subscription, first: bool, low: int, high: int
    ) -> list[tuple[date, int]]:
        config = subscription.configuration
        zone, hours = config.exchange_time_zone, subscription.hours
        day = stamp_to_date(zone.to_local(low))
        result = []
        while True:
            midnight = zone.to_utc(date_to_stamp(day))
            if midnight > high:
                return result
            starts_here = first and midnight <= subscription.start < midnight + 86_400_000_000
            asked = starts_here or (midnight > low and midnight >= subscription.start)
            if asked and hours.is_date_open(day, config.extended_market_hours):
                result.append((day, midnight))
            day += _ONE_DAY

    # -- rows --------------------------------------------------------------------------------------------------

    def mapped_blocks(self, subscription: Subscription, low: int, high: int) -> list[Block]:
        """Return the same as `blocks` for a stretch in which the ticker or the contract may change."""
        config = subscription.configuration
        tickers = self.map_file(config) if ticker_should_be_mapped(config) else None
        if tickers is None:
            return self.blocks(subscription, low, high)
        zone, mode, result = config.exchange_time_zone, config.data_mapping_mode, []
        last_moments = [zone.utc_stamp(day + _ONE_DAY) for day in tickers.last_dates(mode)]
        for top in [*(moment for moment in last_moments if low < moment < high), high]:
            day = stamp_to_date(zone.to_local(top - 1))
            config.mapped_symbol = tickers.get_mapped_symbol(day, config.mapped_symbol, mode)
            result += self.blocks(subscription, low, top)
            low = top
        return result

    def blocks(self, subscription: Subscription, low: int, high: int) -> list[Block]:
        """Return the rows of a subscription that end in (low, high]."""
        config = subscription.configuration
        if config.is_custom_data:
            return self._custom_blocks(subscription, low, high)
        if config.security_type == SecurityType.EQUITY:
            # a file may hold rows of who bore the ticker before (LEAN: SubscriptionDataReader.cs, MapFile.HasData)
            tickers = self.map_file(config)
            if tickers is not None:
                low = max(low, config.exchange_time_zone.utc_stamp(tickers.first_date))
                if low >= high:
                    return []
        if config.resolution in (Resolution.HOUR, Resolution.DAILY):
            return self._from_history(subscription, low, high)
        zone, hours = config.data_time_zone, subscription.hours
        wanted = days(zone, max(low, subscription.start - 1), high - 1)
        found = (self._day_block(subscription, hours, day, low, high) for day in wanted)
        return [block for block in found if block is not None]

    def custom_points(self, subscription: Subscription, high: int) -> tuple[list[Any], list[int]]:
        """Return the points of custom data not handed over yet that end up to `high`, and their ends."""
        from engine.data.custom.custom_data_reader import CustomDataReader

        config, hours = subscription.configuration, subscription.hours
        reader = subscription.custom_reader
        if reader is None:
            reader = subscription.custom_reader = CustomDataReader(
                config,
                subscription.start,
                subscription.request_end,
                lambda day: self._has_session(config, hours, day),
                self._object_store,
                self._tell,
                self.map_file(config) if ticker_should_be_mapped(config) else None,
            )
        return reader.until(high)

    def _custom_blocks(self, subscription: Subscription, low: int, high: int) -> list[Block]:
        from engine.data.custom.custom_columns import CustomColumns

        config, hours = subscription.configuration, subscription.hours
        points, ends = self.custom_points(subscription, high)
        if config.is_filtered_subscription and not hours.is_market_always_open:
            inside = [
                hours.is_open_between(to_stamp(p.time), to_stamp(p.end_time), config.extended_market_hours)
                for p in points
            ]
            points, ends = list(compress(points, inside)), list(compress(ends, inside))
        columns: Any = CustomColumns(config.symbol, config.exchange_time_zone, points, ends)
        return [Block(columns, low, high, subscription.start, None)] if points else []

    def _day_block(
        self, subscription: Subscription, hours: SecurityExchangeHours, day: date, low: int, high: int
    ) -> Block | None:
        config = subscription.configuration
        if not self._has_session(config, hours, day):
            return None
        symbol = self.data_symbol(config)
        if config.resolution == Resolution.TICK and config.tick_type != TickType.OPEN_INTEREST:
            columns: Any = self.source.ticks(symbol, config.tick_type, day)
        else:
            columns = self.source.bars(symbol, config.resolution, config.tick_type, day)
        if columns is None:
            return None
        columns = _adjusted(columns, config, self.price_factor(config, day, subscription.request_end))
        if config.fill_data_forward and config.type is QuoteBar:
            before = _quotes_before(subscription.window.last_block())
            columns = columns.with_forwarded_sides(before)
            if not config.prices_should_be_scaled:
                columns.again = partial(self._quotes, config, symbol, day, before)
        return Block(columns, low, high, subscription.start, self._filter_spans(subscription, hours, day))

    def _quotes(
        self,
        config: SubscriptionDataConfig,
        symbol: Symbol,
        day: date,
        before: Callable[[], BarColumns | None],
    ) -> BarColumns | None:
        columns = self.source.bars(symbol, config.resolution, config.tick_type, day)
        return None if columns is None else columns.named(config.symbol).with_forwarded_sides(before)

    def _has_session(self, config: SubscriptionDataConfig, hours: SecurityExchangeHours, day: date) -> bool:
        if config.tick_type == TickType.OPEN_INTEREST:
            return True  # LEAN reads it as if the exchange never closed (SubscriptionRequest, exchange hours)
        return is_tradable(
            config.data_time_zone, config.exchange_time_zone, hours, config.extended_market_hours, day
        )

    def _filter_spans(
        self, subscription: Subscription, hours: SecurityExchangeHours, day: date
    ) -> tuple[tuple[int, int], ...] | None:
        config = subscription.configuration
        if (
            not config.is_filtered_subscription
            or config.tick_type == TickType.OPEN_INTEREST
            or hours.is_market_always_open
        ):
            return None
        if config.data_time_zone is config.exchange_time_zone:
            return open_spans(hours, day, config.extended_market_hours)
        return open_spans_around(hours, day, config.extended_market_hours)

    def _from_history(self, subscription: Subscription, low: int, high: int) -> list[Block]:
        config = subscription.configuration
        if high >= self._histories_until:
            # what nobody asked for in a week goes: contracts that ended, histories that were asked for once
            self._histories_until = high + _HISTORIES_KEPT
            self._earlier_histories, self._histories = self._histories, {}
        columns = self.history_columns(config)
        if columns is None:
            return []
        # open interest comes when it is published and is only filled forward at the close (FileSystemDataFeed.cs)
        if subscription.strict and config.tick_type != TickType.OPEN_INTEREST:
            return self._strict_rows(subscription, columns, low, high)
        ends = columns.end
        lowest = max(low, subscription.start - 1)
        first, last = int(ends.searchsorted(lowest, "right")), int(ends.searchsorted(high, "right"))
        if first >= last:
            return []
        starts = columns.start
        hours, zone = subscription.hours, config.exchange_time_zone
        rows = [
            row for row in range(first, last)
            if not config.is_filtered_subscription
            or config.tick_type == TickType.OPEN_INTEREST
            or hours.is_open_between(
                zone.to_local(int(starts[row])), zone.to_local(int(ends[row])), config.extended_market_hours
            )
        ]  # fmt: skip
        return self._scaled_blocks(
            subscription, columns, [(row, int(starts[row]), int(ends[row])) for row in rows]
        )

    def _strict_rows(self, subscription: Subscription, columns: Any, low: int, high: int) -> list[Block]:
        config = subscription.configuration
        zone, hours = config.exchange_time_zone, subscription.hours
        ends = columns.end
        # the stored end is midnight after the close, at most a day and a half later
        first = int(ends.searchsorted(low, "left"))
        last = int(ends.searchsorted(high + 2 * 86_400_000_000, "right"))
        rows = []
        for row in range(first, last):
            day = stamp_to_date(zone.to_local(int(ends[row]) - 1))
            calendar = daily_calendar(hours, day)
            if calendar is None:
                continue
            opens, closes = calendar
            if low < closes <= high and closes >= subscription.start:
                rows.append((row, opens, closes))
        return self._scaled_blocks(subscription, columns, rows)

    def _scaled_blocks(
        self, subscription: Subscription, columns: Any, rows: list[tuple[int, int, int]]
    ) -> list[Block]:
        config = subscription.configuration
        if not rows:
            return []
        if not config.prices_should_be_scaled:
            return [_mapped(columns, rows)]
        blocks: list[Block] = []
        zone = config.exchange_time_zone
        by_factor: dict[Any, list[tuple[int, int, int]]] = {}
        for row in rows:
            day = stamp_to_date(zone.to_local(row[1]))
            by_factor.setdefault(self.price_factor(config, day, subscription.request_end), []).append(row)
        for factor, some in by_factor.items():
            blocks.append(_mapped(_adjusted(columns, config, factor), some))
        return sorted(blocks, key=lambda block: int(block.ends[0]))

    def history_columns(self, config: SubscriptionDataConfig) -> Any:
        """Return all hour or daily rows of a configuration's (mapped) symbol."""
        symbol = self.data_symbol(config)
        key = (symbol.id, symbol.value, config.resolution, config.tick_type, config.fill_data_forward)
        if key in self._earlier_histories:
            self._histories[key] = self._earlier_histories.pop(key)
        if key not in self._histories:
            columns = self.source.bar_history(symbol, config.resolution, config.tick_type)
            if columns is not None and config.fill_data_forward and config.type is QuoteBar:
                columns = columns.with_forwarded_sides(lambda: None)
            self._histories[key] = columns
        return self._histories[key]

    # -- mapping and factors -----------------------------------------------------------------------------------

    def map_file(self, config: SubscriptionDataConfig) -> MapFile | None:
        """Return the tickers of a configuration; own data about an equity go by that equity's."""
        symbol = config.symbol
        if symbol.security_type == SecurityType.BASE and symbol.underlying is not None:
            symbol = symbol.underlying
        return self.source.map_file_of(symbol)

    def universe(self, canonical: Symbol, day: date) -> UniverseRows | ConstituentRows | None:
        """Return the chain or the constituents of a day; the underlying or fund may have had another ticker then."""
        if canonical.security_type == SecurityType.EQUITY:
            fund = canonical.underlying
            ticker = self._ticker_on(day, fund)
            return self.source.constituents(
                fund if ticker is None else fund.update_mapped_symbol(ticker), day
            )
        if canonical.security_type == SecurityType.OPTION:
            ticker = self._ticker_on(day, canonical.underlying)
            if ticker is not None:
                canonical = canonical.update_mapped_symbol(ticker)
        return self.source.universe(canonical, day)

    def fundamentals(self, config: SubscriptionDataConfig, day: date) -> list[Any]:
        """Return what is known of the equities of a market on a day."""
        return self.source.fundamentals(config.market, day)

    def _ticker_on(self, day: date, symbol: Symbol) -> str | None:
        tickers = self.source.map_file_of(symbol)
        if tickers is None or not tickers.has_data(day):
            return None
        return tickers.get_mapped_symbol(day, symbol.value)

    def data_symbol(self, config: SubscriptionDataConfig) -> Symbol:
        """Return the symbol under which the rows are stored: the ticker or contract of that time."""
        if config.security_type == SecurityType.FUTURE and config.symbol.underlying is not None:
            return config.symbol.underlying
        return config.symbol

    def price_factor(self, config: SubscriptionDataConfig, day: date, end: int) -> Any:
        """Return the factor of a date's prices; None when prices stay as stored.

        `end` is the stamp up to which data are wanted: to its prices raw ones are scaled.
        """
        mode = config.data_normalization_mode
        if not config.prices_should_be_scaled or mode == DataNormalizationMode.RAW:
            return None
        if config.symbol not in self._factors:
            self._factors[config.symbol] = self.source.factor_file(config.symbol)
        factors = self._factors[config.symbol]
        if factors is None:
            return None
        last = stamp_to_date(config.exchange_time_zone.to_local(end))
        factor = factors.get_price_scale(
            day, mode, config.contract_depth_offset, config.data_mapping_mode, last
        )
        config.price_scale_factor = factor
        neutral = 0 if mode in _ADDITIVE else 1
        return None if factor == neutral and not config.sum_of_dividends else factor

    def filled_span(self, subscription: Subscription, stamp: int) -> tuple[int, int]:
        """Return start and end that a filled bar shows: those of a bar of its own period, rounded down."""
        config = subscription.configuration
        if not subscription.strict:
            span, exchange = config.increment_us, config.exchange_time_zone
            start = round_down(stamp - span, span, config.data_time_zone)
            while not subscription.hours.is_open_between(
                exchange.to_local(start), exchange.to_local(start + span), config.extended_market_hours
            ):
                start -= span
            return start, start + span
        zone = config.exchange_time_zone
        day = stamp_to_date(zone.to_local(stamp))
        while True:
            calendar = daily_calendar(subscription.hours, day)
            if calendar is not None and calendar[1] <= stamp:
                return calendar
            day -= _ONE_DAY


def _adjusted(columns: Any, config: SubscriptionDataConfig, factor: Any) -> Any:
    """Return columns with LEAN's adjustment (LEAN: Extensions.Normalize)."""
    columns = columns.named(config.symbol)
    if factor is None:
        return columns
    mode = config.data_normalization_mode
    dividends = config.sum_of_dividends if mode == DataNormalizationMode.TOTAL_RETURN else Decimal(0)
    equity = config.security_type == SecurityType.EQUITY
    return columns.with_factor(
        factor, additive=mode in _ADDITIVE, scale_volume=equity, sum_of_dividends=dividends
    )


def _quotes_before(block: Block | None) -> Callable[[], BarColumns | None]:
    """Return what gives the newest quotes before a day: kept where they were read, else read when asked for.

    Of a contract nobody looks at, no day is kept for the next one.
    """
    columns = None if block is None else block.columns
    return columns.again if columns is not None and columns.again is not None else lambda: columns


def _mapped(columns: Any, rows: list[tuple[int, int, int]]) -> MappedBlock:
    table = np.array(rows, dtype=np.int64)
    return MappedBlock(columns, table[:, 0], table[:, 1], table[:, 2])
