"""Custom data defined by an algorithm (LEAN: Common/Python/PythonData.cs, Common/Data/DynamicData.cs)."""

from __future__ import annotations

import copy
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from engine.common.enums import Resolution, SecurityType
from engine.common.errors import InvalidOperationException, KeyNotFoundException, NotImplementedException
from engine.common.symbol import symbol_of
from engine.common.time_zones import TimeZones
from engine.data.base_data import NO_TIME, BaseData

if TYPE_CHECKING:
    from engine.common.time import TimeZone
    from engine.data.custom.custom_columns import CustomColumns
    from engine.data.custom.subscription_data_source import SubscriptionDataSource
    from engine.data.subscription_data_config import SubscriptionDataConfig

_WORD_STARTS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_OWN = {"time": "time", "endtime": "end_time", "end_time": "end_time", "value": "value", "symbol": "symbol"}
_MEMBERS = {"Symbol": "symbol", "Time": "time", "EndTime": "end_time", "Value": "value"}
_ALIASES = {
    "GetSource": "get_source",
    "Reader": "reader",
    "RequiresMapping": "requires_mapping",
    "IsSparseData": "is_sparse_data",
    "DefaultResolution": "default_resolution",
    "SupportedResolutions": "supported_resolutions",
    "DataTimeZone": "data_time_zone",
}


def snake_case(name: str) -> str:
    return _WORD_STARTS.sub("_", name).lower()


class DynamicData(BaseData):
    """Data whose fields are named by whoever makes it: `data["Open"] = 1` is read as `data.open`."""

    __slots__ = (
        "_snake_storage",
        "_storage",
        "end_stamp",
    )  # the last is the feed's, and no field of the data

    def __new__(cls, *_: Any, **__: Any) -> Self:
        # made here, not in __init__, which an algorithm's own class need not call
        data = super().__new__(cls)
        object.__setattr__(data, "_storage", {})
        object.__setattr__(data, "_snake_storage", {})
        BaseData.__init__(data)
        return data

    def __init__(self) -> None:
        """Everything is there already."""

    def __setattr__(self, name: str, value: Any) -> None:
        name = _MEMBERS.get(name, name)
        if hasattr(type(self), name):
            object.__setattr__(self, name, value)
        else:
            self.set_property(name, value)

    def __getattr__(self, name: str) -> Any:
        # Reached only for what is no member.
        if name.startswith("__") or name in ("_storage", "_snake_storage"):
            raise AttributeError(name)
        try:
            return self.get_property(name)
        except KeyNotFoundException:
            raise AttributeError(
                f"'{type(self).__name__}' object has no attribute '{name}'", name=name, obj=self
            ) from None

    @classmethod
    def of_row(cls, columns: CustomColumns, row: int) -> BaseData:
        """Return the point that the algorithm's reader made."""
        return columns.points[row]

    @classmethod
    def forwarded(cls, columns: CustomColumns, row: int, start_stamp: int, end_stamp: int) -> BaseData:
        """Return the copy of a point that stands for missing data."""
        twin = columns.points[row].clone(True)
        twin.time = columns.exchange_time_zone.local_datetime(start_stamp)
        twin.end_time = columns.exchange_time_zone.local_datetime(end_stamp)
        return twin

    def set_property(self, name: str, value: Any) -> Any:
        """Keep a value under a name, in any spelling; four names are LEAN's own members."""
        snake, name = snake_case(name), name.lower()
        own = _OWN.get(name)
        if own is not None:
            is_ticker = own == "symbol" and isinstance(value, str)
            object.__setattr__(self, own, symbol_of(value) if is_ticker else value)
        self._storage[name] = value
        if snake != name:
            self._snake_storage[snake] = value
        return value

    def get_property(self, name: str) -> Any:
        name = name.lower()
        if name in _OWN or name == "price":
            return getattr(self, _OWN.get(name, "price"))
        if name in self._storage:
            return self._storage[name]
        if name in self._snake_storage:
            return self._snake_storage[name]
        raise KeyNotFoundException(
            f"Property with name '{name}' does not exist. Properties: Time, Symbol, Value "
            f"{', '.join(self._storage)}"
        )

    def has_property(self, name: str) -> bool:
        return name.lower() in self._storage

    def get_storage_dictionary(self) -> dict[str, Any]:
        return self._storage

    def __getitem__(self, name: str) -> Any:
        return self.get_property(name)

    def __setitem__(self, name: str, value: Any) -> None:
        self.set_property(name, value)

    def clone(self, fill_forward: bool | None = None) -> Self:
        twin = super().clone(fill_forward)
        object.__setattr__(twin, "_storage", copy.copy(self._storage))
        object.__setattr__(twin, "_snake_storage", copy.copy(self._snake_storage))
        return twin


class PythonData(DynamicData):
    """Base class of an algorithm's own data; it must define `get_source` and `reader`."""

    __slots__ = ("_end_time",)

    def __init_subclass__(cls, **named: Any) -> None:
        # LEAN finds the methods in either spelling.
        super().__init_subclass__(**named)
        for pascal, snake in _ALIASES.items():
            if pascal in cls.__dict__ and snake not in cls.__dict__:
                setattr(cls, snake, cls.__dict__[pascal])

    def __new__(cls, *_: Any, **__: Any) -> Self:
        data = super().__new__(cls)
        object.__setattr__(data, "_end_time", None)
        return data

    @property
    def end_time(self) -> datetime:
        return self.time if self._end_time is None else self._end_time

    @end_time.setter
    def end_time(self, value: datetime) -> None:
        object.__setattr__(self, "_end_time", value)
        if self.time == NO_TIME:
            self.time = value

    def get_source(
        self, config: SubscriptionDataConfig, date: datetime, is_live_mode: bool
    ) -> SubscriptionDataSource:
        raise NotImplementedException(f"{type(self).__name__} must define get_source")

    def reader(
        self, config: SubscriptionDataConfig, line: str, date: datetime, is_live_mode: bool
    ) -> BaseData | None:
        raise NotImplementedException(f"{type(self).__name__} must define reader")

    def is_sparse_data(self) -> bool:
        return self.symbol is None or self.symbol.security_type == SecurityType.BASE

    def default_resolution(self) -> Resolution:
        return Resolution.MINUTE

    def supported_resolutions(self) -> list[Resolution]:
        return list(Resolution)

    def data_time_zone(self) -> TimeZone:
        if self.symbol is not None and self.symbol.security_type != SecurityType.BASE:
            raise InvalidOperationException("BaseData.DataTimeZone(): is only valid for base data types")
        return TimeZones.NEW_YORK
