"""`subscription_manager` of an algorithm: configurations and consolidators (LEAN: SubscriptionManager.cs)."""

from __future__ import annotations

import heapq
from itertools import count
from typing import TYPE_CHECKING, Any

from engine.common.enums import TickType
from engine.common.errors import ArgumentException
from engine.common.symbol import symbol_of
from engine.common.time import SECOND, span_to_stamp
from engine.data.market.open_interest import OpenInterest
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar
from engine.data_feeds.data_types import AVAILABLE_DATA_TYPES, config_data_types

if TYPE_CHECKING:
    from engine.common.enums import Resolution, SecurityType
    from engine.common.symbol import Symbol
    from engine.common.time import TimeZone
    from engine.common.time_keeper import TimeKeeper
    from engine.data.subscription_data_config import SubscriptionDataConfig
    from engine.data_feeds.data_manager import DataManager

_NEVER = 1 << 62
# What ticks make a bar of; other outputs take the first ticks there are.
_TICK_TYPES = {
    TradeBar: TickType.TRADE,
    QuoteBar: TickType.QUOTE,
    OpenInterest: TickType.OPEN_INTEREST,
    Tick: TickType.TRADE,
}


class _ScannedConsolidator:
    """A consolidator and the next moment at which its open bar must be looked at."""

    def __init__(self, consolidator: Any, increment: int, time_keeper: TimeKeeper, zone: TimeZone) -> None:
        self.consolidator = consolidator
        self.disposed = False
        self.scan_stamp = 0
        self._minimum = max(increment, SECOND)
        self._time_keeper = time_keeper
        self._zone = zone
        self._span: int | None = None
        consolidator.data_consolidated += self._on_consolidated

    def scan(self) -> None:
        self.consolidator.scan(self._time_keeper.local_time_keeper(self._zone).local_time)
        self.advance()

    def dispose(self) -> None:
        self.disposed = True
        self.consolidator.data_consolidated -= self._on_consolidated

    def advance(self) -> None:
        now = self._time_keeper.utc_stamp
        if self.scan_stamp > now:
            return
        if self._span is not None:
            self.scan_stamp = now + self._span
            return
        working = self.consolidator.working_data
        end = now if working is None else self._zone.utc_stamp(working.end_time)
        self.scan_stamp = end if end > now else now + self._minimum

    def _on_consolidated(self, _: Any, bar: Any) -> None:
        if self._span is None:
            self._span = max(span_to_stamp(bar.end_time - bar.time), self._minimum)
        self.scan_stamp = self._zone.utc_stamp(bar.end_time) + self._span


class SubscriptionManager:
    """Facade over the data manager, and the schedule of consolidator scans."""

    def __init__(self, time_keeper: TimeKeeper) -> None:
        self._time_keeper = time_keeper
        self._manager: DataManager | None = None
        self._scanned: dict[Any, _ScannedConsolidator] = {}
        self._new: list[tuple[int, _ScannedConsolidator]] = []
        self._queue: list[tuple[int, int, _ScannedConsolidator]] = []
        self._ids = count(1)
        self.next_scan = _NEVER
        """Stamp before which no scan is due: the loop compares with it, and no more."""

    def set_data_manager(self, manager: DataManager) -> None:
        self._manager = manager

    @property
    def subscription_data_config_service(self) -> DataManager:
        assert self._manager is not None
        return self._manager

    @property
    def subscriptions(self) -> list[SubscriptionDataConfig]:
        return self.subscription_data_config_service.configs

    @property
    def count(self) -> int:
        return len(self.subscriptions)

    @property
    def available_data_types(self) -> dict[SecurityType, tuple[TickType, ...]]:
        return AVAILABLE_DATA_TYPES

    def lookup_subscription_config_data_types(
        self, security_type: SecurityType, resolution: Resolution, is_canonical: bool
    ) -> list[tuple[type, TickType]]:
        return config_data_types(security_type, resolution, is_canonical)

    # -- consolidators -----------------------------------------------------------------------------------------

    def add_consolidator(
        self, symbol: Symbol | str, consolidator: Any, tick_type: TickType | None = None
    ) -> None:
        """Feed a consolidator with the first subscription of a symbol that fits it."""
        symbol = symbol_of(symbol)
        configs = self.subscription_data_config_service.get_configs(symbol, include_internal=True)
        if not configs:
            raise ArgumentException(
                f"Please subscribe to this symbol before adding a consolidator for it. Symbol: {symbol.value}"
            )
        for config in configs:
            if self.is_subscription_valid_for_consolidator(config, consolidator, tick_type):
                if consolidator in config.consolidators:
                    return
                config.consolidators.append(consolidator)
                scanned = _ScannedConsolidator(
                    consolidator, config.increment_us, self._time_keeper, config.exchange_time_zone
                )
                self._scanned[consolidator] = scanned
                self._new.append((next(self._ids), scanned))
                self.next_scan = 0
                self.subscription_data_config_service.subscriptions.version += 1
                return
        if tick_type is not None and all(config.tick_type != tick_type for config in configs):
            names = ", ".join(config.tick_type.to_string() for config in configs)
            raise ArgumentException(
                f"No subscription with the requested Tick Type {tick_type.to_string()} was found. "
                f"Available Tick Types: {names}"
            )
        kinds = ",".join(config.type.__name__ for config in configs)
        raise ArgumentException(
            f"Type mismatch found between consolidator and symbol. Symbol: {symbol.value} does not support input type: "
            f"{consolidator.input_type.__name__}. Supported types: {kinds}."
        )

    def remove_consolidator(self, symbol: Symbol | str | None, consolidator: Any) -> None:
        symbol = None if symbol is None else symbol_of(symbol)
        for config in self.subscription_data_config_service.get_configs(symbol):
            if consolidator in config.consolidators:
                config.consolidators.remove(consolidator)
        scanned = self._scanned.pop(consolidator, None)
        if scanned is not None:
            scanned.dispose()
        dispose = getattr(consolidator, "dispose", None)
        if dispose is not None:
            dispose()

    @staticmethod
    def is_subscription_valid_for_consolidator(
        config: SubscriptionDataConfig, consolidator: Any, tick_type: TickType | None = None
    ) -> bool:
        """Tell whether a subscription delivers what a consolidator takes."""
        if not issubclass(config.type, consolidator.input_type):
            return False
        if config.type is not Tick:
            return True  # whatever tick type was asked for, as in LEAN
        if tick_type is None:
            tick_type = _TICK_TYPES.get(consolidator.output_type)
        return tick_type is None or config.tick_type == tick_type

    def scan_past_consolidators(self, stamp: int, set_time: Any) -> None:
        """Scan every consolidator whose moment lies before `stamp`, each with the clock at its moment."""
        queue = self._queue
        for number, scanned in self._new:
            scanned.advance()
            heapq.heappush(queue, (scanned.scan_stamp, number, scanned))
        self._new = []
        while queue and queue[0][0] < stamp:
            moment, number, scanned = heapq.heappop(queue)
            if scanned.disposed:
                continue
            if moment != self._time_keeper.utc_stamp:
                set_time(moment)
            if scanned.scan_stamp <= moment:
                scanned.scan()
            heapq.heappush(queue, (scanned.scan_stamp, number, scanned))
        self.next_scan = queue[0][0] if queue else _NEVER
