"""Small csv tables of a data folder: margins of futures, shares to borrow, interest rates."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from engine.common.errors import DataFileError
from engine.common.text_files import read_text

MarginRow = tuple[date, Decimal, Decimal, Decimal, Decimal]
ShortableRow = tuple[date, int | None, Decimal, Decimal]
_INTRADAY_SHARE = Decimal("0.4")


def margin_rows(path: Path) -> list[MarginRow]:
    """Return (date, initial and maintenance overnight, the same intraday), oldest first; none without a file.

    LEAN: Common/Securities/Future/FutureMarginModel.cs FromCsvFile, MarginRequirementsEntry.cs.
    """
    rows = []
    for number, cells in _rows(path):
        if len(cells) not in (3, 5):
            raise DataFileError(path, number, f"expected 3 or 5 columns, found {len(cells)}")
        amounts = [_amount(cell, path, number) for cell in cells[1:]]
        if min(amounts) < 0:
            raise DataFileError(path, number, "a negative number where none can be")
        # LEAN: intraday margins that are not given are 40% of those overnight
        initial, maintenance, *intraday = (
            amounts if len(amounts) > 2 else amounts + [amount * _INTRADAY_SHARE for amount in amounts]
        )
        rows.append((_day(cells[0], path, number), initial, maintenance, intraday[0], intraday[1]))
    return sorted(rows, key=lambda row: row[0])


def shortable_rows(path: Path) -> list[ShortableRow]:
    """Return (date, quantity that may be sold short, rebate and fee rate as fractions); none without a file.

    LEAN: Common/Data/Shortable/LocalDiskShortableProvider.cs.
    """
    rows = []
    for number, cells in _rows(path, has_header=False):
        if not 2 <= len(cells) <= 4:
            raise DataFileError(path, number, f"expected 2 to 4 columns, found {len(cells)}")
        amounts = [_amount(cell, path, number) if cell.strip() else None for cell in cells[1:]]
        quantity, rebate, fee = [*amounts, None, None][:3]
        rates = [(rate or Decimal(0)) / 100 for rate in (rebate, fee)]
        day = _day(cells[0], path, number)
        rows.append((day, None if quantity is None else int(quantity), rates[0], rates[1]))
    return rows


def interest_rates(path: Path) -> list[tuple[date, Decimal]]:
    """Return (date, rate as a fraction), oldest first; none without a file.

    LEAN: Common/Data/InterestRateProvider.cs FromCsvFile.
    """
    rows = []
    for number, cells in _rows(path):
        if len(cells) != 2:
            raise DataFileError(path, number, f"expected 2 columns, found {len(cells)}")
        rows.append((_day(cells[0], path, number), _amount(cells[1], path, number) / 100))
    return sorted(rows, key=lambda row: row[0])


def _rows(path: Path, has_header: bool = True) -> Iterator[tuple[int, list[str]]]:
    # Rows of a file (behind the header), with their line numbers. A file that is there and tells nothing is damage: without
    # rows LEAN would take no margin, or one percent.
    text = read_text(path)
    if text is None:
        return
    lines = [
        (number, line)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip() and not line.startswith("#")
    ]
    if len(lines) <= has_header:
        raise DataFileError(path, None, "has no row" + " behind its header" * has_header)
    for number, line in lines[has_header:]:
        yield number, line.split(",")


def _day(text: str, path: Path, number: int) -> date:
    try:
        return date.fromisoformat(text)  # with or without dashes
    except ValueError:
        raise DataFileError(path, number, f"{text!r} is not a date") from None


def _amount(text: str, path: Path, number: int) -> Decimal:
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        raise DataFileError(path, number, f"{text!r} is not a number")
    return amount
