"""One equity on one day, as universes choose from them.

LEAN: Common/Data/UniverseSelection/CoarseFundamental.cs, CoarseFundamentalDataProvider.cs,
Common/Data/Fundamental/Fundamental.cs.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from engine.common.errors import DataFileError, DotNetException, UnsupportedMemberError
from engine.common.numbers import to_float
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.data.base_data import NO_TIME
from engine.data.daily_data import DailyData

_CELLS = 5
_CELLS_WITH_FACTORS = 8


class CoarseFundamental(DailyData):
    """Price and volume of a day; an equity the files do not list has a price of 0."""

    __slots__ = ("dollar_volume", "price_factor", "split_factor", "volume")

    def __init__(self, time: datetime = NO_TIME, symbol: Symbol | None = None) -> None:
        super().__init__()
        self.time = time
        self.symbol = symbol
        self.volume = 0
        self.dollar_volume = 0.0
        self.price_factor = 1.0
        self.split_factor = 1.0

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise UnsupportedMemberError(
            f"{type(self).__name__}.{name}",
            "of fundamentals only the columns of LEAN's coarse universe files are read",
        )

    @property
    def market(self) -> str:
        assert self.symbol is not None
        return self.symbol.id.market

    @property
    def has_fundamental_data(self) -> bool:
        """LEAN's provider of coarse files never has more than these."""
        return False

    @property
    def price_scale_factor(self) -> float:
        return self.price_factor * self.split_factor

    @property
    def adjusted_price(self) -> float:
        return self.value * self.price_scale_factor


class FineFundamental(CoarseFundamental):
    """LEAN's older name of what is more than price and volume."""

    __slots__ = ()


class Fundamental(FineFundamental):
    """What selectors of `add_universe` get."""

    __slots__ = ()


def fundamentals_of_file(text: bytes, day: date, path: object) -> list[Fundamental]:
    """Read identifier, ticker, close, volume, turnover[, has fundamentals[, price factor, split factor]]."""
    lines = enumerate(text.decode("utf-8-sig", "replace").splitlines(), start=1)
    return [_fundamental(line, day, path, number) for number, line in lines if line]


def _fundamental(line: str, day: date, path: object, number: int) -> Fundamental:
    cells = line.split(",")
    try:
        if len(cells) < _CELLS:
            raise ValueError(f"has {len(cells)} cells instead of {_CELLS} or more")
        row = Fundamental(
            datetime(day.year, day.month, day.day), Symbol(SecurityIdentifier.parse(cells[0]), cells[1])
        )
        row.value = to_float(Decimal(cells[2]))
        row.volume = int(cells[3])
        row.dollar_volume = float(Decimal(cells[4]))
        if len(cells) >= _CELLS_WITH_FACTORS:
            row.price_factor, row.split_factor = (to_float(Decimal(cell)) for cell in cells[6:8])
    except (ValueError, InvalidOperation, DotNetException) as error:
        raise DataFileError(path, number, str(error)) from None
    return row
