"""Splits, dividends and delistings as they touch the account (LEAN: AlgorithmManager.cs, HandleSplits and its kin)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.common.enums import DataNormalizationMode, DelistingType, OrderType, SecurityType, SplitType
from engine.common.time import to_datetime, to_stamp
from engine.data_feeds.data_types import OPTION_TYPES
from engine.data_feeds.trade_bar_times import SPANS, round_down
from engine.orders.market_on_close_order import MarketOnCloseOrder
from engine.orders.submit_order_request import SubmitOrderRequest
from engine.securities.volatility.volatility_model_extensions import VolatilityModelExtensions

if TYPE_CHECKING:
    from datetime import date

    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.data.market.dividend import Dividend
    from engine.data.market.slice import Slice

_ONE_DAY = timedelta(1)
_SPLIT_CANCEL = (
    "Canceled due to impending split. Separate MarketOnClose order submitted to liquidate position."
)
_SPLIT_CLOSE = "Liquidated due to impending split. Option splits are not currently supported."


class CorporateActions:
    """Applies events of a slice, and closes options before their underlying splits."""

    def __init__(self, algorithm: QCAlgorithm) -> None:
        self._algorithm = algorithm
        self.split_warnings: list[Any] = []
        self._last_days: dict[Symbol, date] = {}
        """Of what is about to be delisted."""

    def apply(self, slice_: Slice) -> None:
        """Apply dividends, then splits, to the portfolio and to open orders."""
        algorithm = self._algorithm
        for dividend in slice_.dividends.values():
            if not algorithm.is_warming_up:
                self._dividend(dividend)
            self._warm_up_volatility(dividend.symbol, self._mode(dividend.symbol))
        for split in slice_.splits.values():
            if split.type != SplitType.SPLIT_OCCURRED:
                continue
            mode = self._mode(split.symbol)
            if not algorithm.is_warming_up:
                self._split(split, mode)
            self._warm_up_volatility(split.symbol, mode)

    def _dividend(self, dividend: Dividend) -> None:
        algorithm = self._algorithm
        algorithm.portfolio.apply_dividend(dividend, algorithm.live_mode, self._mode(dividend.symbol))

    def _split(self, split: Any, mode: DataNormalizationMode) -> None:
        algorithm = self._algorithm
        security = algorithm.securities.get(split.symbol)
        algorithm.portfolio.apply_split(split, security, algorithm.live_mode, mode)
        algorithm.trade_builder.apply_split(split, algorithm.live_mode, mode)
        if algorithm.live_mode or mode == DataNormalizationMode.RAW:
            tickets = algorithm.transactions.get_open_order_tickets(split.symbol)
            algorithm.brokerage_model.apply_split(list(tickets), split)

    def _warm_up_volatility(self, symbol: Any, mode: DataNormalizationMode) -> None:
        # raw prices jump here: the model learns them anew, scaled to those of today
        security = self._algorithm.securities.get(symbol)
        raw = self._algorithm.live_mode or mode == DataNormalizationMode.RAW
        if security is not None and raw and symbol.security_type == SecurityType.EQUITY:
            model = security.volatility_model
            VolatilityModelExtensions.warm_up(model, self._algorithm, security, data_normalization_mode=mode)

    def remember(self, slice_: Slice) -> None:
        """Keep what later steps need to know: delistings to come, splits to come."""
        for delisting in slice_.delistings.values():
            if delisting.type == DelistingType.WARNING:
                self._last_days[delisting.symbol] = delisting.time.date()
            else:
                self._last_days.pop(delisting.symbol, None)
        # of what went before its end no delisting comes; no zone is more than a day behind UTC
        oldest = to_datetime(self._algorithm.utc_stamp).date() - _ONE_DAY
        for symbol in [symbol for symbol, day in self._last_days.items() if day < oldest]:
            del self._last_days[symbol]
        for split in slice_.splits.values():
            if split.type == SplitType.WARNING and all(w.symbol != split.symbol for w in self.split_warnings):
                self.split_warnings.append(split)

    def process_split_warnings(self) -> None:
        """Close the options on an equity that splits tonight, as late as a market-on-close order may be sent."""
        algorithm = self._algorithm
        for split in reversed(list(self.split_warnings)):
            security = algorithm.securities[split.symbol]
            if not security.is_tradable and split.symbol not in algorithm.active_securities:
                self.split_warnings.remove(split)
                continue
            if algorithm.utc_stamp < self._latest_moc(security):
                continue
            self.split_warnings.remove(split)
            if not algorithm.is_warming_up:
                self._close_options(security, split)

    def _latest_moc(self, security: Any) -> int:
        hours = security.exchange.hours
        zone = hours.time_zone
        close = (
            hours.get_next_market_close(security.local_time, False)
            - MarketOnCloseOrder.submission_time_buffer
        )
        configs = self._algorithm.data_manager.get_configs(security.symbol)
        span = SPANS[min(config.resolution for config in configs)]
        return round_down(zone.to_utc(to_stamp(close)), span, configs[0].data_time_zone)

    def _close_options(self, security: Any, split: Any) -> None:
        algorithm = self._algorithm
        for option in list(algorithm.securities.values()):
            symbol = option.symbol
            if (
                symbol.security_type not in OPTION_TYPES
                or symbol.is_canonical()
                or symbol.underlying != security.symbol
            ):
                continue
            if not option.hold_stock or self._is_delisted_today(option):
                continue
            algorithm.transactions.cancel_open_orders(symbol, _SPLIT_CANCEL)
            request = SubmitOrderRequest(
                OrderType.MARKET_ON_CLOSE,
                option.type,
                symbol,
                -option.holdings.quantity_decimal,
                0,
                0,
                time=algorithm.utc_stamp,
                tag=_SPLIT_CLOSE,
            )
            algorithm.transactions.add_order(request)
            option.is_tradable = False
            algorithm.debug(
                f"MarketOnClose order submitted for option contract '{symbol}' due to impending {split.symbol.value} split "
                "event. Option splits are not currently supported."
            )

    def _is_delisted_today(self, option: Any) -> bool:
        today = to_datetime(option.exchange.time_zone.to_local(self._algorithm.utc_stamp)).date()
        return self._last_days.get(option.symbol) == today

    def _mode(self, symbol: Any) -> DataNormalizationMode:
        configs = self._algorithm.data_manager.get_configs(symbol)
        if not configs or symbol.security_type != SecurityType.EQUITY:
            return DataNormalizationMode.ADJUSTED
        return configs[0].data_normalization_mode
