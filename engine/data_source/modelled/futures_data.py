"""What goes with the E-mini S&P 500 future: margins, which contract is the front one, how busy it is."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from engine.data_source.modelled.listings import Expiry, es_expiries

_MARGINS = (
    ("2013-10-15", 4510, 4100), ("2014-01-29", 4758, 4325), ("2014-07-25", 5060, 4600),
    ("2016-01-29", 5225, 4750), ("2016-04-08", 4950, 4500), ("2016-05-06", 4620, 4200),
    ("2016-09-30", 4950, 4500), ("2016-11-03", 5225, 4750), ("2017-02-24", 5500, 5000),
    ("2017-05-12", 5060, 4600), ("2017-06-01", 4840, 4400), ("2017-06-30", 4620, 4200),
    ("2017-09-11", 4950, 4500), ("2018-01-12", 5280, 4800), ("2018-01-26", 5555, 5050),
    ("2018-02-07", 6105, 5550), ("2018-02-09", 6380, 5800), ("2018-05-04", 5940, 5400),
    ("2018-05-24", 6160, 5600), ("2018-08-10", 6380, 5800), ("2018-09-20", 6600, 6000),
)  # fmt: skip
"""Initial and maintenance performance bond of one contract in USD from a date on, as CME Group set them (the
dates and amounts that LEAN lists in future/cme/margins/ES.csv)."""

_INTRADAY_SHARE = Decimal("0.4")
"""LEAN: Common/Securities/Future/MarginRequirementsEntry.cs assumes it where a file has no intraday
margins."""

ROLL_DAYS = 8
"""Calendar days before its expiry at which a future hands the most open interest to the next one."""

_SESSION_VOLUME = 1_500_000.0
_OPEN_INTEREST = 2_800_000.0
_SHARES = (0.93, 0.05, 0.015, 0.005)
"""Of volume and open interest: the front contract, then the later ones; an expiring one counts as the
second."""


def margin_rows() -> list[tuple[date, Decimal, Decimal, Decimal, Decimal]]:
    """Return (date, initial, maintenance, initial intraday, maintenance intraday), oldest first."""
    return [
        (
            date.fromisoformat(text),
            Decimal(initial),
            Decimal(maintenance),
            initial * _INTRADAY_SHARE,
            maintenance * _INTRADAY_SHARE,
        )
        for text, initial, maintenance in _MARGINS
    ]


def listed_futures(day: int) -> list[Expiry]:
    """Return the futures with data on a day, the nearest first."""
    return [expiry for expiry in es_expiries() if expiry.listed <= day <= expiry.last_day]


def session_volume(future: Expiry, day: int) -> float:
    """Return contracts traded on a day."""
    return _SESSION_VOLUME * _share(future, day)


def open_interest(future: Expiry, day: int) -> float:
    """Return contracts open on a day."""
    return round(_OPEN_INTEREST * _share(future, day))


def _share(future: Expiry, day: int) -> float:
    live = listed_futures(day)
    expiring = live[0].day - day < ROLL_DAYS and len(live) > 1
    if expiring:
        live[0], live[1] = live[1], live[0]
    place = live.index(future) if future in live else len(_SHARES)
    return _SHARES[min(place, len(_SHARES) - 1)]
