"""The number of open contracts (LEAN: Common/Data/Market/OpenInterest.cs)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from engine.common.enums import TickType
from engine.data.market.tick import TICK_FIELDS, Tick

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.data_source.columns import Columns


class OpenInterest(Tick):
    """The number of open contracts at `time`."""

    __slots__ = ()

    def __init__(
        self,
        time: datetime | OpenInterest | None = None,
        symbol: Symbol | None = None,
        open_interest: float = 0.0,
    ) -> None:
        if time is None or isinstance(time, OpenInterest):
            super().__init__(time)
        else:
            super().__init__(time, symbol, open_interest)
        self.tick_type = TickType.OPEN_INTEREST

    @classmethod
    def forwarded(cls, columns: Columns, row: int, start_stamp: int, end_stamp: int) -> Self:
        """Return the copy that stands for missing data: a tick has one moment, that of its emission."""
        return super().forwarded(columns, row, end_stamp, end_stamp)

    def _read(self, name: str) -> Any:
        if name == "value":
            return self._columns.size(self._row, "value")
        if name in TICK_FIELDS:
            return _DEFAULTS.get(name, 0.0)
        return super()._read(name)


_DEFAULTS = {
    "tick_type": TickType.OPEN_INTEREST,
    "exchange": "",
    "sale_condition": "",
    "suspicious": False,
}
