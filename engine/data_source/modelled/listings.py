"""Which contracts exist: expiries and strikes listed on a day, without a table of contracts.

Expiries follow the exchange's rules of 2014-2018 (Cboe; from memory where docs/market-data.md says so). A
strike is listed once the index closed near enough to it since the expiry was listed, and stays until expiry.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.data_source.modelled.index_history import IndexHistory, load_index_history
from engine.data_source.modelled.trading_calendar import TradingCalendar, load_trading_calendar

MONDAY, WEDNESDAY, FRIDAY = 0, 2, 4
_QUARTER_MONTHS = (3, 6, 9, 12)


def day_number(year: int, month: int, day: int) -> int:
    """Return days since 1970-01-01."""
    return int((np.datetime64(f"{year:04d}-{month:02d}-{day:02d}", "D")).astype(np.int64))


FIRST_OPTION_DAY = day_number(2014, 1, 3)
_FIRST_WEDNESDAY = day_number(2016, 3, 2)
_FIRST_MONDAY = day_number(2016, 8, 22)


@dataclass(frozen=True, slots=True)
class Expiry:
    """One expiration date of a root; all days are day numbers."""

    day: int
    listed: int
    last_day: int
    """Last session with quotes; before `day` for options that settle at the open."""
    settles_at_open: bool


@dataclass(frozen=True, slots=True)
class Zone:
    """Strikes at multiples of `step` between shares of the index, in an option's last `days` calendar
    days."""

    step: int
    low: float
    high: float
    days: int


@dataclass(frozen=True, slots=True)
class Root:
    """Option root: its strikes are in its own underlying's units, `scale` index points each."""

    name: str
    scale: int
    zones: tuple[Zone, ...]


SPX = Root("SPX", 1, (Zone(5, 0.85, 1.08, 120), Zone(25, 0.5, 1.2, 2000), Zone(100, 0.3, 1.5, 2000)))
SPXW = Root("SPXW", 1, (Zone(5, 0.85, 1.08, 120), Zone(25, 0.6, 1.15, 120)))
SPY = Root("SPY", 10, (Zone(1, 0.75, 1.15, 2000), Zone(5, 0.45, 1.4, 2000)))
ES = Root("ES", 1, (Zone(5, 0.85, 1.08, 120), Zone(25, 0.5, 1.2, 2000)))
ROOTS = {root.name: root for root in (SPX, SPXW, SPY, ES)}


@lru_cache(maxsize=8)
def expiries(root: str) -> dict[int, Expiry]:
    """Return every expiry of a root by its day, in order."""
    return {
        expiry.day: expiry for expiry in sorted(_RULES[root](load_trading_calendar()), key=lambda e: e.day)
    }


def listed_expiries(root: str, day: int) -> list[Expiry]:
    """Return the expiries with quotes on a day."""
    return [expiry for expiry in expiries(root).values() if expiry.listed <= day <= expiry.last_day]


def strikes(root: Root, expiry: Expiry, day: int) -> np.ndarray:
    """Return the strikes listed on a session, ascending."""
    grids = []
    for zone in root.zones:
        window = _window(expiry, zone, day)
        if window is not None:
            low, high = window[0] * zone.low / root.scale, window[1] * zone.high / root.scale
            first, last = int(np.ceil(low / zone.step)), int(np.floor(high / zone.step))
            grids.append(np.arange(first, last + 1, dtype=np.float64) * zone.step)
    return np.unique(np.concatenate(grids)) if grids else np.empty(0)


def is_listed(root: Root, expiry: Expiry, strike: float, day: int) -> bool:
    """Return whether one strike is among `strikes`."""
    if not expiry.listed <= day <= expiry.last_day:
        return False
    for zone in root.zones:
        if strike % zone.step == 0:
            window = _window(expiry, zone, day)
            points = strike * root.scale
            if window is not None and window[0] * zone.low <= points <= window[1] * zone.high:
                return True
    return False


@lru_cache(maxsize=1)
def es_expiries() -> tuple[Expiry, ...]:
    """Return the quarterly expiries of the E-mini S&P 500 future, which settles at the open of its third
    Friday."""
    calendar = load_trading_calendar()
    days = [calendar.on_or_before(day) for month, day in _third_fridays() if month in _QUARTER_MONTHS]
    return tuple(Expiry(day, day - 470, day, settles_at_open=True) for day in days)


