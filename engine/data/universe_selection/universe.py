"""A set of securities chosen by a rule (LEAN: Common/Data/UniverseSelection/Universe.cs)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.common.errors import ArgumentNullException
from engine.common.time import span_to_stamp
from engine.data.universe_selection.active_securities import ActiveSecurities
from engine.data_feeds.subscription_request import SubscriptionRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from engine.common.symbol import Symbol
    from engine.data.subscription_data_config import SubscriptionDataConfig
    from engine.data.universe_selection.universe_settings import UniverseSettings
    from engine.data_feeds.data_manager import DataManager
    from engine.securities.security import Security

_ROUNDINGS = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1))


@dataclass(slots=True, frozen=True)
class Member:
    """A security of a universe; `added` is a UTC stamp."""

    added: int
    security: Security
    is_internal: bool


class _Unchanged:
    """What a selection returns when it wants everything to stay as it is."""

    def __iter__(self) -> Any:
        return iter(())

    def __len__(self) -> int:
        return 0


class SelectedSymbols(dict["Symbol", None]):
    """What a universe chose last, in its order, with the members of .NET's set."""

    @property
    def count(self) -> int:
        return len(self)

    contains = dict.__contains__


class Universe:
    """Base of all universes. `select_symbols` is the rule; the rest is LEAN's bookkeeping of members."""

    UNCHANGED = _Unchanged()
    time_triggered = False
    """True when `trigger_times` says when to select; else data (a universe file) does."""

    def __init__(
        self, configuration: SubscriptionDataConfig, universe_settings: UniverseSettings | None = None
    ) -> None:
        self.configuration = configuration
        self._universe_settings = universe_settings
        self.securities: dict[Symbol, Member] = {}
        self.selected = SelectedSymbols()
        self.dispose_requested = False
        self._previous: dict[Symbol, None] = {}
        self.selection_listeners: list[Callable[[list[Symbol]], None]] = []

    @property
    def universe_settings(self) -> UniverseSettings:
        return self._universe_settings  # type: ignore[return-value]

    @universe_settings.setter
    def universe_settings(self, value: UniverseSettings) -> None:
        self._universe_settings = value

    @property
    def data_type(self) -> type:
        return self.configuration.type

    @property
    def symbol(self) -> Symbol:
        return self.configuration.symbol

    @property
    def members(self) -> ActiveSecurities:
        return ActiveSecurities({symbol: member.security for symbol, member in self.securities.items()})

    def contains_member(self, symbol: Any) -> bool:
        return getattr(symbol, "symbol", symbol) in self.securities

    def trigger_times(self, start: int, end: int) -> Iterable[int]:
        """Return the UTC stamps at which a time triggered universe selects."""
        raise NotImplementedError

    def select_symbols(self, stamp: int, data: Any) -> Iterable[Symbol]:
        """Return the symbols the universe wants from now on."""
        raise NotImplementedError

    def perform_selection(self, stamp: int, data: Any) -> Any:
        """Return the chosen symbols in order, or UNCHANGED."""
        if self.dispose_requested:
            self._notify([])
            return SelectedSymbols()
        result = self.select_symbols(stamp, data)
        if result is self.UNCHANGED:
            return result
        if result is None:
            raise ArgumentNullException(
                f"The selection of {self.symbol} returned None: return a list of symbols"
            )
        chosen = SelectedSymbols.fromkeys(result)
        if data is not None:
            data.filtered_contracts = list(chosen)
        changed = chosen.keys() != self._previous.keys()
        self._previous = chosen
        if not changed:
            return self.UNCHANGED
        self._notify(list(chosen))
        return chosen

    def _notify(self, selection: list[Symbol]) -> None:
        for listener in self.selection_listeners:
            listener(selection)

    def can_remove_member(self, stamp: int, security: Security) -> bool:
        if self.dispose_requested or security.is_delisted:
            return True
        member = self.securities.get(security.symbol)
        if member is None:
            return False
        minimum = self.universe_settings.minimum_time_in_universe
        unit = next((r for r in _ROUNDINGS if minimum >= r), None)
        inside = stamp - member.added
        if unit is not None:
            step = span_to_stamp(unit)
            inside = (inside + step // 2) // step * step
        return inside >= span_to_stamp(minimum)

    def get_subscription_requests(
        self, security: Security, now: int, end: int, service: DataManager
    ) -> list[SubscriptionRequest]:
        """Return what a member needs subscribed from `now` to `end` (UTC stamps)."""
        settings = self.universe_settings
        configs = service.add_configs(
            security.symbol,
            settings.resolution,
            settings.fill_forward,
            settings.extended_market_hours,
            data_normalization_mode=settings.data_normalization_mode,
            subscription_data_types=settings.subscription_data_types,
            data_mapping_mode=settings.data_mapping_mode,
            contract_depth_offset=abs(settings.contract_depth_offset),
        )
        return [SubscriptionRequest(False, self, security, config, now, end) for config in configs]

    def add_member(self, stamp: int, security: Security, is_internal: bool) -> bool:
        if self.dispose_requested or security.is_delisted or security.symbol in self.securities:
            return False
        self.securities[security.symbol] = Member(stamp, security, is_internal)
        return True

    def remove_member(self, stamp: int, security: Security) -> bool:
        return (
            self.can_remove_member(stamp, security) and self.securities.pop(security.symbol, None) is not None
        )

    def dispose(self) -> None:
        self.dispose_requested = True
