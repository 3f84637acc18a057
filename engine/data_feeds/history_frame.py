"""Data as pandas frames, in LEAN's shapes (LEAN: Common/Python/PandasConverter*.cs).

A history frame has one row per symbol and end time; bars and quotes of one moment share a row. A chain frame
has one row per contract. Columns that hold nothing but zeros and blanks are left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.data.base_data import NO_TIME, BaseData
from engine.data.market.open_interest import OpenInterest
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar
from engine.data_feeds.frame_columns import FrameColumns
from engine.data_feeds.pandas_mapper import map_symbols

if TYPE_CHECKING:
    from pandas import DataFrame

    from engine.common.symbol import Symbol
    from engine.data.market.base_chain import BaseChain, BaseChains
    from engine.data.market.slice import Slice


def history_frame(slices: Iterable[Slice], kind: type | None = None, flatten: bool = False) -> DataFrame:
    """Return the frame of a history request; `kind` is the type of data that was asked for."""
    by_symbol: dict[Symbol, FrameColumns] = {}
    for slice_ in slices:
        _take_slice(slice_, kind, by_symbol)
    return _frame_of(by_symbol)


def events_frame(events: Iterable[Any]) -> DataFrame:
    """Return the frame of dividends, splits, delistings or renames: a row per symbol and time."""
    by_symbol: dict[Symbol, FrameColumns] = {}
    for event in events:
        _columns_of(event, by_symbol).add(event)
    return _frame_of(by_symbol)


def _frame_of(by_symbol: dict[Symbol, FrameColumns]) -> DataFrame:
    levels = max((columns.levels for columns in by_symbol.values()), default=0)
    return _concatenate([columns.to_frame(levels) for columns in by_symbol.values()], sort=True)


def _take_slice(slice_: Slice, kind: type | None, by_symbol: dict[Symbol, FrameColumns]) -> None:
    seen: set[Symbol] = set()
    for data in slice_.all_data:
        columns = _columns_of(data, by_symbol)
        if columns.is_custom or _is_taken_whole(data, kind):
            columns.add(data)
        elif kind is not None:
            _take_bars(slice_, data, kind, columns)
        elif data.symbol not in seen:
            # Bar and quote share a row: the first of them brings both.
            seen.add(data.symbol)
            _take_bars(slice_, data, kind, columns)


def _is_taken_whole(data: Any, kind: type | None) -> bool:
    if isinstance(data, Tick) and kind in (None, Tick, OpenInterest):
        return True
    return kind not in (None, TradeBar, QuoteBar) and isinstance(data, kind)  # type: ignore[arg-type]


def _take_bars(slice_: Slice, data: BaseData, kind: type | None, columns: FrameColumns) -> None:
    trades, quotes = kind in (None, TradeBar), kind in (None, QuoteBar)
    trade = data if trades and isinstance(data, TradeBar) else None
    quote = None
    if trade is not None:
        quote = slice_.quote_bars.get(data.symbol) if quotes else None
    elif quotes and isinstance(data, QuoteBar):
        quote = data
        trade = slice_.bars.get(data.symbol) if trades else None
    if quote is not None:
        columns.add(quote)
    if trade is not None:
        columns.add(trade, override=True)


def _columns_of(data: Any, by_symbol: dict[Symbol, FrameColumns]) -> FrameColumns:
    columns = by_symbol.get(data.symbol)
    if columns is None:
        columns = by_symbol[data.symbol] = FrameColumns(data)
    return columns


def data_frame(data: Iterable[Any]) -> DataFrame:
    """Return the frame of a list of data (LEAN: PandasConverter.GetDataFrame): rows as they come."""
    by_symbol: dict[Symbol, FrameColumns] = {}
    for item in data:
        _columns_of(item, by_symbol).add(item)
    if len(by_symbol) > 1:
        return _symbol_frame(by_symbol)
    return _concatenate([columns.to_frame(2) for columns in by_symbol.values()], sort=False)


def universe_frame(collections: Sequence[Any], flatten: bool) -> DataFrame:
    """Return the frame of universe files: flat, a row per date and contract, else a row per date."""
    import pandas as pd

    filled = [collection for collection in collections if len(collection.data)]
    if not flatten:
        first = filled[0].data[0].symbol.canonical if filled else None
        columns = FrameColumns.of_collections(first, filled) if first is not None else None
        return _concatenate([] if columns is None else [columns.to_frame(columns.levels)], sort=True)
    frames = [_sorted(_symbol_frame(_each(collection.data))) for collection in filled]
    if not frames:
        return pd.DataFrame()
    times = [collection.data[0].end_time for collection in filled]
    return _drop_empty(pd.concat(frames, keys=times, names=["time"], sort=True))


def chain_frame(chain: BaseChain[Any], flatten: bool) -> DataFrame:
    """Return the frame of one chain: flat, a row per contract, else one row for the chain."""
    if flatten:
        return _sorted(_symbol_frame(_each(chain.contracts.values())))
    return _symbol_frame({chain.symbol: FrameColumns.of_chain(chain)})


def chains_frame(chains: BaseChains[Any], flatten: bool) -> DataFrame:
    """Return the frames of several chains below each other; flat ones are told apart by their canonical."""
    import pandas as pd

    found = chains.items()
    frames = [chain.data_frame for _, chain in found]
    if not frames:
        return pd.DataFrame()
    if not flatten:
        return _concatenate(frames, sort=False)
    joined = pd.concat(
        frames, keys=[symbol for symbol, _ in found], names=["canonical", "symbol"], sort=False
    )
    return _drop_empty(joined)


def indicator_frame(
    points: Mapping[str, Iterable[Any]], others: Mapping[str, Sequence[tuple[datetime, Any]]] | None = None
) -> DataFrame:
    """Return values by end time, a column each: of indicators, and of what else is told with its time.

    LEAN: PandasConverter.GetIndicatorDataFrame.
    """
    import pandas as pd

    series = {}
    for name, values in points.items():
        timed = [point for point in values if point.end_time != NO_TIME]
        index = [point.end_time for point in timed]
        series[name.lower()] = pd.Series([point.value for point in timed], index)
    for name, pairs in (others or {}).items():
        series[name.lower()] = pd.Series([value for _, value in pairs], [time for time, _ in pairs])
    map_symbols()
    return pd.DataFrame(series, columns=sorted(series))


def _each(data: Iterable[Any]) -> dict[Symbol, FrameColumns]:
    by_symbol: dict[Symbol, FrameColumns] = {}
    for item in data:
        _columns_of(item, by_symbol).add(item)
    return by_symbol


def _symbol_frame(by_symbol: dict[Symbol, FrameColumns]) -> DataFrame:
    # One row per symbol: the first value of each column.
    import pandas as pd

    map_symbols()
    if not by_symbol:
        return pd.DataFrame()
    names = dict.fromkeys(name for columns in by_symbol.values() for name in columns.names)
    index = pd.Index(list(by_symbol), name="symbol", dtype=object)
    kept = {}
    for name in names:
        if any(columns.holds(name) for columns in by_symbol.values()):
            values = [columns.first(name) for columns in by_symbol.values()]
            kept[name] = _series(values, index)
    return _drop_empty(pd.DataFrame(kept, index=None if kept else index))


def _series(values: list[Any], index: Any) -> Any:
    import pandas as pd

    from engine.common.enums import LeanEnum

    # Enums stay enums, as in LEAN; pandas would make numbers of ours.
    is_enum = any(isinstance(value, LeanEnum) for value in values)
    return pd.Series(values, index, dtype=object if is_enum else None)


def _concatenate(frames: list[DataFrame], sort: bool) -> DataFrame:
    import pandas as pd

    map_symbols()
    return _drop_empty(pd.concat(frames, sort=sort)) if frames else pd.DataFrame()


def _sorted(frame: DataFrame) -> DataFrame:
    return frame[sorted(frame.columns)] if len(frame.columns) else frame


def _drop_empty(frame: DataFrame) -> DataFrame:
    return frame.dropna(axis=1, how="all")
