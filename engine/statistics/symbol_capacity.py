"""How much money the market of one symbol could take (LEAN: Common/SymbolCapacity.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple, Protocol

from engine.common.enums import Resolution, SecurityType
from engine.common.numbers import ONE, ZERO, to_decimal
from engine.common.time import DAY, HOUR, MINUTE, date_to_stamp, span_to_stamp, stamp_to_date
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.trade_bar import TradeBar

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.common.time_keeper import TimeKeeper
    from engine.data.market.slice import Slice
    from engine.orders.order_event import OrderEvent
    from engine.securities.security import Security

CAPACITY_EFFECT_PERIOD = 30 * DAY
_FOREX_MINUTE_VOLUME = Decimal(25_000_000)
_CFD_MINUTE_VOLUME = Decimal(200)
_FAST_TRADING_FACTOR = Decimal(2)
_TRADING_MINUTES_PER_DAY = Decimal(390)
_LOWEST_FAST_TRADING_FACTOR = Decimal("0.20")
_MINUTE_DOLLAR_VOLUME = Decimal(6_000_000)
_SHARE_OF_VOLUME = {
    Resolution.DAILY: Decimal("0.02"),
    Resolution.HOUR: Decimal("0.05"),
    Resolution.MINUTE: Decimal("0.20"),
    Resolution.SECOND: Decimal("0.50"),
    Resolution.TICK: Decimal("0.50"),
}
_LONGEST_WINDOW_MINUTES = 120


class CapacityHost(Protocol):
    """What of the algorithm the estimate looks at."""

    securities: dict[Symbol, Security]
    current_slice: Slice
    time_keeper: TimeKeeper


class _Volume(NamedTuple):
    close: Decimal
    volume: Decimal
    period: int


class SymbolCapacity:
    """Adds up what is traded in the market just after our own fills."""

    __slots__ = (
        "_average_dollar_volume",
        "_dollar_volume",
        "_expiry_stamp",
        "_fast_trading_factor",
        "_host",
        "_is_internal",
        "_last_fill_stamp",
        "_previous_stamp",
        "_previous_volume",
        "_reset",
        "_share",
        "_symbol",
        "sale_volume",
        "security",
        "trades",
    )

    def __init__(self, host: CapacityHost, symbol: Symbol, is_internal: bool) -> None:
        self._host = host
        self._symbol = symbol
        self._is_internal = is_internal
        self.security = host.securities[symbol]
        self.trades = 0
        self.sale_volume = ZERO
        self._dollar_volume = ZERO
        self._average_dollar_volume = ZERO
        self._share = ZERO
        self._fast_trading_factor = ZERO
        self._previous_volume = ZERO
        self._previous_stamp: int | None = None
        self._last_fill_stamp: int | None = None
        self._reset = False
        security_type = symbol.security_type
        expires = security_type.is_option() or security_type == SecurityType.FUTURE
        self._expiry_stamp = date_to_stamp(symbol.id.date.date()) + 2 * DAY if expires else None

    @property
    def market_capacity_dollar_volume(self) -> Decimal:
        return self._dollar_volume * self._share

    def has_expired(self, stamp: int) -> bool:
        """Return whether no bar of the symbol can come any more."""
        return self._expiry_stamp is not None and stamp > self._expiry_stamp

    def can_have_bars(self) -> bool:
        """Return whether the symbol is subscribed: without a new subscription no bar can come."""
        return self._is_internal or self._host.current_slice.carries(self._symbol)

    def on_order_event(self, event: OrderEvent) -> None:
        """Take a fill; fills in quick succession count for less of the market's volume."""
        security = self.security
        self.sale_volume += (
            security.quote_currency.conversion_rate_decimal
            * event.fill_price_decimal
            * event.absolute_fill_quantity_decimal
            * security.symbol_properties.contract_multiplier_decimal
        )
        previous = event.utc_time_stamp - DAY if self._last_fill_stamp is None else self._last_fill_stamp
        minutes = Decimal(event.utc_time_stamp - previous) / MINUTE
        factor = _FAST_TRADING_FACTOR * (minutes / _TRADING_MINUTES_PER_DAY)
        self._fast_trading_factor = min(ONE, max(_LOWEST_FAST_TRADING_FACTOR, factor))
        if self._reset:
            self._dollar_volume = ZERO
            self.trades = 0
            self._reset = False
        self.trades += 1
        self._last_fill_stamp = event.utc_time_stamp

    def update_market_capacity(self) -> bool:
        """Take this step's bar; True when the market after the last fill has been seen."""
        bar = self._bar()
        if bar is None or not bar.volume:
            return False
        now = self._host.time_keeper.utc_stamp
        rate = self.security.quote_currency.conversion_rate_decimal
        minutes = Decimal(now - (now if self._previous_stamp is None else self._previous_stamp)) / MINUTE
        if minutes:
            self._average_dollar_volume = bar.close * rate * (bar.volume + self._previous_volume) / minutes
        else:
            self._average_dollar_volume = rate * bar.close * bar.volume
        self._previous_stamp = now
        self._previous_volume = bar.volume

        resolution = _resolution_of(bar.period)
        if not self._include_market_volume(resolution, now):
            return True
        self._share = _SHARE_OF_VOLUME[resolution]
        multiplier = self.security.symbol_properties.contract_multiplier_decimal
        self._dollar_volume += bar.close * self._fast_trading_factor * bar.volume * rate * multiplier
        return False

    def reset(self) -> None:
        """Begin anew with the next fill."""
        self._reset = True
        self.sale_volume = ZERO

    def should_remove(self) -> bool:
        if self.security.invested or self._last_fill_stamp is None:
            return False
        return self._host.time_keeper.utc_stamp >= self._last_fill_stamp + CAPACITY_EFFECT_PERIOD

    def _include_market_volume(self, resolution: Resolution, now: int) -> bool:
        filled = self._last_fill_stamp
        if filled is None:
            return False
        if resolution == Resolution.HOUR:
            return now == _round_up(filled, HOUR)
        if resolution == Resolution.DAILY:
            # The end of a daily bar is the next day.
            return now == filled or date_to_stamp(stamp_to_date(now)) == _round_up(filled, DAY)
        minute = resolution == Resolution.MINUTE
        scale = _MINUTE_DOLLAR_VOLUME if minute else _MINUTE_DOLLAR_VOLUME / 60
        k = scale / self._average_dollar_volume if self._average_dollar_volume else Decimal(10)
        shortest = 1 if minute else 5
        window = _LONGEST_WINDOW_MINUTES if k > _LONGEST_WINDOW_MINUTES else int(max(Decimal(shortest), k))
        return now <= filled + window * MINUTE

    def _bar(self) -> _Volume | None:
        current = self._host.current_slice
        bar = current.emitted(TradeBar, self._symbol)
        if bar is not None:
            return _of_trades(bar)
        quote = current.emitted(QuoteBar, self._symbol)
        if quote is not None:
            return _of_quotes(quote, self._symbol.security_type)
        if not self._is_internal:
            return None
        # The mapped contract of a continuous future is not in the slice, only in the security's cache.
        cached = self.security.cache.get_data(TradeBar)
        zone = self.security.exchange.time_zone
        if cached is None or zone.utc_stamp(cached.end_time) != self._host.time_keeper.utc_stamp:
            return None
        return _of_trades(cached)


def _of_trades(bar: TradeBar) -> _Volume:
    return _Volume(to_decimal(bar.close), to_decimal(bar.volume), span_to_stamp(bar.period))


def _of_quotes(quote: QuoteBar, security_type: SecurityType) -> _Volume:
    # The depth of the market stands in for its volume.
    if security_type == SecurityType.FOREX:
        volume = _FOREX_MINUTE_VOLUME
    elif security_type == SecurityType.CFD:
        volume = _CFD_MINUTE_VOLUME
    else:
        volume = (to_decimal(quote.last_bid_size) + to_decimal(quote.last_ask_size)) / 2
    return _Volume(to_decimal(quote.close), volume, span_to_stamp(quote.period))


def _resolution_of(period: int) -> Resolution:
    if period >= DAY:
        return Resolution.DAILY
    if period >= HOUR:
        return Resolution.HOUR
    if period >= MINUTE:
        return Resolution.MINUTE
    return Resolution.SECOND if period >= MINUTE // 60 else Resolution.TICK


def _round_up(stamp: int, interval: int) -> int:
    return -(-stamp // interval) * interval
