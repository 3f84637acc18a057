"""Whole chains on demand (LEAN: QCAlgorithm.cs, OptionChain and FuturesChain; BacktestingOptionChainProvider.cs)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine.common.enums import SecurityType
from engine.common.errors import ArgumentException, UnsupportedMemberError
from engine.common.symbol import Symbol
from engine.data.market.futures_chain import FuturesChain, FuturesChains
from engine.data.market.option_chain import OptionChain, OptionChains
from engine.data_feeds.data_types import OPTION_TYPES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.universe_selection.universe_rows import UniverseRows

_FILES_TRIED = 3
"""LEAN accepts a chain file up to three trading days old, for live mode where today's comes late."""


class QCAlgorithmChains:
    """`option_chain`, `futures_chain` and their providers: the newest universe file before now."""

    def option_chain(self: QCAlgorithm, symbol: Symbol, flatten: bool = False) -> OptionChain:
        canonical = _canonical_option(symbol)
        rows = self._universe_rows(canonical, None)
        properties = self.symbol_properties_database.get_symbol_properties(
            canonical.id.market, canonical, canonical.security_type, self.account_currency
        )
        return OptionChain.of_universe(canonical, self._exchange_date(canonical), rows, properties, flatten)

    def option_chains(self: QCAlgorithm, symbols: Iterable[Symbol], flatten: bool = False) -> OptionChains:
        chains = OptionChains(_midnight(self.time), flatten)
        for symbol in symbols:
            chain = self.option_chain(symbol, flatten)
            chains[chain.symbol] = chain
        return chains

    def futures_chain(self: QCAlgorithm, symbol: Symbol, flatten: bool = False) -> FuturesChain:
        canonical = _canonical_future(symbol)
        rows = self._universe_rows(canonical, None)
        listed = () if rows is None else rows.rows
        return FuturesChain.of_universe(canonical, self._exchange_date(canonical), listed, flatten)

    def futures_chains(self: QCAlgorithm, symbols: Iterable[Symbol], flatten: bool = False) -> FuturesChains:
        chains = FuturesChains(_midnight(self.time), flatten)
        for symbol in symbols:
            chain = self.futures_chain(symbol, flatten)
            chains[chain.symbol] = chain
        return chains

    future_chain = futures_chain
    future_chains = futures_chains

    @property
    def option_chain_provider(self: QCAlgorithm) -> ChainProvider:
        return ChainProvider(self)

    @property
    def future_chain_provider(self: QCAlgorithm) -> ChainProvider:
        return ChainProvider(self)

    def _exchange_date(self: QCAlgorithm, canonical: Symbol) -> datetime:
        return _midnight(self._hours_of(canonical).time_zone.local_datetime(self.utc_stamp))

    def _hours_of(self: QCAlgorithm, symbol: Symbol) -> Any:
        return self.market_hours_database.get_entry(
            symbol.id.market, symbol, symbol.security_type
        ).exchange_hours

    def _universe_rows(self: QCAlgorithm, canonical: Symbol, day: date | None) -> UniverseRows | None:
        hours = self._hours_of(canonical)
        if day is None:
            day = hours.time_zone.local_datetime(self.utc_stamp).date()
        tried = 0
        for back in range(1, 30):
            earlier = day - timedelta(back)
            if not hours.is_date_open(earlier):
                continue
            rows = self.data_feed.universe(canonical, earlier)
            if rows is not None:
                return rows
            tried += 1
            if tried == _FILES_TRIED:
                break
        return None


class ChainProvider:
    """`option_chain_provider` and `future_chain_provider`: symbols of a chain at a date."""

    def __init__(self, algorithm: QCAlgorithm) -> None:
        self._algorithm = algorithm

    def get_option_contract_list(self, symbol: Symbol, date: date) -> list[Symbol]:
        return self._symbols(_canonical_option(symbol), date)

    def get_future_contract_list(self, symbol: Symbol, date: date) -> list[Symbol]:
        return self._symbols(_canonical_future(symbol), date)

    def _symbols(self, canonical: Symbol, moment: date) -> list[Symbol]:
        day = moment.date() if isinstance(moment, datetime) else moment
        rows = self._algorithm._universe_rows(canonical, day)
        listed = () if rows is None else rows.rows
        return [row.symbol for row in listed if row.symbol.id.date.date() >= day]

    def __getattr__(self, name: str) -> Any:
        raise UnsupportedMemberError(f"the chain provider's {name}")


def _canonical_option(symbol: Symbol) -> Symbol:
    if symbol.security_type in OPTION_TYPES:
        return symbol.canonical
    if symbol.security_type.has_options():
        return Symbol.create_canonical_option(symbol)
    raise ArgumentException(f"The symbol {symbol} is not an option or an underlying symbol.")


def _canonical_future(symbol: Symbol) -> Symbol:
    if symbol.security_type == SecurityType.FUTURE:
        return symbol.canonical
    if symbol.security_type == SecurityType.FUTURE_OPTION:
        return symbol.underlying.canonical
    raise ArgumentException(f"The symbol {symbol} is neither a future nor a future option symbol.")


def _midnight(moment: datetime) -> datetime:
    return datetime(moment.year, moment.month, moment.day)
