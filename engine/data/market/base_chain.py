"""Contracts with data at one time (LEAN: Common/Data/Market/BaseChain.cs, BaseChains.cs)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from engine.common.enums import MarketDataType
from engine.data.base_data import NO_TIME, BaseData
from engine.data.market.data_dictionary import DataDictionary, QuoteBars, Ticks, TradeBars
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pandas import DataFrame

    from engine.common.symbol import Symbol

C = TypeVar("C", bound=Any)


class BaseChain(BaseData, Generic[C]):
    """Contracts in symbol order, and the data of the slice they were made of."""

    __slots__ = (
        "_auxiliary",
        "_data_frame",
        "_flatten",
        "_pull",
        "_quote_bars",
        "_ticks",
        "_trade_bars",
        "contracts",
        "filtered_contracts",
        "underlying",
    )

    _contracts_type: type[DataDictionary[Any]]

    def __init__(self, canonical: Symbol, time: datetime = NO_TIME, flatten: bool = True) -> None:
        super().__init__()
        self.symbol, self.time = canonical, time
        self._flatten = flatten
        self._data_frame: DataFrame | None = None
        self._auxiliary: dict[type, dict[Symbol, list[BaseData]]] = {}
        self.contracts = self._contracts_type(time)
        self._ticks, self._trade_bars, self._quote_bars = Ticks(time), TradeBars(time), QuoteBars(time)
        self._pull: Callable[[], None] | None = None
        self.filtered_contracts: set[Symbol] = set()
        self.underlying: BaseData | None = QuoteBar()

    def set_pull(self, pull: Callable[[], None]) -> None:
        """Name the function that hands over the data of the slice when they are first needed."""
        self._pull = pull

    def _load(self) -> None:
        if self._pull is not None:
            pull, self._pull = self._pull, None
            pull()

    @property
    def ticks(self) -> Ticks:
        self._load()
        return self._ticks

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
        if isinstance(data, Tick):
            found = self._ticks.get(data.symbol)
            if found is None:
                self._ticks[data.symbol] = [data]
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
