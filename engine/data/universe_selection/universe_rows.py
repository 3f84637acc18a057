"""A chain universe file: the contracts of a canonical option or future at the end of one day.

LEAN: the readers of Common/Data/UniverseSelection/OptionUniverse.cs and FutureUniverse.cs.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from engine.common.enums import OptionRight, OptionStyle, SecurityType
from engine.common.errors import DataFileError
from engine.common.symbol import Symbol
from engine.common.text_files import decoded
from engine.data.market.universe_data import FutureUniverse, OptionUniverse

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_RIGHTS = {"C": OptionRight.CALL, "P": OptionRight.PUT}
_FIRST_NUMBER = 3
"""Cells before the numbers of an option's row: expiry, strike, right."""
_LARGE_STRIKE = 100_000
"""From here on a strike has more digits in a symbol's text than the others, and sorts before them."""


class _ListedSymbols:
    """The symbols made of a chain's newest file and the one read before: most contracts are in both."""

    __slots__ = ("_before", "_day", "_made")

    of_chain: ClassVar[dict[Symbol, _ListedSymbols]] = {}

    def __init__(self) -> None:
        self._day: date | None = None
        self._made: dict[str, Symbol] = {}
        self._before: dict[str, Symbol] = {}

    @classmethod
    def on(cls, canonical: Symbol, day: date) -> _ListedSymbols:
        """Return those of a chain for the file of a day."""
        symbols = cls.of_chain.get(canonical)
        if symbols is None:
            symbols = cls.of_chain[canonical] = cls()
        if symbols._day != day:
            symbols._day = day
            symbols._before, symbols._made = symbols._made, {}
        return symbols

    def named(self, name: str, make: Callable[[], Symbol]) -> Symbol:
        """Return the symbol of a row by the cells that name it."""
        symbol = self._made.get(name)
        if symbol is None:
            symbol = self._made[name] = self._before.get(name) or make()
        return symbol


class ListedOption(NamedTuple):
    """An option's row with its terms as the file has them, for which no symbol is made."""

    rows: UniverseRows
    position: int
    expiry: datetime
    right: OptionRight
    strike: float

    @property
    def row(self) -> OptionUniverse:
        """Return the row as LEAN's object."""
        return OptionUniverse(self.rows, self.position)


