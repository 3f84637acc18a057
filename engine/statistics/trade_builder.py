"""Turns fills into trades (LEAN: Common/Statistics/TradeBuilder.cs)."""

from __future__ import annotations

from collections import deque
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol
from uuid import UUID

from engine.common.enums import DataNormalizationMode, FillGroupingMethod, FillMatchingMethod, SecurityType
from engine.common.numbers import ONE, ZERO
from engine.statistics.fill_matching import FillToFill, FlatToFlat, FlatToReduced
from engine.statistics.is_win import is_win

if TYPE_CHECKING:
    from collections.abc import Collection

    from engine.common.symbol import Symbol
    from engine.data.market.split import Split
    from engine.orders.order_event import OrderEvent
    from engine.securities.security_manager import SecurityManager
    from engine.statistics.trade import Trade

NEVER = 1 << 62
_LIVE_MODE_MAX_TRADE_COUNT = 10_000
_MAX_ORDER_ID_CACHE_SIZE = 1000

_GROUPINGS = {
    FillGroupingMethod.FILL_TO_FILL: FillToFill,
    FillGroupingMethod.FLAT_TO_FLAT: FlatToFlat,
    FillGroupingMethod.FLAT_TO_REDUCED: FlatToReduced,
}


class Grouping(Protocol):
    """One way to cut the fills of a symbol into trades."""

    def process(self, fill: OrderEvent, fee: Decimal, factor: Decimal) -> list[Trade]: ...

    def has_open_position(self, symbol: Symbol) -> bool: ...

    def set_market_price(self, symbol: Symbol, price: Decimal) -> None: ...

    def apply_split(self, symbol: Symbol, factor: Decimal) -> None: ...

    def open_symbols(self) -> Collection[Symbol]: ...


class TradeBuilder:
    """Matches entries with exits as they fill.

    Parameters
    ----------
    grouping_method : what counts as one trade
    matching_method : which entry an exit closes first
    """

    def __init__(
        self,
        grouping_method: FillGroupingMethod = FillGroupingMethod.FILL_TO_FILL,
        matching_method: FillMatchingMethod = FillMatchingMethod.FIFO,
    ) -> None:
        self._grouping: Grouping = _GROUPINGS[grouping_method](matching_method)
        self._trades: list[Trade] = []
        self._trade_count = 0
        self._orders_with_fees: deque[int] = deque(maxlen=_MAX_ORDER_ID_CACHE_SIZE)
        self._securities: SecurityManager | None = None
        self._live_mode = False
        self.next_price_stamp = NEVER
        """The first moment at which `update_prices` has something to do."""
        self.price_interval = 0
        """At least so much time (microseconds) passes between two updates of the prices.

        0, as in LEAN, is every step; otherwise a trade's excursions are those of the prices seen.
        """

    def set_live_mode(self, live: bool) -> None:
        self._live_mode = live

    def set_security_manager(self, securities: SecurityManager) -> None:
        self._securities = securities

    @property
    def closed_trades(self) -> list[Trade]:
        return list(self._trades)

    def has_open_position(self, symbol: Symbol) -> bool:
        return self._grouping.has_open_position(symbol)

    def set_market_price(self, symbol: Symbol, price: Decimal) -> None:
        self._grouping.set_market_price(symbol, price)

    def update_prices(self, stamp: int) -> None:
        """Look at the price of everything that is open, for the excursions of the trades to come."""
        symbols = self._grouping.open_symbols()
        if self._securities is not None:
            for symbol in symbols:
                self._grouping.set_market_price(symbol, self._securities[symbol].price_decimal)
        self.next_price_stamp = stamp + self.price_interval if symbols else NEVER

    def apply_split(
        self, split: Split, live_mode: bool, data_normalization_mode: DataNormalizationMode
    ) -> None:
        """Carry open entries over a split; only raw (or live) equities change."""
        raw = live_mode or data_normalization_mode == DataNormalizationMode.RAW
        if raw and split.symbol.security_type == SecurityType.EQUITY:
            self._grouping.apply_split(split.symbol, split.split_factor_decimal)

    def process_fill(
        self,
        fill: OrderEvent,
        security_conversion_rate: Decimal,
        fee_in_account_currency: Decimal,
        multiplier: Decimal = ONE,
    ) -> None:
        """Take a fill; the fee of an order that fills in parts is counted with its first part."""
        fee = ZERO
        if fill.order_id not in self._orders_with_fees:
            fee = fee_in_account_currency
            self._orders_with_fees.append(fill.order_id)
        for trade in self._grouping.process(fill.clone(), fee, security_conversion_rate * multiplier):
            self._add(trade, fill)
        if self._grouping.has_open_position(fill.symbol):
            self.next_price_stamp = min(self.next_price_stamp, fill.utc_time_stamp)

    def _add(self, trade: Trade, fill: OrderEvent) -> None:
        security = None if self._securities is None else self._securities.get(trade.symbol)
        trade.is_win = (
            trade.profit_loss_decimal > 0
            if security is None
            else is_win(fill, security, trade.profit_loss_decimal)
        )
        self._trade_count += 1
        trade.id = str(UUID(int=self._trade_count))  # LEAN's is random; ours is the same in every run
        self._trades.append(trade)
        if self._live_mode and len(self._trades) > _LIVE_MODE_MAX_TRADE_COUNT:
            del self._trades[0]
