"""One row of a chain universe file: a contract as of the end of a day, or the underlying.

LEAN: Common/Data/UniverseSelection/BaseChainUniverseData.cs, OptionUniverse.cs, FutureUniverse.cs.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal, InvalidOperation
from math import isfinite, nan
from typing import TYPE_CHECKING, Any

from engine.common.errors import DataFileError, InvalidOperationException
from engine.common.numbers import ZERO, to_float
from engine.data.base_data import BaseData, unknown_member
from engine.data.daily_data import DailyData
from engine.data.market.greeks import Greeks

if TYPE_CHECKING:
    from engine.common.enums import OptionRight
    from engine.common.security_identifier import SecurityIdentifier
    from engine.common.symbol import Symbol
    from engine.data.universe_selection.universe_rows import UniverseRows

_NAN = Decimal("NaN")
_DAYS_PER_YEAR = 365
_OPEN, _HIGH, _LOW, _CLOSE, _VOLUME, OPEN_INTEREST, IMPLIED_VOLATILITY = range(7)
DELTA, GAMMA, VEGA, THETA, RHO = range(7, 12)


class BaseChainUniverseData(DailyData):
    """A view of one row; symbol and numbers are made when read."""

    __slots__ = ("_cells", "_row", "_rows")

    def __init__(self, rows: UniverseRows, row: int) -> None:
        self._rows = rows
        self._row = row
        self.is_fill_forward = False

    def __getattr__(self, name: str) -> Any:
        # Reached only for a slot that was not filled yet.
        if name == "symbol":
            value: Any = self._rows.symbol_of_row(self._row)
        elif name == "time":
            value = self._rows.time
        elif name == "_cells":
            value = self._rows.numbers_of_row(self._row)
        else:
            raise unknown_member(self, name)
        setattr(self, name, value)
        return value

    def _number(self, column: int) -> Decimal:
        if column >= len(self._cells):
            return ZERO
        if not self._cells[column]:
            if column <= _CLOSE and not self._rows.is_underlying(self._row):
                raise self._problem("a price is missing")
            return ZERO
        try:
            value = Decimal(self._cells[column])
        except InvalidOperation:
            value = _NAN
        if not value.is_finite():
            raise self._problem(f"{self._cells[column]!r} is not a number")
        return value

    def _float(self, column: int) -> float:
        return to_float(self._number(column))

    def number(self, column: int) -> float:
        """Return one number as the filters compare it, without reading the rest of the row."""
        cell = self._rows.cell_of_row(self._row, column)
        try:
            value = float(cell) if cell else 0.0
        except ValueError:
            value = nan
        if not isfinite(value):
            raise self._problem(f"{cell!r} is not a number")
        return value

    def _problem(self, problem: str) -> DataFileError:
        return DataFileError(self._rows.path, self._rows.line_number(self._row), problem)

    @property
    def data(self) -> list[Any]:
        """The rows of the whole file."""
        return self._rows.rows

    @property
    def underlying(self) -> BaseData | None:
        return self._rows.underlying

    @property
    def id(self) -> SecurityIdentifier:
        return self.symbol.id

    @property
    def value(self) -> float:
        return self.close

    @property
    def price(self) -> float:
        return self.close

    @property
    def open(self) -> float:
        return self._float(_OPEN)

    @property
    def high(self) -> float:
        return self._float(_HIGH)

    @property
    def low(self) -> float:
        return self._float(_LOW)

    @property
    def close(self) -> float:
        return self._float(_CLOSE)

    @property
    def close_decimal(self) -> Decimal:
        return self._number(_CLOSE)

    @property
    def volume(self) -> float:
        return self._float(_VOLUME)

    @property
    def open_interest(self) -> float:
        return self._float(OPEN_INTEREST)

    def to_symbol(self) -> Symbol:
        return self.symbol


class OptionUniverse(BaseChainUniverseData):
    """An option, or the underlying of the options."""

    __slots__ = ()

    @property
    def expiry(self) -> datetime:
        """Expiry as the file has it; cheaper than the symbol's."""
        return self._rows.expiry_of_row(self._row)

    @property
    def strike(self) -> Decimal:
        """Strike as the file has it; cheaper than the symbol's."""
        return self._rows.strike_of_row(self._row)

    @property
    def right(self) -> OptionRight:
        """Right as the file has it; cheaper than the symbol's."""
        return self._rows.right_of_row(self._row)

    @property
    def open_interest(self) -> float:
        self._require_option("OpenInterest")
        return self._float(OPEN_INTEREST)

    @property
    def implied_volatility(self) -> float:
        self._require_option("ImpliedVolatility")
        return self._float(IMPLIED_VOLATILITY)

    @property
    def greeks(self) -> Greeks:
        self._require_option("Greeks")
        theta = to_float(self._number(THETA) * _DAYS_PER_YEAR)
        delta, gamma, vega, rho = (self._float(column) for column in (DELTA, GAMMA, VEGA, RHO))
        return Greeks(delta, gamma, vega, theta, rho)

    def _require_option(self, member: str) -> None:
        if self._rows.is_underlying(self._row):
            raise InvalidOperationException(f"{member} is only available for options.")


class FutureUniverse(BaseChainUniverseData):
    """A future."""

    __slots__ = ()
