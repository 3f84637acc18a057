"""Builds the chains of a slice from the subscriptions that emit at its moment (LEAN: TimeSliceFactory.HandleOptionData)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.common.enums import SecurityType
from engine.data.market.futures_chain import FuturesChain, FuturesChains
from engine.data.market.futures_contract import FuturesContract
from engine.data.market.open_interest import OpenInterest
from engine.data.market.option_chain import OptionChain, OptionChains
from engine.data.market.option_contract import OptionContract

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.common.symbol import Symbol
    from engine.data.market.slice import Slice
    from engine.data_feeds.subscription_window import SubscriptionWindow

_OPTIONS = (SecurityType.OPTION, SecurityType.INDEX_OPTION, SecurityType.FUTURE_OPTION)


class _Pull:
    """Hands a contract or a chain the bars of the slice when one of them is read."""

    __slots__ = ("_stamp", "_take", "_windows")

    def __init__(self, take: Callable[[Any], None], stamp: int) -> None:
        self._take = take
        self._stamp = stamp
        self._windows: list[SubscriptionWindow] = []

    def add(self, window: SubscriptionWindow) -> None:
        self._windows.append(window)

    def __call__(self) -> None:
        for window in self._windows:
            for point in window.all_at(self._stamp):
                self._take(point)


def build_option_chains(slice_: Slice) -> OptionChains:
    """Return the chains of all options that emit; contracts in the order in which their data arrives."""
    stamp, plan = slice_._stamp, slice_._plan
    chains = OptionChains(slice_.time)
    pulls: dict[Symbol, _Pull] = {}
    underlying: dict[Symbol, Any] = {}
    for window in plan.emitting_with_internal(stamp):
        config, security = window.subscription.configuration, window.subscription.security
        symbol = config.symbol
        if symbol.security_type not in _OPTIONS:
            if not config.is_internal_feed:
                underlying[symbol] = window
            continue
        if config.is_internal_feed and not len(chains):
            continue
        data = _underlying_data(security, underlying, stamp)
        if data is None:
            continue
        # the names are those under which the algorithm knows the contract, whatever its ticker is today
        canonical = security.symbol.canonical
        chain = chains.get(canonical)
        if chain is None:
            chain = OptionChain(canonical, slice_.time)
            chains[canonical] = chain
            pulls[canonical] = _Pull(chain.add_data, stamp)
            chain.set_pull(pulls[canonical])
        chain.underlying = data
        pull = pulls.get(symbol)
        if pull is None:
            contract = OptionContract.create(
                plan.time_zone_of(security).local_datetime(stamp), security, data
            )
            chain.contracts[symbol] = contract
            contract.set_option_price_model(_Evaluate(security, slice_, contract))
            pull = pulls[symbol] = _Pull(contract.update, stamp)
            contract.set_pull(pull)
        pull.add(window)
        pulls[canonical].add(window)
    for canonical, selected in plan.filtered_contracts(stamp):
        chain = chains.get(canonical)
        if chain is not None:
            chain.filtered_contracts.update(selected)
    return chains


class _Evaluate:
    __slots__ = ("_contract", "_security", "_slice")

    def __init__(self, security: Any, slice_: Slice, contract: OptionContract) -> None:
        self._security = security
        self._slice = slice_
        self._contract = contract

    def __call__(self) -> Any:
        return self._security.evaluate_price_model(self._slice, self._contract)


def _underlying_data(security: Any, windows: dict[Symbol, Any], stamp: int) -> Any:
    if security.underlying is None:
        return None
    window = windows.get(security.underlying.symbol)
    if window is not None:
        return window.all_at(stamp)[-1]
    return security.underlying.get_last_data()


def build_futures_chains(slice_: Slice) -> FuturesChains:
    """Return the chains of all single futures that emit."""
    stamp, plan = slice_._stamp, slice_._plan
    chains = FuturesChains(slice_.time)
    pulls: dict[Symbol, _Pull] = {}
    for window in plan.emitting_with_internal(stamp):
        config = window.subscription.configuration
        symbol = config.symbol
        if symbol.security_type != SecurityType.FUTURE or symbol.is_canonical():
            continue
        if config.is_internal_feed and symbol not in pulls and config.type is not OpenInterest:
            continue
        chain = chains.get(symbol.canonical)
        pull = pulls.get(symbol)
        if pull is None:
            if config.is_internal_feed:
                continue
            if chain is None:
                chain = FuturesChain(symbol.canonical, slice_.time)
                chains[symbol.canonical] = chain
                pulls[symbol.canonical] = _Pull(chain.add_data, stamp)
                chain.set_pull(pulls[symbol.canonical])
            contract = FuturesContract(symbol)
            chain.contracts[symbol] = contract
            pull = pulls[symbol] = _Pull(contract.update, stamp)
            contract.set_pull(pull)
        pull.add(window)
        pulls[symbol.canonical].add(window)
    for canonical, selected in plan.filtered_contracts(stamp):
        chain = chains.get(canonical)
        if chain is not None:
            chain.filtered_contracts.update(selected)
    return chains
