"""Equities by the numbers that registrars give them.

LEAN: Common/Securities/SecurityDefinitionSymbolResolver.cs, SecurityDefinition.cs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from engine.common.errors import DataFileError
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol

if TYPE_CHECKING:
    from engine.data_source.source import DataSource

_NAMES = ("cusip", "composite_figi", "sedol", "isin")


@dataclass(frozen=True, slots=True)
class SecurityDefinition:
    """A row of symbol-properties/security-database.csv; what a row leaves blank is None."""

    security_identifier: SecurityIdentifier
    cusip: str | None
    composite_figi: str | None
    sedol: str | None
    isin: str | None
    cik: int | None


class SecurityDefinitionSymbolResolver:
    """Both ways: from a symbol to its numbers, from a number to the symbol of a day."""

    source: ClassVar[DataSource | None] = None
    """Where rows come from; a run sets it."""

    @classmethod
    def number_of(cls, symbol: Symbol, name: str) -> Any:
        """Return a number of a symbol by LEAN's name of it, None where no row has it."""
        found = next((row for row in cls._rows() if row.security_identifier == symbol.id), None)
        return None if found is None else getattr(found, name)

    @classmethod
    def symbols_of(cls, name: str, number: Any, day: date) -> list[Symbol]:
        """Return the symbols with a number, under the tickers of a day."""
        if isinstance(number, str):
            same: Callable[[Any], bool] = lambda known: (known or "").lower() == number.lower()  # noqa: E731
        else:
            same = lambda known: known is not None and known == number  # noqa: E731
        rows = [row for row in cls._rows() if number and same(getattr(row, name))]
        return [symbol for row in rows if (symbol := cls._symbol(row.security_identifier, day)) is not None]

    @classmethod
    def _rows(cls) -> list[SecurityDefinition]:
        return [] if cls.source is None else cls.source.security_definitions()

    @classmethod
    def _symbol(cls, sid: SecurityIdentifier, day: date) -> Symbol | None:
        symbol = Symbol(sid, sid.symbol)
        assert cls.source is not None
        tickers = cls.source.map_file_of(symbol)
        if tickers is None:
            return None
        return Symbol(sid, tickers.get_mapped_symbol(day, symbol.value))


def security_definitions_of_file(text: bytes, path: Path) -> list[SecurityDefinition]:
    """Read identifier, CUSIP, FIGI, SEDOL, ISIN[, CIK]."""
    lines = enumerate(text.decode("utf-8-sig").splitlines(), start=1)
    return [_definition(line, path, n) for n, line in lines if line.strip() and not line.startswith("#")]


def _definition(line: str, path: Path, number: int) -> SecurityDefinition:
    cells = [cell.strip() or None for cell in line.split(",")]
    try:
        if len(cells) < len(_NAMES) + 1 or cells[0] is None:
            raise ValueError(f"has {len(cells)} cells instead of {len(_NAMES) + 1} or more")
        cik = cells[5] if len(cells) > 5 else None
        sid = SecurityIdentifier.parse(cells[0])
        return SecurityDefinition(sid, *cells[1:5], None if cik is None else int(cik))  # type: ignore[arg-type]
    except ValueError as error:
        raise DataFileError(path, number, str(error)) from None
