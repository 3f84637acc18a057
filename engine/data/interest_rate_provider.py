"""The risk free rate of a date (LEAN: Common/Data/InterestRateProvider.cs)."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.data_source.source import DataSource


class InterestRateProvider:
    """Rates of the data source; a date before the first one has the first one's."""

    DEFAULT_RISK_FREE_RATE = Decimal("0.01")

    source: DataSource | None = None
    """Where rates come from if nothing else is said; a run sets it."""

    def __init__(self, source: DataSource | None = None) -> None:
        self._source = source or InterestRateProvider.source
        self._days: list[date] | None = None
        self._rates: list[Decimal] = []

    def get_interest_rate_decimal(self, moment: date) -> Decimal:
        """Return the rate known on a date, as a fraction."""
        if self._days is None:
            rows = [] if self._source is None else self._source.interest_rates()
            self._days, self._rates = [day for day, _ in rows], [rate for _, rate in rows]
        if not self._days:
            return self.DEFAULT_RISK_FREE_RATE
        day = moment.date() if isinstance(moment, datetime) else moment
        return self._rates[max(bisect_right(self._days, day) - 1, 0)]

    def get_interest_rate(self, date: date) -> float:
        return float(self.get_interest_rate_decimal(date))

    def get_average_risk_free_rate(self, dates: Iterable[date]) -> float:
        """Return the mean of the rates of dates."""
        rates = [self.get_interest_rate_decimal(day) for day in dates]
        return float(sum(rates) / len(rates)) if rates else 0.0