class UniverseRows:
    """Rows in the order of the file; nothing of a row is read before somebody asks.

    Parameters
    ----------
    lines : (line number, text) of every row of the file behind the header
    """

    __slots__ = (
        "_by_terms",
        "_canonical",
        "_is_future",
        "_lines",
        "_symbols",
        "path",
        "rows",
        "time",
        "underlying",
    )

    def __init__(self, canonical: Symbol, day: date, lines: Sequence[tuple[int, str]], path: object) -> None:
        self._begin(canonical, day, path)
        self._lines = lines
        self.underlying: OptionUniverse | None = None
        self.rows: list[Any] = []
        """One OptionUniverse or FutureUniverse per contract."""
        kind: Any = FutureUniverse if self._is_future else OptionUniverse
        is_future = self._is_future
        for row, (_, line) in enumerate(lines):
            if is_future or line[0].isdigit():
                self.rows.append(kind(self, row))
            else:
                self.underlying = kind(self, row)

    def _begin(self, canonical: Symbol, day: date, path: object) -> None:
        self._canonical = canonical
        self._is_future = canonical.security_type == SecurityType.FUTURE
        self._symbols = _ListedSymbols.on(canonical, day)
        self.path = path
        self.time = datetime(day.year, day.month, day.day)
        self._by_terms: dict[Any, Any] | None = None

    @classmethod
    def parse(cls, text: bytes, canonical: Symbol, day: date, path: object) -> UniverseRows:
        """Return the rows of a file's content.

        Raises
        ------
        DataFileError
            If a row does not have the columns of the header; of a future's row the open interest may be missing.
        """
        numbered = [
            (number, line)
            for number, line in enumerate(decoded(text, path).splitlines(), start=1)
            if line.strip()
        ]
        lines = [pair for pair in numbered if pair[1][0] != "#"]
        _require_columns(numbered, canonical.security_type == SecurityType.FUTURE, path)
        return cls(canonical, day, lines, path)

    def __len__(self) -> int:
        return len(self.rows)

    def is_underlying(self, row: int) -> bool:
        """Tell whether a row is of the underlying: it has no expiry."""
        return not self._is_future and not self._lines[row][1][0].isdigit()

    def listed_from(self, day: date) -> list[ListedOption]:
        """Return the options that expire on `day` or later in the order of their symbols' text, each contract once."""
        dates: dict[str, datetime] = {}
        found: dict[tuple[str, str, float], ListedOption] = {}
        for option in self.rows:
            row = option._row
            cells = self._lines[row][1].split(",", _FIRST_NUMBER)
            text, right = cells[0][:8], _RIGHTS.get(cells[2] if len(cells) > _FIRST_NUMBER else "")
            expiry = dates.get(text)
            if expiry is None:
                expiry = dates[text] = self.expiry_of_row(row)
            if right is None:
                right = self._right_of(row, cells)
            if expiry.date() >= day:
                strike = self._strike_of(row, cells[1])
                found[text, right.name, strike] = ListedOption(self, row, expiry, right, strike)
        if any(strike >= _LARGE_STRIKE for _, _, strike in found):
            return sorted(found.values(), key=lambda listed: listed.row.symbol.value.upper())
        return [found[key] for key in sorted(found)]

    def row_of(self, symbol: Symbol) -> Any:
        """Return the row of a contract of this chain, None where it is not listed."""
        if self._by_terms is None:
            self._by_terms = {self._terms_of(row): row for row in self.rows}
        terms = symbol.id
        key = symbol if self._is_future else (terms.date, terms.option_right, terms.strike_price_decimal)
        return self._by_terms.get(key)

    def _terms_of(self, row: Any) -> Any:
        return row.symbol if self._is_future else (row.expiry, row.right, row.strike)

    def line_number(self, row: int) -> int:
        """Return the line of the file, 1-based."""
        return self._lines[row][0]

    def numbers_of_row(self, row: int) -> list[str]:
        """Return the cells from the open price on."""
        return self._lines[row][1].split(",")[1 if self._is_future else _FIRST_NUMBER :]

    def cell_of_row(self, row: int, column: int) -> str:
        """Return one of the numbers; blank where the file has none."""
        cells = self.numbers_of_row(row)
        return cells[column] if column < len(cells) else ""

    def expiry_of_row(self, row: int) -> datetime:
        """Return the expiry of an option's row."""
        return self._date(row, self._lines[row][1][:8])

    def strike_of_row(self, row: int) -> Decimal:
        """Return the strike of an option's row."""
        cell = self._lines[row][1].split(",", 2)[1]
        try:
            return Decimal(cell)
        except InvalidOperation:
            raise self._error(row, f"{cell!r} is not a strike") from None

    def _strike_of(self, row: int, cell: str) -> float:
        try:
            return float(cell)
        except ValueError:
            return float(self.strike_of_row(row))

    def right_of_row(self, row: int) -> OptionRight:
        """Return the right of an option's row."""
        return self._right_of(row, self._lines[row][1].split(",", _FIRST_NUMBER))

    def _right_of(self, row: int, cells: list[str]) -> OptionRight:
        if len(cells) <= _FIRST_NUMBER:
            raise self._error(row, "is not expiry, strike, right (C or P) and prices")
        cell = cells[2].upper()
        if cell not in _RIGHTS:
            raise self._error(row, f"{cell!r} is neither C nor P")
        return _RIGHTS[cell]

    def symbol_of_row(self, row: int) -> Symbol:
        """Return the contract of a row."""
        if self.is_underlying(row):
            return self._canonical.underlying
        cells = self._lines[row][1].split(",", _FIRST_NUMBER)
        if not self._is_future:
            self._right_of(row, cells)
        return self._symbol_named(row, cells[0] if self._is_future else ",".join(cells[:_FIRST_NUMBER]))

    def _symbol_named(self, row: int, name: str) -> Symbol:
        return self._symbols.named(
            name, lambda: self._future(row, name) if self._is_future else self._option(row)
        )

    def _option(self, row: int) -> Symbol:
        canonical = self._canonical
        is_index = canonical.security_type == SecurityType.INDEX_OPTION
        return Symbol.create_option(
            canonical.underlying,
            canonical.id.symbol if is_index else None,
            canonical.id.market,
            OptionStyle.EUROPEAN if is_index else OptionStyle.AMERICAN,
            self.right_of_row(row),
            self.strike_of_row(row),
            self.expiry_of_row(row),
        )

    def _future(self, row: int, month: str) -> Symbol:
        from engine.securities.future.futures_expiry_utility_functions import (
            get_future_expiration_from_contract_month,
        )

        canonical = self._canonical
        first = self._date(row, f"{month}01")
        expiry = get_future_expiration_from_contract_month(canonical, first)
        return Symbol.create_future(canonical.id.symbol, canonical.id.market, expiry)

    def _date(self, row: int, text: str) -> datetime:
        try:
            return datetime(int(text[:4]), int(text[4:6]), int(text[6:8]))
        except ValueError:
            raise self._error(row, f"{text!r} is not a date") from None

    def _error(self, row: int, problem: str) -> DataFileError:
        return DataFileError(self.path, self.line_number(row), problem)


def _require_columns(lines: list[tuple[int, str]], is_future: bool, path: object) -> None:
    # the first line with columns, which is the header where there is one, says how many
    wanted = next((found for _, line in lines if (found := line.count(","))), 0)
    for number, line in lines:
        found = line.count(",")
        # one future file of LEAN's own sample data has rows that end before the open interest
        if found != wanted and line[0] != "#" and not (is_future and found == wanted - 1):
            raise DataFileError(path, number, f"expected {wanted + 1} columns, found {found + 1}")
