"""Prices and volume of the trades of a period (LEAN: Common/Data/Market/TradeBar.cs)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from engine.common.enums import MarketDataType, SecurityType
from engine.common.numbers import smart_rounding, to_decimal
from engine.data.market.exact_prices import ExactPrices
from engine.data.market.row_view import RowView

if TYPE_CHECKING:
    from decimal import Decimal

    from engine.common.symbol import Symbol
    from engine.data.custom.subscription_data_source import SubscriptionDataSource
    from engine.data.subscription_data_config import SubscriptionDataConfig

ONE_MINUTE = timedelta(minutes=1)
_PRICES = frozenset(("open", "high", "low"))


class TradeBar(RowView, ExactPrices):
    """Open, high, low, close and volume from `time` to `end_time`."""

    __slots__ = ("high", "low", "open", "volume")

    _KIND = MarketDataType.TRADE_BAR

    def __init__(
        self,
        time: datetime | TradeBar | None = None,
        symbol: Symbol | None = None,
        open: float = 0.0,
        high: float = 0.0,
        low: float = 0.0,
        close: float = 0.0,
        volume: float = 0.0,
        period: timedelta | None = None,
    ) -> None:
        super().__init__()
        if isinstance(time, TradeBar):
            self._copy_from(time)
            return
        self.period = ONE_MINUTE if period is None else period
        self.open = float(open)
        self.high = float(high)
        self.low = float(low)
        self.value = float(close)
        self.volume = float(volume)
        if time is None:
            if type(self) is TradeBar:
                self.__class__ = _BlankTradeBar
            return
        self.time = time
        self.symbol = symbol

    def _copy_from(self, other: TradeBar) -> None:
        self.symbol, self.time, self.period = other.symbol, other.time, other.period
        self.open, self.high, self.low, self.value = other.open, other.high, other.low, other.value
        self.volume = other.volume

    def _read(self, name: str) -> Any:
        if name == "value":
            return self._columns.price(self._row, "close")
        if name in _PRICES:
            return self._columns.price(self._row, name)
        if name == "volume":
            # A forwarded bar repeats prices, not trades.
            return 0.0 if self.is_fill_forward else self._columns.size(self._row, "volume")
        return super()._read(name)

    _FIELDS = (*RowView._FIELDS, "open", "high", "low", "volume")

    @property
    def close(self) -> float:
        return self.value

    @close.setter
    def close(self, value: float) -> None:
        self.value = value

    def update(
        self,
        last_trade: float,
        bid_price: float,
        ask_price: float,
        volume: float,
        bid_size: float,
        ask_size: float,
    ) -> None:
        """Take one more trade into the bar."""
        self.detach()
        self.high = max(self.high, last_trade)
        self.low = min(self.low, last_trade)
        self.volume += volume
        self.value = last_trade

    # how an algorithm's own data read LEAN's files

    def get_source(
        self, config: SubscriptionDataConfig, date: date, is_live_mode: bool = False
    ) -> SubscriptionDataSource:
        from engine.data.market.trade_bar_lines import source_of

        return source_of(config, date)

    def reader(
        self, config: SubscriptionDataConfig, line: str, date: date, is_live_mode: bool = False
    ) -> TradeBar:
        from engine.data.market.trade_bar_lines import trade_bar_of_line

        return trade_bar_of_line(config, line, date)

    @staticmethod
    def parse_equity(config: SubscriptionDataConfig, line: str, date: date) -> TradeBar:
        from engine.data.market.trade_bar_lines import trade_bar_of_line

        return trade_bar_of_line(config, line, date, SecurityType.EQUITY)

    def clone(self, fill_forward: bool | None = None) -> Self:
        twin = super().clone(fill_forward)
        if fill_forward:
            twin.volume = 0.0
        return twin

    def decimal(self, name: str) -> Decimal:
        """Return a price exactly, with LEAN's scale."""
        if self._columns is not None:
            return self._columns.decimal(self._row, name)
        return to_decimal(self.value if name == "close" else getattr(self, name))

    @property
    def value_decimal(self) -> Decimal:
        return self.decimal("close")

    @property
    def volume_decimal(self) -> Decimal:
        return to_decimal(self.volume)

    def __str__(self) -> str:
        prices = (
            self.open_decimal,
            self.high_decimal,
            self.low_decimal,
            self.close_decimal,
            self.volume_decimal,
        )
        return f"{self.symbol}: " + " ".join(
            f"{label}: {smart_rounding(price)}" for label, price in zip("OHLCV", prices)
        )


class _BlankTradeBar(TradeBar):
    """A bar made without prices: the first price that is set becomes its open, high and low, as in LEAN."""

    __slots__ = ()

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _INITIALISING:
            self.__class__ = TradeBar
            self.open = self.high = self.low = value
        object.__setattr__(self, name, value)


_INITIALISING = frozenset(("open", "high", "low", "close"))
