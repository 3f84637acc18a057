"""Splits and dividends of an equity. LEAN: CorporateFactorProvider.cs, CorporateFactorRow.cs."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from engine.common.enums import DataMappingMode, DataNormalizationMode, SplitType
from engine.common.errors import DataFileError, InvalidOperationException
from engine.common.numbers import ONE, ZERO
from engine.common.time import parse_day
from engine.data.auxiliary.factor_file import FactorFile, unknown_mode

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.data.market.dividend import Dividend
    from engine.data.market.split import Split
    from engine.securities.security_exchange_hours import SecurityExchangeHours

_SPLIT_MODES = frozenset({DataNormalizationMode.TOTAL_RETURN, DataNormalizationMode.SPLIT_ADJUSTED})
_ALL_MODES = frozenset({DataNormalizationMode.ADJUSTED, DataNormalizationMode.SCALED_RAW})


class CorporateFactorRow:
    """Factors that adjust prices up to `date`; the reference price is that day's raw close."""

    __slots__ = ("date", "price_factor", "price_scale_factor", "reference_price", "split_factor")

    def __init__(
        self, date: datetime, price_factor: Decimal, split_factor: Decimal, reference_price: Decimal = ZERO
    ) -> None:
        self.date = date
        self.price_factor = price_factor
        self.split_factor = split_factor
        self.reference_price = reference_price
        self.price_scale_factor = price_factor * split_factor

    def get_dividend(
        self, following: CorporateFactorRow, symbol: Symbol, hours: SecurityExchangeHours, places: int = 2
    ) -> Dividend:
        """Return the dividend between this row and the following one; its distribution may be 0."""
        from engine.data.market.dividend import Dividend

        self._require(following.price_factor, "dividend", "Price factor", symbol)
        ratio = self.price_factor / following.price_factor
        ex_date = hours.get_next_trading_day(self.date)
        return Dividend.create(symbol, ex_date, self.reference_price, ratio, places)

    def get_split(self, following: CorporateFactorRow, symbol: Symbol, hours: SecurityExchangeHours) -> Split:
        """Return the split between this row and the following one; its factor may be 1."""
        from engine.data.market.split import Split

        self._require(following.split_factor, "split", "Split factor", symbol)
        factor = self.split_factor / following.split_factor
        ex_date = hours.get_next_trading_day(self.date)
        return Split(symbol, ex_date, self.reference_price, factor, SplitType.SPLIT_OCCURRED)

    def _require(self, factor: Decimal, event: str, name: str, symbol: Symbol) -> None:
        if not factor:
            raise InvalidOperationException(
                f"Unable to resolve {event} for '{symbol.id}' at {self.date:%Y-%m-%d}. {name} is zero."
            )


class CorporateFactorProvider(FactorFile[CorporateFactorRow]):
    """Factors of an equity; splits and dividends are where they change from one row to the next."""

    @classmethod
    def parse(cls, permtick: str, text: str, path: object) -> CorporateFactorProvider:
        """Read the rows of a file: date,price factor,split factor[,reference price].

        Factors that lost their digits ("inf", "1.6e+6") and rows of factor zero are skipped, as in LEAN.
        """
        rows = []
        for line in dict.fromkeys(text.splitlines()):
            if not line.strip() or "inf" in line or "e+" in line:
                continue
            try:
                row = _parse_row(line.split(","))
            except (ValueError, IndexError, InvalidOperation):
                number = text.splitlines().index(line) + 1
                raise DataFileError(path, number, f"it is no row of a factor file: {line}") from None
            if row.price_scale_factor > 0:
                rows.append(row)
        return cls(permtick, rows)

    def get_scaling_factors(self, search_date: date) -> CorporateFactorRow:
        """Return the row that holds on a date; factors of 1 after the last one."""
        index = self._first_at(search_date)
        if index < len(self._rows):
            return self._rows[index][0]
        return CorporateFactorRow(datetime(search_date.year, search_date.month, search_date.day), ONE, ONE)

    def has_dividend_event_on_next_trading_day(self, day: date) -> tuple[Decimal, Decimal] | None:
        """Return (price factor ratio, reference price) if the next trading day is an ex-dividend date."""
        pair = self._row_and_next(day)
        if pair is None or pair[0].price_factor == pair[1].price_factor:
            return None
        return pair[0].price_factor / pair[1].price_factor, pair[0].reference_price

    def has_split_event_on_next_trading_day(self, day: date) -> tuple[Decimal, Decimal] | None:
        """Return (split factor, reference price) if the shares are split on the next trading day."""
        pair = self._row_and_next(day)
        if pair is None or pair[0].split_factor == pair[1].split_factor:
            return None
        return pair[0].split_factor / pair[1].split_factor, pair[0].reference_price

    def get_splits_and_dividends(
        self, symbol: Symbol, hours: SecurityExchangeHours, decimal_places: int = 2
    ) -> list[Dividend | Split]:
        """Return every dividend and split the rows tell of, oldest first."""
        events: list[Dividend | Split] = []
        for index in range(len(self._rows) - 2, -1, -1):
            row, following = self._rows[index][0], self._rows[index + 1][0]
            dividend = row.get_dividend(following, symbol, hours, decimal_places)
            if dividend.distribution_decimal:
                events.append(dividend)
            split = row.get_split(following, symbol, hours)
            if split.split_factor_decimal != 1:
                events.append(split)
        return sorted(events, key=lambda event: event.time)

    def _factor(
        self,
        rows: list[CorporateFactorRow],
        mode: DataNormalizationMode,
        mapping_mode: DataMappingMode | None,
        contract_offset: int,
    ) -> Decimal | None:
        if mode in _ALL_MODES:
            return rows[0].price_scale_factor
        if mode in _SPLIT_MODES:
            return rows[0].split_factor
        raise unknown_mode(mode)

    def _row_and_next(self, day: date) -> tuple[CorporateFactorRow, CorporateFactorRow] | None:
        index = self._first_at(day)
        if index >= len(self._dates) - 1 or self._dates[index] != datetime(day.year, day.month, day.day):
            return None
        return self._rows[index][0], self._rows[index + 1][0]


def _parse_row(cells: list[str]) -> CorporateFactorRow:
    if not 3 <= len(cells) <= 4 or not all(Decimal(cell) >= 0 for cell in cells[1:]):
        raise ValueError("date, price factor, split factor and reference price were expected")
    return CorporateFactorRow(
        parse_day(cells[0]),
        Decimal(cells[1]),
        Decimal(cells[2]),
        Decimal(cells[3]) if len(cells) > 3 else ZERO,
    )
