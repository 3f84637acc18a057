"""Builds the chains of a slice from the subscriptions that emit at its moment (LEAN: TimeSliceFactory.HandleOptionData).

Which contracts a chain has is found once for all moments at which the same subscriptions emit; a slice adds the moment.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from engine.common.enums import SecurityType
from engine.common.sid_encoding import OPTION_TYPES
from engine.data.market.data_dictionary import SharedKeys
from engine.data.market.futures_chain import FuturesChain, FuturesChains
from engine.data.market.futures_contract import FuturesContract
from engine.data.market.option_chain import OptionChain, OptionChains
from engine.data.market.option_contract import OptionContract
from engine.data.market.option_numbers import ChainMoment, SliceOptionNumbers

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.common.symbol import Symbol
    from engine.data.base_data import BaseData
    from engine.data.market.data_dictionary import DataDictionary
    from engine.data.market.slice import Slice
    from engine.data_feeds.plan import Plan
    from engine.data_feeds.subscription_window import SubscriptionWindow

    Windows = list[SubscriptionWindow]


class _Roll:
    """The windows of one chain in LEAN's order, and those of each of its contracts."""

    __slots__ = ("_keys", "by_symbol", "canonical", "windows")

    def __init__(self, canonical: Symbol) -> None:
        self.canonical = canonical
        self.windows: Windows = []
        self.by_symbol: dict[Symbol, Windows] = {}
        self._keys: SharedKeys[Any] | None = None

    def add(self, window: SubscriptionWindow) -> None:
        self.windows.append(window)
        self.by_symbol.setdefault(window.subscription.configuration.symbol, []).append(window)

    @property
    def keys(self) -> SharedKeys[Any]:
        if self._keys is None:
            self._keys = SharedKeys({symbol: self._source(symbol) for symbol in self.by_symbol})
        return self._keys

    def _source(self, symbol: Symbol) -> Any:
        return symbol


class _OptionRoll(_Roll):
    __slots__ = ("underlying",)

    def __init__(self, canonical: Symbol) -> None:
        super().__init__(canonical)
        self.underlying: Any = None

    def _source(self, symbol: Symbol) -> SliceOptionNumbers:
        windows = self.by_symbol[symbol]
        return SliceOptionNumbers(windows[0].subscription.security, windows)


class _SliceChain:
    """What a chain of a slice is made of when somebody reads it."""

    __slots__ = ("_plan", "_roll", "_stamp", "underlying")

    def __init__(self, roll: _Roll, plan: Plan, stamp: int, underlying: BaseData | None = None) -> None:
        self._roll = roll
        self._plan = plan
        self._stamp = stamp
        self.underlying = underlying

    def fill(self, contracts: DataDictionary[Any]) -> None:
        contracts.share(self._roll.keys, self._contracts())

    def _contracts(self) -> Callable[[list[Any]], list[Any]]:
        return lambda symbols: [
            FuturesContract(symbol, fetch=partial(self._points, self._roll.by_symbol[symbol]))
            for symbol in symbols
        ]

    def _points(self, windows: Windows) -> list[BaseData]:
        return [point for window in windows for point in window.all_at(self._stamp)]

    def points(self) -> list[BaseData]:
        return self._points(self._roll.windows)

    def filtered_contracts(self) -> set[Symbol]:
        canonical, chosen = self._roll.canonical, self._plan.filtered_contracts(self._stamp)
        return {symbol for of, symbols in chosen if of == canonical for symbol in symbols}


class _SliceOptions(_SliceChain):
    __slots__ = ()

    def _contracts(self) -> Callable[[list[Any]], list[Any]]:
        assert self.underlying is not None
        moment = ChainMoment(self._plan, self._stamp, self.underlying)
        return lambda options: OptionContract.of_slice(options, moment)


# -- options -----------------------------------------------------------------------------------------------------


def build_option_chains(slice_: Slice) -> OptionChains:
    """Return the chains of all options that emit and whose underlying has data."""
    stamp, plan, time = slice_._stamp, slice_._plan, slice_.time
    emitting = plan.emitting_with_internal(stamp)
    newest: dict[Any, BaseData] = {}
    silent = []
    for security, window in emitting.made(_underlyings):
        data = security.get_last_data() if window is None else window.all_at(stamp)[-1]
        if data is None:
            silent.append(security)
        else:
            newest[security] = data

    def chains_of(rolls: list[_OptionRoll]) -> list[OptionChain]:
        return [
            OptionChain(
                roll.canonical, time, source=_SliceOptions(roll, plan, stamp, newest[roll.underlying])
            )
            for roll in rolls
        ]

    chains = OptionChains(time)
    chains.share(emitting.made(_option_rolls, frozenset(silent)), chains_of)
    return chains


def _underlyings(windows: Windows) -> list[tuple[Any, SubscriptionWindow | None]]:
    """Return the underlyings of all options, with the window that is the last to bring data of each."""
    bring: dict[Symbol, SubscriptionWindow] = {}
    found: dict[Any, SubscriptionWindow | None] = {}
    for window in windows:
        config, security = window.subscription.configuration, window.subscription.security
        if config.symbol.security_type in OPTION_TYPES:
            underlying = security.underlying
            if underlying is not None and underlying not in found:
                found[underlying] = bring.get(underlying.symbol)
        elif not config.is_internal_feed:
            bring[config.symbol] = window
    return list(found.items())


def _option_rolls(windows: Windows, silent: frozenset[Any]) -> SharedKeys[_OptionRoll]:
    rolls: dict[Symbol, _OptionRoll] = {}
    for window in windows:
        config, security = window.subscription.configuration, window.subscription.security
        if config.symbol.security_type not in OPTION_TYPES or (config.is_internal_feed and not rolls):
            continue
        if security.underlying is None or security.underlying in silent:
            continue
        # the names are those under which the algorithm knows the contract, whatever its ticker is today
        canonical = security.symbol.canonical
        roll = rolls.get(canonical)
        if roll is None:
            roll = rolls[canonical] = _OptionRoll(canonical)
        roll.underlying = security.underlying
        roll.add(window)
    return SharedKeys(rolls)


# -- futures -----------------------------------------------------------------------------------------------------


def build_futures_chains(slice_: Slice) -> FuturesChains:
    """Return the chains of all single futures that emit."""
    stamp, plan, time = slice_._stamp, slice_._plan, slice_.time
    chains = FuturesChains(time)
    chains.share(
        plan.emitting_with_internal(stamp).made(_future_rolls),
        lambda rolls: [
            FuturesChain(roll.canonical, time, source=_SliceChain(roll, plan, stamp)) for roll in rolls
        ],
    )
    return chains


def _future_rolls(windows: Windows) -> SharedKeys[_Roll]:
    rolls: dict[Symbol, _Roll] = {}
    for window in windows:
        config = window.subscription.configuration
        symbol = config.symbol
        if symbol.security_type != SecurityType.FUTURE or symbol.is_canonical():
            continue
        roll = rolls.get(symbol.canonical)
        if config.is_internal_feed and (roll is None or symbol not in roll.by_symbol):
            continue  # a feed of the engine's own makes no contract: it may serve a continuous future
        if roll is None:
            roll = rolls[symbol.canonical] = _Roll(symbol.canonical)
        roll.add(window)
    return SharedKeys(rolls)
