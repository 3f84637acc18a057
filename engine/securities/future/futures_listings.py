"""Contracts that are listed at a time. LEAN: Common/Securities/Future/FuturesListings.cs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from engine.common.enums import SecurityType
from engine.common.symbol import Symbol
from engine.securities.future.futures_expiry_functions import futures_expiry_function
from engine.securities.future.futures_expiry_utility_functions import add_months

Cycle = tuple[tuple[int, ...], int]
"""Contract months, and how many of them are listed."""


class FuturesListings:
    """Listed contracts of the products whose options need them."""

    @staticmethod
    def listed_contracts(future_ticker: str, time: datetime) -> list[Symbol] | None:
        """Return the contracts of a product, None for one without an entry."""
        rule = _RULES.get(future_ticker)
        return None if rule is None else rule(time)


def _quarterly(ticker: str, market: str, limit: int) -> Callable[[datetime], list[Symbol]]:
    def listings(time: datetime) -> list[Symbol]:
        expiry = futures_expiry_function(Symbol.create(ticker, SecurityType.FUTURE, market))
        month = datetime(time.year, time.month, 1)
        while expiry(month) < time:
            month = add_months(month, 1)
        quarter = -(-month.month // 3) * 3
        first = add_months(month, quarter - month.month)
        months = [add_months(first, 3 * n) for n in range(limit)]
        return [Symbol.create_future(ticker, market, expiry(each)) for each in months]

    return listings


def _monthly(ticker: str, new_listings_month: int, *cycles: Cycle) -> Callable[[datetime], list[Symbol]]:
    def listings(time: datetime) -> list[Symbol]:
        market = "cbot"
        expiry = futures_expiry_function(Symbol.create(ticker, SecurityType.FUTURE, market))
        first_year = time.year
        renewal = expiry(datetime(time.year, new_listings_month, 1))
        if time <= renewal:
            first_year -= 1
            renewal = expiry(datetime(first_year, new_listings_month, 1))
        found = []
        for cycle, limit in cycles:
            # The first year starts behind the month in which new contracts are listed.
            first = len(cycle) - sum(month > renewal.month for month in cycle)
            for position in range(first, first + limit):
                year, index = divmod(position, len(cycle))
                date = expiry(datetime(first_year + year, cycle[index], 1))
                if date >= time:
                    found.append(Symbol.create_future(ticker, market, date))
        return found

    return listings


_MEAL_AND_OIL: tuple[Cycle, Cycle] = (((1, 3, 5, 8, 9), 15), ((7, 10, 12), 12))
_RULES = {
    "ZB": _quarterly("ZB", "cbot", 3),
    "ZC": _monthly("ZC", 12, ((3, 5, 9), 9), ((7, 12), 8)),
    "ZN": _quarterly("ZT", "cbot", 3),  # LEAN lists the two-year note's contracts here
    "TN": _quarterly("TN", "cbot", 3),
    "ZS": _monthly("ZS", 11, ((1, 3, 5, 8, 9), 15), ((7, 11), 8)),
    "ZM": _monthly("ZM", 12, *_MEAL_AND_OIL),
    "ZL": _monthly("ZL", 12, *_MEAL_AND_OIL),
    "ZT": _quarterly("ZT", "cbot", 3),
    "ZW": _monthly("ZW", 7, ((3, 5, 7, 9, 12), 15)),
    "6A": _quarterly("6A", "cme", 8),
    "6B": _quarterly("6B", "cme", 8),
    "6M": _quarterly("6M", "cme", 8),
    "6J": _quarterly("6J", "cme", 8),
    "6E": _quarterly("6E", "cme", 8),
    "6C": _quarterly("6C", "cme", 8),
}