@lru_cache(maxsize=1024)
def underlying_future(option_expiry: int) -> Expiry:
    """Return the quarterly future that an ES option delivers: the first one not to expire before it."""
    return next(future for future in es_expiries() if future.day >= option_expiry)


def _window(expiry: Expiry, zone: Zone, day: int) -> tuple[float, float] | None:
    # Lowest and highest close since the zone opened for this expiry.
    start = max(expiry.listed, expiry.day - zone.days)
    history: IndexHistory = load_index_history()
    first = min(int(history.days.searchsorted(start)), len(history.days) - 1)
    last = int(history.days.searchsorted(day, "right"))
    if day < start or last <= first:
        return None
    closes = history.close[first:last]
    return float(closes.min()), float(closes.max())


@lru_cache(maxsize=1)
def _third_fridays() -> list[tuple[int, int]]:
    # (month, day number), from the first option day's month to the last that can be listed in 2018
    found = []
    for year in range(2014, 2022):
        for month in range(1, 13):
            first = day_number(year, month, 1)
            found.append((month, first + (FRIDAY - (first + 3) % 7) % 7 + 14))
    return [(month, day) for month, day in found if day >= FIRST_OPTION_DAY]


def _weekly(weekday: int, first: int, ahead: int, calendar: TradingCalendar) -> list[Expiry]:
    # Cboe: a Monday's weekly on a holiday expires the next session, any other one the session before.
    start = first + (weekday - (first + 3) % 7) % 7
    move = calendar.on_or_after if weekday == MONDAY else calendar.on_or_before
    days = {move(day) for day in range(start, day_number(2019, 6, 28), 7)}
    return [Expiry(day, day - ahead, day, settles_at_open=False) for day in days]


def _monthly(ahead: dict[int, int], at_open: bool, calendar: TradingCalendar) -> list[Expiry]:
    # `ahead`: calendar days before expiry at which the month's options are listed
    found = []
    for month, friday in _third_fridays():
        day = calendar.on_or_before(friday)
        last = calendar.before(day) if at_open else day
        found.append(Expiry(day, day - ahead[month], last, at_open))
    return found


def _spx(calendar: TradingCalendar) -> list[Expiry]:
    ahead = dict.fromkeys(range(1, 13), 125) | dict.fromkeys((1, 3, 9), 400) | dict.fromkeys((6, 12), 1000)
    return _monthly(ahead, True, calendar)


def _spxw(calendar: TradingCalendar) -> list[Expiry]:
    fridays = _weekly(FRIDAY, FIRST_OPTION_DAY, 60, calendar)
    wednesdays = _weekly(WEDNESDAY, _FIRST_WEDNESDAY, 35, calendar)
    mondays = _weekly(MONDAY, _FIRST_MONDAY, 35, calendar)
    return _longest(wednesdays + mondays + fridays)


def _spy(calendar: TradingCalendar) -> list[Expiry]:
    ahead = dict.fromkeys(range(1, 13), 190) | dict.fromkeys((3, 9), 470) | dict.fromkeys((1, 6, 12), 1000)
    return _longest(_weekly(FRIDAY, FIRST_OPTION_DAY, 60, calendar) + _monthly(ahead, False, calendar))


def _es(calendar: TradingCalendar) -> list[Expiry]:
    weekly = {expiry.day: expiry for expiry in _weekly(FRIDAY, FIRST_OPTION_DAY, 75, calendar)}
    quarterly = {
        future.day: Expiry(future.day, future.day - 370, future.day, settles_at_open=True)
        for future in es_expiries()
    }
    return list((weekly | quarterly).values())


def _longest(found: list[Expiry]) -> list[Expiry]:
    # One expiry a day: of two rules that meet on a day, the one that lists earlier.
    best: dict[int, Expiry] = {}
    for expiry in found:
        if expiry.day not in best or expiry.listed < best[expiry.day].listed:
            best[expiry.day] = expiry
    return list(best.values())


_RULES = {"SPX": _spx, "SPXW": _spxw, "SPY": _spy, "ES": _es}
