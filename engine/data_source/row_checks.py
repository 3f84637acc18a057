"""What no row of a bar file may hold: such a row is named, because LEAN would read a price of 0 or another day."""

from __future__ import annotations

import numpy as np

from engine.common.errors import DataFileError
from engine.data_source.csv_numbers import Numbers

_SIDE = 4
"""Prices of a side of a quote; where all of them are blank there is no such quote."""


def refuse_blanks(numbers: Numbers, prices: list[int], is_quote: bool, path: object) -> None:
    """Raise if a row lacks its time or a price; `prices` are columns, of a quote the bid's and then the ask's."""
    blank = numbers.blank
    if blank is None:
        return
    _refuse(blank[:, 0], "the time is missing", path)
    missing = blank[:, prices]
    if is_quote:
        sides = missing.reshape(len(missing), -1, _SIDE)
        missing = sides.any(axis=2) & ~sides.all(axis=2)
    _refuse(missing.any(axis=1), "a price is missing", path)


def refuse_negative(numbers: Numbers, allowed: list[int], path: object) -> None:
    """Raise if a row has a negative number in another than the allowed columns."""
    negative = numbers.digits < 0
    if negative.any():
        negative[:, allowed] = False
        _refuse(negative.any(axis=1), "a negative number where none can be", path)


def check_calendar_form(text: bytes, path: object) -> None:
    """Raise if a row does not begin with a time of LEAN's form; milliseconds would be read as a date of long ago."""
    if text.count(b":") != text.count(b"\n") + (not text.endswith(b"\n")):
        for number, line in enumerate(text.splitlines(), start=1):
            if line.count(b":") != 1:
                raise DataFileError(path, number, "does not start with a time like 20131007 00:00")


def check_calendar_times(times: np.ndarray, path: object) -> None:
    """Raise if one of the numbers yyyyMMddHHmm is no moment."""
    _refuse(~are_moments(times.astype(np.int64)), "does not start with a time like 20131007 00:00", path)


def are_moments(times: np.ndarray) -> np.ndarray:
    """Tell which of the numbers yyyyMMddHHmm (int64) are moments of the calendar."""
    days, clock = np.divmod(times, 10_000)
    months, day = np.divmod(days, 100)
    years, month = np.divmod(months, 100)
    plausible = (years >= 1000) & (years <= 9999) & (month >= 1) & (month <= 12) & (day >= 1) & (day <= 31)
    first = (np.where(plausible, years, 1970) - 1970) * 12 + np.where(plausible, month, 1) - 1
    here = first.astype("datetime64[M]")
    in_month = (here.astype("datetime64[D]") + np.where(plausible, day, 1) - 1).astype(
        "datetime64[M]"
    ) == here
    return plausible & in_month & (clock // 100 < 24) & (clock % 100 < 60)


def _refuse(bad: np.ndarray, problem: str, path: object) -> None:
    if bad.any():
        raise DataFileError(path, int(np.flatnonzero(bad)[0]) + 1, problem)
