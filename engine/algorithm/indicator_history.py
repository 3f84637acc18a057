"""What an indicator would have been: its values over past data (LEAN: QCAlgorithm.Indicators.cs, IndicatorHistory)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine.common.enums import DataNormalizationMode, LeanEnum, SecurityType
from engine.common.symbol import Symbol, symbol_of
from engine.data.custom.python_data import DynamicData, snake_case
from engine.data.market.field import Field, FieldSelector
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.trade_bar import TradeBar
from engine.indicators.indicator_base import IndicatorBase
from engine.indicators.indicator_data_point import IndicatorDataPoint
from engine.indicators.option_indicator_base import OptionIndicatorBase
from engine.indicators.python_indicator import as_indicator

if TYPE_CHECKING:
    from pandas import DataFrame

    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.market.slice import Slice

_DICTIONARIES: dict[type | None, str] = {TradeBar: "bars", QuoteBar: "quote_bars"}
_NO_COLUMNS = frozenset(("consolidators", "name", "samples", "updated", "parts", "period", "warm_up_period"))


class IndicatorDataPoints(DynamicData):
    """The values of an indicator and of its parts at one time; compares and counts as the indicator's value."""

    __slots__ = ()

    @property
    def current(self) -> IndicatorDataPoint:
        return self.get_property("current")

    def __float__(self) -> float:
        return self.value

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (int, float)):
            return self.value == other
        return self is other

    def __hash__(self) -> int:
        return id(self)

    def __str__(self) -> str:
        points = sorted(self.get_storage_dictionary().items())
        return f"{self.end_time} " + ", ".join(f"{name}: {point.value:.10g}" for name, point in points)


class IndicatorHistory:
    """Points by time; by name (`history["upper_band"]`) those of the indicator or of one of its parts."""

    def __init__(
        self,
        points: list[IndicatorDataPoints],
        by_name: dict[str, list[IndicatorDataPoint]],
        others: dict[str, list[tuple[datetime, Any]]],
    ) -> None:
        self._points = points
        self._by_name = by_name
        self._others = others

    @property
    def current(self) -> list[IndicatorDataPoint]:
        return self._by_name["current"]

    @property
    def count(self) -> int:
        return len(self._points)

    @property
    def data_frame(self) -> DataFrame:
        from engine.data_feeds.history_frame import indicator_frame

        columns = {name.replace("_", ""): points for name, points in self._by_name.items()}
        others = {name.replace("_", ""): values for name, values in self._others.items()}
        return indicator_frame(columns, others)

    def __getitem__(self, name: str) -> list[IndicatorDataPoint] | None:
        return self._by_name.get(snake_case(name))

    def __iter__(self) -> Iterator[IndicatorDataPoints]:
        return iter(self._points)

    def __len__(self) -> int:
        return len(self._points)

    def __str__(self) -> str:
        return "".join(f"{point}\n" for point in self._points)


class _Recorder:
    """Listens to an indicator and notes its values once a moment, and those of its parts."""

    def __init__(self, indicator: IndicatorBase) -> None:
        self._indicator = indicator
        members = _members(indicator)
        self._parts = [name for name, value in members.items() if isinstance(value, IndicatorBase)]
        self._rest = [name for name, value in members.items() if not isinstance(value, IndicatorBase)]
        self.by_name: dict[str, list[IndicatorDataPoint]] = {name: [] for name in (*self._parts, "current")}
        self.others: dict[str, list[tuple[datetime, Any]]] = {name: [] for name in self._rest}
        self.points: list[IndicatorDataPoints] = []
        self._consumed: datetime | None = None
        self._last: IndicatorDataPoint | None = None

    def listen(self, _: Any, point: IndicatorDataPoint) -> None:
        if not self._indicator.is_ready:
            return
        # an indicator of several symbols speaks at each of them, but has one value a moment
        if self._last is None or self._last.time != point.time:
            self.note(point)
        self._last = point

    def finish(self) -> IndicatorHistory:
        if self._last is not None:
            self.note(self._last)
        return IndicatorHistory(self.points, self.by_name, self.others)

    def note(self, point: IndicatorDataPoint) -> None:
        if self._consumed == point.end_time:
            return
        self._consumed = point.end_time
        points = IndicatorDataPoints()
        points.time = point.time
        self.points.append(points)
        for name in self._parts:
            newest = getattr(self._indicator, name).current
            known = self.by_name[name]
            if known and known[-1].end_time == newest.end_time:
                known[-1] = newest
            else:
                known.append(newest)
            points[_pascal(name)] = newest
        self.by_name["current"].append(self._indicator.current)
        points["current"] = self._indicator.current
        points.value = self._indicator.current.value
        for name in self._rest:
            value = getattr(self._indicator, name)
            shown = value.to_string() if isinstance(value, LeanEnum) else value
            self.others[name].append((point.end_time, shown))


