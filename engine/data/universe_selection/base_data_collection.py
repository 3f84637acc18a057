"""Several data of one time (LEAN: Common/Data/UniverseSelection/BaseDataCollection.cs)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.data.base_data import NO_TIME, BaseData

if TYPE_CHECKING:
    from engine.common.symbol import Symbol


class BaseDataCollection(BaseData):
    """LEAN's constructors: (), (time, symbol, data), (time, end time, symbol, data, underlying, contracts)."""

    __slots__ = ("_end_time", "data", "filtered_contracts", "underlying")

    def __init__(self, *arguments: Any) -> None:
        super().__init__()
        rest = list(arguments)
        self.time = rest.pop(0) if rest else NO_TIME
        self._end_time: datetime | None = rest.pop(0) if rest and isinstance(rest[0], datetime) else None
        symbol, data, self.underlying, self.filtered_contracts = (*rest, *(None,) * 4)[:4]
        self.symbol: Symbol | None = symbol
        points = list(data or ())
        inner = points[0].data if len(points) == 1 and isinstance(points[0], BaseDataCollection) else None
        self.data: list[Any] = inner or points

    @property
    def end_time(self) -> datetime:
        return self.time if self._end_time is None else self._end_time

    @end_time.setter
    def end_time(self, value: datetime) -> None:
        self._end_time = value

    def add(self, new_data_point: Any) -> None:
        self.data.append(new_data_point)

    def add_range(self, new_data_points: Iterable[Any]) -> None:
        self.data.extend(new_data_points)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)
