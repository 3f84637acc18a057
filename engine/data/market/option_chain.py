"""The options of one canonical symbol (LEAN: Common/Data/Market/OptionChain.cs, OptionChains.cs)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.common.enums import MarketDataType, SecurityType
from engine.common.sid_encoding import is_option_type
from engine.common.symbol import Symbol, symbol_of
from engine.data.market.base_chain import BaseChain, BaseChains
from engine.data.market.data_dictionary import SharedKeys
from engine.data.market.option_contract import OptionContract, OptionContracts

if TYPE_CHECKING:
    from engine.data.universe_selection.universe_rows import ListedOption, UniverseRows
    from engine.securities.symbol_properties import SymbolProperties


class RowKeys(SharedKeys["ListedOption"]):
    """Rows of a universe file in the order of their symbols; the symbols are made when somebody asks for one."""

    __slots__ = ("_positions", "_symbols")

    def __init__(self, listed: list[ListedOption]) -> None:
        self.sources = listed
        self._symbols: list[Symbol] | None = None
        self._positions: dict[Symbol, int] | None = None

    @property
    def symbols(self) -> list[Symbol]:  # type: ignore[override]
        if self._symbols is None:
            self._symbols = [listed.row.symbol for listed in self.sources]
        return self._symbols

    @property
    def positions(self) -> dict[Symbol, int]:  # type: ignore[override]
        if self._positions is None:
            self._positions = {symbol: position for position, symbol in enumerate(self.symbols)}
        return self._positions


class OptionChain(BaseChain[OptionContract]):
    """The option contracts of one canonical symbol."""

    __slots__ = ()

    _KIND = MarketDataType.OPTION_CHAIN
    _contracts_type = OptionContracts

    @classmethod
    def of_universe(
        cls,
        canonical: Symbol,
        time: datetime,
        rows: UniverseRows | None,
        symbol_properties: SymbolProperties,
        flatten: bool = True,
    ) -> OptionChain:
        """Return the chain of a universe file: what `option_chain()` gives."""
        chain = cls(canonical, time, flatten)
        if rows is not None:
            multiplier = float(symbol_properties.strike_multiplier)
            chain.contracts.share(
                RowKeys(rows.listed_from(time.date())),
                lambda some: OptionContract.of_listed(some, multiplier),
            )
        return chain


class OptionChains(BaseChains[OptionChain]):
    """Option chains by canonical symbol; a contract or an underlying as key means its canonical symbol."""

    __slots__ = ()

    def _find(self, key: Any) -> OptionChain | None:
        return super()._find(_canonical_option(symbol_of(key)))

    def contains_key(self, key: Any) -> bool:
        return key is not None and super().contains_key(_canonical_option(symbol_of(key)))

    def __setitem__(self, key: Any, value: OptionChain) -> None:
        super().__setitem__(_canonical_option(symbol_of(key)), value)

    def remove(self, key: Any) -> bool:
        return super().remove(_canonical_option(symbol_of(key)))


_WITH_OPTIONS = frozenset((SecurityType.EQUITY, SecurityType.FUTURE, SecurityType.INDEX))


def _canonical_option(symbol: Symbol) -> Symbol:
    if symbol.security_type in _WITH_OPTIONS:
        return Symbol.create_canonical_option(symbol)
    return symbol.canonical if is_option_type(symbol.security_type) else symbol