def _pascal(name: str) -> str:
    return name.title().replace("_", "")  # under which dynamic data answer to both spellings


def _members(indicator: IndicatorBase) -> dict[str, Any]:
    """Return the public members that are an indicator's own, not those that every indicator has."""
    if isinstance(indicator, OptionIndicatorBase):
        parts = ("price", "opposite_price", "underlying_price", "implied_volatility", "theoretical_price")
        found = {name: getattr(indicator, name, None) for name in parts}
        return {name: value for name, value in found.items() if value is not None}
    kind = type(indicator)
    inherited = set(dir(IndicatorBase)) | _NO_COLUMNS
    properties = [name for name in dir(kind) if isinstance(getattr(kind, name), property)]
    names = [*vars(indicator), *properties]
    return {
        name: getattr(indicator, name)
        for name in dict.fromkeys(names)
        if not name.startswith("_") and name not in inherited
    }


def normalization_of(indicator: Any) -> DataNormalizationMode | None:
    """Options are priced with the prices of their time, so their indicators need raw ones of the underlying."""
    if isinstance(indicator, OptionIndicatorBase):
        underlying = indicator.option_symbol.underlying
        if underlying is not None and underlying.security_type == SecurityType.EQUITY:
            return DataNormalizationMode.SCALED_RAW
    return None


class QCAlgorithmIndicatorHistory:
    """`indicator_history`."""

    def indicator_history(self: QCAlgorithm, indicator: Any, *args: Any, **named: Any) -> IndicatorHistory:
        """Return past values: (indicator, symbols, periods | span | start, end[, resolution, selector]) or of slices."""
        rest = list(args)
        indicator = as_indicator(indicator)
        if "history" in named or (rest and not _are_symbols(rest[0])):
            slices = named.pop("history") if "history" in named else rest.pop(0)
            selector = rest[0] if rest else named.get("selector")
            return _replay(indicator, slices, selector)
        symbols = rest.pop(0) if rest else named.get("symbols", named.get("symbol"))
        symbols = [symbol_of(s) for s in ([symbols] if isinstance(symbols, (Symbol, str)) else symbols)]
        options = self._indicator_range(rest, named)
        options.update(zip(("resolution", "selector"), rest))
        options.update({k: named[k] for k in ("resolution", "selector") if k in named})
        selector = options.pop("selector", None)
        mode = normalization_of(indicator)
        if mode is not None:
            options["data_normalization_mode"] = mode
        before = max(indicator.warm_up_period - 1, 0)
        if "periods" in options:
            options["periods"] += before
        elif before:
            options["start"] = self.history_start_before(symbols, before, options)
        return _replay(indicator, self.history_of(symbols, options), selector)

    def _indicator_range(self: QCAlgorithm, rest: list[Any], named: dict[str, Any]) -> dict[str, Any]:
        """Take how far back to look from the arguments: periods, or start and end."""
        first = rest.pop(0) if rest else next(named[k] for k in ("period", "span", "start") if k in named)
        if isinstance(first, timedelta):
            return {"start": self.time - first, "end": self.time}
        if isinstance(first, date):
            return {"start": first, "end": rest.pop(0) if rest else named["end"]}
        return {"periods": first}


def _are_symbols(value: Any) -> bool:
    if isinstance(value, (Symbol, str)):
        return True
    return isinstance(value, Iterable) and all(
        isinstance(item, (Symbol, str)) or hasattr(item, "symbol") for item in value
    )


def _replay(indicator: IndicatorBase, slices: Iterable[Slice], selector: Any) -> IndicatorHistory:
    indicator.reset()
    recorder = _Recorder(indicator)
    indicator.updated += recorder.listen
    feed = feed_of(indicator, selector)
    own = _DICTIONARIES.get(wanted_bars(indicator, selector))
    for slice_ in slices:
        for data in (slice_.values_by_symbol if own is None else getattr(slice_, own)).values():
            feed(data[-1] if isinstance(data, list) else data)
    indicator.updated -= recorder.listen
    return recorder.finish()


def wanted_bars(indicator: Any, selector: Any) -> type | None:
    """Return the only kind of bars that an indicator or its selector takes, None where several will do."""
    if isinstance(selector, FieldSelector):
        return selector.needs
    kinds = [kind for kind in as_indicator(indicator).input_types if issubclass(kind, (TradeBar, QuoteBar))]
    return kinds[0] if len(kinds) == 1 else None


def feed_of(indicator: Any, selector: Any) -> Any:
    """Return what hands a datum to an indicator, by way of a selector where there is one."""
    indicator = as_indicator(indicator)
    if IndicatorDataPoint in indicator.input_types:
        value = getattr(selector or Field.CLOSE, "exact", selector)
        return lambda bar: indicator.feed(IndicatorDataPoint(bar.symbol, bar.end_time, value(bar)))
    if selector is not None:
        return lambda bar: indicator.feed(selector(bar))
    return indicator.feed
