"""The tickers (or contracts) a security had over time. LEAN: MapFile.cs, MapFileRow.cs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from engine.common.enums import DataMappingMode
from engine.common.errors import DataFileError
from engine.common.time import BEGINNING_OF_TIME, END_OF_TIME, parse_day


@dataclass(frozen=True, slots=True)
class MapFileRow:
    """Up to and including `date` the security was known as `mapped_symbol`."""

    date: datetime
    mapped_symbol: str
    primary_exchange: str = ""
    data_mapping_mode: DataMappingMode | None = None


class MapFile:
    """Rows in order of date; a file without rows knows every date and no other ticker."""

    __slots__ = ("_rows", "delisting_date", "first_date", "first_ticker", "permtick")

    def __init__(self, permtick: str, data: Iterable[MapFileRow] = ()) -> None:
        self.permtick = permtick.upper()
        self._rows = sorted(dict.fromkeys(data), key=lambda row: row.date)
        self.first_date = self._rows[0].date if self._rows else BEGINNING_OF_TIME
        self.delisting_date = self._rows[-1].date if self._rows else END_OF_TIME
        self.first_ticker = _without_number(self.get_mapped_symbol(self.first_date, self.permtick))

    @classmethod
    def parse(cls, permtick: str, text: str, path: object) -> MapFile:
        """Read the rows of a file: date,ticker[,exchange[,mapping mode]]; unknown modes are skipped."""
        rows = []
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip():
                continue
            try:
                row = _parse_row(line.split(","))
            except (ValueError, IndexError) as error:
                raise DataFileError(path, number, f"it is no row of a map file ({error})") from None
            if row is not None:
                rows.append(row)
        return cls(permtick, rows)

    def get_mapped_symbol(
        self,
        search_date: date,
        default_return_value: str = "",
        data_mapping_mode: DataMappingMode | None = None,
    ) -> str:
        """Return the ticker of a date: that of the first row (of the mode) not before it."""
        moment = _midnight(search_date)
        for row in self._rows:
            if row.date >= moment and row.data_mapping_mode in (None, data_mapping_mode):
                return row.mapped_symbol
        return default_return_value

    def last_dates(self, data_mapping_mode: DataMappingMode | None = None) -> list[datetime]:
        """Return the last date of each ticker (of the mode), oldest first."""
        return [row.date for row in self._rows if row.data_mapping_mode in (None, data_mapping_mode)]

    def has_data(self, day: date) -> bool:
        """Return whether the security traded on the date, as far as the file knows."""
        return not self._rows or self.first_date <= _midnight(day) <= self.delisting_date

    def __iter__(self) -> Iterator[MapFileRow]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)


def _parse_row(cells: list[str]) -> MapFileRow | None:
    if not 2 <= len(cells) <= 4 or not cells[1].strip():
        raise ValueError("date, ticker, exchange and mapping mode were expected")
    mode = None
    if len(cells) >= 4 and cells[3]:
        mode = _MODES.get(cells[3].strip().lower())
        if mode is None:
            return None
    return MapFileRow(
        parse_day(cells[0]),
        cells[1].upper(),
        cells[2] if len(cells) >= 3 else "",
        mode,
    )


_MODES = {str(int(mode)): mode for mode in DataMappingMode} | {
    mode.to_string().lower(): mode for mode in DataMappingMode
}


def _without_number(ticker: str) -> str:
    # A ticker that was used twice is filed as AAA.1; the id bears AAA.
    root, dot, number = ticker.rpartition(".")
    return root if dot and root and number.isdigit() else ticker


def _midnight(day: date) -> datetime:
    return day if isinstance(day, datetime) else datetime(day.year, day.month, day.day)
