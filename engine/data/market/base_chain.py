"""Contracts with data at one time (LEAN: Common/Data/Market/BaseChain.cs, BaseChains.cs)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from engine.common.enums import MarketDataType
from engine.data.base_data import NO_TIME, BaseData
from engine.data.market.data_dictionary import DataDictionary, QuoteBars, Ticks, TradeBars
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pandas import DataFrame

    from engine.common.symbol import Symbol

C = TypeVar("C", bound=Any)


class ChainSource(Protocol[C]):
    """What a chain of a slice is made of when somebody reads it."""

    underlying: BaseData | None

    def fill(self, contracts: DataDictionary[C]) -> None:
        """Name the contracts of the chain."""

    def points(self) -> Iterable[BaseData]:
        """Return the data of the contracts."""

    def filtered_contracts(self) -> set[Symbol]:
        """Return what a filter chose at this moment."""


class BaseChain(BaseData, Generic[C]):
    """Contracts in symbol order, and the data of the slice they were made of."""

    __slots__ = (
        "_auxiliary",
        "_contracts",
        "_data_frame",
        "_filtered_contracts",
        "_flatten",
        "_quote_bars",
        "_source",
        "_ticks",
        "_trade_bars",
        "_underlying",
    )

    _contracts_type: type[DataDictionary[Any]]

    def __init__(
        self,
        canonical: Symbol,
        time: datetime = NO_TIME,
        flatten: bool = True,
        source: ChainSource[C] | None = None,
    ) -> None:
        super().__init__()
        self.symbol, self.time = canonical, time
        self._flatten = flatten
        self._source = source
        self._data_frame: DataFrame | None = None
        self._contracts: DataDictionary[C] | None = None
        self._filtered_contracts: set[Symbol] | None = None
        self._underlying: BaseData | None = None
        self._ticks: Ticks | None = None

    @property
    def contracts(self) -> DataDictionary[C]:
        """The contracts by symbol."""
        contracts = self._contracts
        if contracts is None:
            contracts = self._contracts = self._contracts_type(self.time)
            if self._source is not None:
                self._source.fill(contracts)
        return contracts

    @property
    def underlying(self) -> BaseData | None:
        """The newest data of the underlying."""
        if self._underlying is None:
            self._underlying = QuoteBar() if self._source is None else self._source.underlying
        return self._underlying

    @underlying.setter
    def underlying(self, value: BaseData | None) -> None:
        self._underlying = value

    @property
    def filtered_contracts(self) -> set[Symbol]:
        """What the chain's filter chose, where it chose at this moment."""
        if self._filtered_contracts is None:
            self._filtered_contracts = set() if self._source is None else self._source.filtered_contracts()
        return self._filtered_contracts

    def _load(self) -> None:
        if self._ticks is not None:
            return
        self._ticks, self._trade_bars, self._quote_bars = (
            Ticks(self.time),
            TradeBars(self.time),
            QuoteBars(self.time),
        )
        self._auxiliary: dict[type, dict[Symbol, list[BaseData]]] = {}
        if self._source is not None:
            for point in self._source.points():
                self.add_data(point)

    @property
    def ticks(self) -> Ticks:
        self._load()
        return self._ticks  # type: ignore[return-value]

    @property
    def trade_bars(self) -> TradeBars:
        self._load()
        return self._trade_bars

    @property
    def quote_bars(self) -> QuoteBars:
        self._load()
        return self._quote_bars

    def add_data(self, data: BaseData) -> None:
        """Keep one datum of the slice."""
        self._load()
        if isinstance(data, Tick):
            found = self.ticks.get(data.symbol)
            if found is None:
                self.ticks[data.symbol] = [data]
            else:
                found.append(data)
        elif isinstance(data, TradeBar):
            self._trade_bars[data.symbol] = data
        elif isinstance(data, QuoteBar):
            self._quote_bars[data.symbol] = data
        elif data.data_type == MarketDataType.BASE:
            self._auxiliary.setdefault(type(data), {}).setdefault(data.symbol, []).append(data)

    def get_aux(self, kind: type, symbol: Symbol | None = None) -> Any:
        """Return the last auxiliary datum of a kind, for one symbol or as a dictionary."""
        self._load()
        lists = self._auxiliary.get(kind, {})
        if symbol is not None:
            return lists[symbol][-1] if symbol in lists else None
        found: DataDictionary[Any] = DataDictionary()
        for key, values in lists.items():
            found[key] = values[-1]
        return found

    def get_aux_list(self, kind: type, symbol: Symbol | None = None) -> Any:
        """Return all auxiliary data of a kind, for one symbol or by symbol."""
        self._load()
        lists = self._auxiliary.get(kind, {})
        return lists if symbol is None else list(lists.get(symbol, ()))

    @property
    def count(self) -> int:
        return len(self.contracts)

    def contains_key(self, key: Any) -> bool:
        return self.contracts.contains_key(key)

    def __contains__(self, key: Any) -> bool:
        return self.contracts.contains_key(key)

    def __len__(self) -> int:
        return len(self.contracts)

    def __iter__(self) -> Iterator[C]:
        return iter(self.contracts.values())

    @property
    def data_frame(self) -> DataFrame:
        """The contracts as a frame indexed by symbol."""
        if self._data_frame is None:
            from engine.data_feeds.history_frame import chain_frame

            self._data_frame = chain_frame(self, self._flatten)
        return self._data_frame


class BaseChains(DataDictionary[C], Generic[C]):
    """Chains by canonical symbol."""

    __slots__ = ("_data_frame", "_flatten")

    def __init__(self, time: datetime = NO_TIME, flatten: bool = True) -> None:
        super().__init__(time)
        self._flatten = flatten
        self._data_frame: DataFrame | None = None

    @property
    def data_frame(self) -> DataFrame:
        """The frames of all chains, one below the other."""
        if self._data_frame is None:
            from engine.data_feeds.history_frame import chains_frame

            self._data_frame = chains_frame(self, self._flatten)
        return self._data_frame
