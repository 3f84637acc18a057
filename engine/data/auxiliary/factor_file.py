"""Price factors by date. LEAN: Common/Data/Auxiliary/FactorFile.cs, PriceScalingExtensions.cs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

from engine.common.enums import DataMappingMode, DataNormalizationMode
from engine.common.errors import ArgumentException, ArgumentOutOfRangeException
from engine.common.numbers import ONE, ZERO
from engine.common.time import END_OF_TIME

PANAMA_MODES = frozenset(
    {DataNormalizationMode.BACKWARDS_PANAMA_CANAL, DataNormalizationMode.FORWARD_PANAMA_CANAL}
)


class FactorRow(Protocol):
    """What rows of both kinds have."""

    @property
    def date(self) -> datetime: ...


Row = TypeVar("Row", bound=FactorRow)


class FactorFile(Generic[Row]):
    """Rows by date; a row holds up to and including its date."""

    def __init__(self, permtick: str, data: Iterable[Row]) -> None:
        self.permtick = permtick.upper()
        by_date: dict[datetime, list[Row]] = {}
        for row in data:
            by_date.setdefault(row.date, []).append(row)
        self._dates = sorted(by_date)
        self._rows = [by_date[day] for day in self._dates]

    def __iter__(self) -> Iterator[Row]:
        """Return the rows, oldest first."""
        return (row for rows in self._rows for row in rows)

    @property
    def factor_file_minimum_date(self) -> datetime | None:
        """The day before the first row: prices before it cannot be adjusted."""
        return self._dates[0] - timedelta(days=1) if self._dates else None

    @property
    def most_recent_factor_change(self) -> datetime | None:
        """Date of the last row that does not stand for today."""
        return next((day for day in reversed(self._dates) if day != END_OF_TIME), None)

    def get_price_factor(
        self,
        search_date: date,
        data_normalization_mode: DataNormalizationMode,
        data_mapping_mode: DataMappingMode | None = None,
        contract_offset: int = 0,
    ) -> Decimal:
        """Return the factor (panama canal: the addend) of a date; 0 for raw prices, as in LEAN."""
        if data_normalization_mode is DataNormalizationMode.RAW:
            return ZERO
        for rows in self._rows[self._first_at(search_date) :]:
            factor = self._factor(rows, data_normalization_mode, data_mapping_mode, contract_offset)
            if factor is not None:
                return factor
        return ZERO if data_normalization_mode in PANAMA_MODES else ONE

    def get_price_scale(
        self,
        day: date,
        normalization_mode: DataNormalizationMode,
        contract_offset: int = 0,
        data_mapping_mode: DataMappingMode | None = None,
        end_date: date | None = None,
    ) -> Decimal:
        """Return what adjusts the prices of a date; scaled raw ones are adjusted to `end_date`."""
        factor = self.get_price_factor(day, normalization_mode, data_mapping_mode, contract_offset)
        if normalization_mode is not DataNormalizationMode.SCALED_RAW:
            return factor
        if end_date is None:
            raise ArgumentException("ScaledRaw normalization mode requires an end date for price scaling.")
        return factor / self.get_price_factor(
            end_date, normalization_mode, data_mapping_mode, contract_offset
        )

    def _factor(
        self,
        rows: list[Row],
        mode: DataNormalizationMode,
        mapping_mode: DataMappingMode | None,
        contract_offset: int,
    ) -> Decimal | None:
        raise NotImplementedError

    def _first_at(self, day: date) -> int:
        # Index of the first row not before the date.
        return bisect_left(self._dates, datetime(day.year, day.month, day.day))


def unknown_mode(mode: DataNormalizationMode) -> ArgumentOutOfRangeException:
    """Return the error of a normalization that such a file has no factors for."""
    return ArgumentOutOfRangeException(f"{mode.to_string()} cannot be applied here", "dataNormalizationMode")
