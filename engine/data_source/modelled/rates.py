"""Interest rates and the dividend yield that modelled prices are carried with."""

from __future__ import annotations

from bisect import bisect_right
from datetime import date
from decimal import Decimal

PRIMARY_CREDIT = (
    ("2003-01-09", "2.25"), ("2003-06-26", "2.00"), ("2004-07-01", "2.25"), ("2004-08-11", "2.50"),
    ("2004-09-22", "2.75"), ("2004-11-12", "3.00"), ("2004-12-15", "3.25"), ("2005-02-03", "3.50"),
    ("2005-03-23", "3.75"), ("2005-05-04", "4.00"), ("2005-07-01", "4.25"), ("2005-08-10", "4.50"),
    ("2005-09-21", "4.75"), ("2005-11-02", "5.00"), ("2005-12-14", "5.25"), ("2006-02-01", "5.50"),
    ("2006-03-29", "5.75"), ("2006-05-11", "6.00"), ("2006-06-30", "6.25"), ("2007-08-20", "5.75"),
    ("2007-09-19", "5.25"), ("2007-11-01", "5.00"), ("2007-12-12", "4.75"), ("2008-01-23", "4.00"),
    ("2008-01-31", "3.50"), ("2008-03-19", "2.50"), ("2008-05-01", "2.25"), ("2008-10-09", "1.75"),
    ("2008-10-30", "1.25"), ("2008-12-17", "0.50"), ("2010-02-19", "0.75"), ("2015-12-17", "1.00"),
    ("2016-12-15", "1.25"), ("2017-03-16", "1.50"), ("2017-06-15", "1.75"), ("2017-12-14", "2.00"),
    ("2018-03-22", "2.25"), ("2018-06-14", "2.50"), ("2018-09-27", "2.75"), ("2018-12-20", "3.00"),
    ("2019-08-01", "2.75"), ("2019-09-19", "2.50"), ("2019-10-31", "2.25"), ("2020-03-04", "1.75"),
    ("2020-03-16", "0.25"), ("2022-03-17", "0.50"), ("2022-05-05", "1.00"), ("2022-06-16", "1.75"),
    ("2022-07-28", "2.50"), ("2022-09-22", "3.25"), ("2022-11-03", "4.00"), ("2022-12-15", "4.5"),
    ("2023-02-02", "4.75"), ("2023-03-23", "5"), ("2023-05-04", "5.25"), ("2023-07-27", "5.5"),
)  # fmt: skip
"""The Federal Reserve's primary credit rate in percent, from the day it holds (FRED series PCREDIT8): the
rate that LEAN's interest-rate.csv carries and its statistics use."""

_OVER_FED_FUNDS = 0.005
"""Primary credit stood half a point above the upper bound of the federal funds target throughout
2010-2018."""

DIVIDEND_YIELD = 0.020
"""Continuous yield of the index, measured on put-call parity of SPX chains of 2019 (1.97%)."""

_DAYS = [date.fromisoformat(text).toordinal() for text, _ in PRIMARY_CREDIT]
_EPOCH = date(1970, 1, 1).toordinal()


def interest_rates() -> list[tuple[date, Decimal]]:
    """Return (date, rate as a fraction), oldest first."""
    return [(date.fromisoformat(text), Decimal(percent) / 100) for text, percent in PRIMARY_CREDIT]


def interest_rate_text() -> str:
    """Return LEAN's interest-rate.csv: percent from a date on."""
    return "DATE,PCREDIT8\n" + "".join(f"{day},{percent}\n" for day, percent in PRIMARY_CREDIT)


def pricing_rate(day: int) -> float:
    """Return the short rate, a fraction, on a day number."""
    row = max(bisect_right(_DAYS, day + _EPOCH) - 1, 0)
    return float(PRIMARY_CREDIT[row][1]) / 100 - _OVER_FED_FUNDS
