"""What a fund holds at the end of a day (LEAN: Common/Data/UniverseSelection/ETFConstituentUniverse.cs)."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from engine.common.errors import DataFileError, DotNetException
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.data.daily_data import DailyData

_CELLS = 6


class ETFConstituentUniverse(DailyData):
    """One constituent; a number the file leaves blank is None."""

    __slots__ = ("last_update", "market_value", "shares_held", "weight")

    def __init__(self) -> None:
        super().__init__()
        self.last_update: datetime | None = None
        self.weight: float | None = None
        self.shares_held: float | None = None
        self.market_value: float | None = None


class ETFConstituentData(ETFConstituentUniverse):
    """LEAN's older name of a constituent."""

    __slots__ = ()


class ConstituentRows:
    """The rows of one day's file, in its order: ticker, identifier, last update, weight, shares, value."""

    __slots__ = ("rows", "underlying")

    def __init__(self, text: bytes, day: date, path: object) -> None:
        lines = enumerate(text.decode("utf-8-sig", "replace").splitlines(), start=1)
        self.rows = [_constituent(line, day, path, number) for number, line in lines if line]
        self.underlying = None


def _constituent(line: str, day: date, path: object, number: int) -> ETFConstituentUniverse:
    cells = line.split(",")
    try:
        if len(cells) < _CELLS:
            raise ValueError(f"has {len(cells)} cells instead of {_CELLS}")
        row = ETFConstituentUniverse()
        row.symbol = Symbol(SecurityIdentifier.parse(cells[1]), cells[0])
        row.time = datetime(day.year, day.month, day.day)
        row.last_update = _date(cells[2])
        row.weight, row.shares_held, row.market_value = map(_number, cells[3:_CELLS])
    except (ValueError, InvalidOperation, DotNetException) as error:
        raise DataFileError(path, number, str(error)) from None
    return row


def _date(cell: str) -> datetime | None:
    return (
        datetime(int(cell[:4]), int(cell[4:6]), int(cell[6:])) if len(cell) == 8 and cell.isdigit() else None
    )


def _number(cell: str) -> float | None:
    return float(Decimal(cell)) if cell else None
