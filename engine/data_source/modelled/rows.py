"""Points of a day as the rows of a data file: index, equity, future and option bars."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.data_source.modelled.day_points import DayPoints
from engine.data_source.modelled.volatility import SESSION_SHARE
from engine.data_source.rows import LazyFields, Rows

_CENTS_TO_FILE = 100.0  # prices of equities and their options stand in files as price x 10000
_FILE_EXPONENT = 4
_CENTS_EXPONENT = 2
_INDEX_SHARES_PER_SPY_SHARE = 33
"""The real index volume counts shares of all its members; a thirty-third of it is about SPY's own."""
_EQUITY_SIZE = 500.0
_FUTURE_SIZE = 60.0
_NIGHT_VOLUME_SHARE = 0.2
_NIGHT_MINUTES, _SESSION_MINUTES = 990, 390


def index_rows(points: DayPoints) -> Rows:
    """Return bars of the index itself, unscaled, two decimals, volume 0."""
    return _trade(points, _bars(np.rint(points.spot * 100)), np.zeros(points.bars), _CENTS_EXPONENT)


def vix_rows(points: DayPoints) -> Rows:
    """Return bars of VIX: a straight line in each minute."""
    edges = np.rint(points.vix * 100)
    values = np.concatenate((edges, edges[1:], edges[1:]))
    return _trade(points, _bars(values), np.zeros(points.bars), _CENTS_EXPONENT)


def spy_cents(index_points: np.ndarray) -> np.ndarray:
    """Return prices of SPY, a tenth of the index, in whole cents."""
    return np.rint(np.rint(index_points * 100) / 10)


def spy_volume(index_volume: np.ndarray) -> np.ndarray:
    """Return whole shares of SPY traded on days of this index volume."""
    return np.rint(index_volume / _INDEX_SHARES_PER_SPY_SHARE)


def equity_trade_rows(points: DayPoints, index_volume: float) -> Rows:
    """Return trade bars of SPY; whole volumes follow the variance clock and add up to the day's."""
    passed = 1 - points.remaining / points.remaining[0]
    volume = np.diff(np.rint(passed * spy_volume(np.array([index_volume]))))
    return _trade(points, _bars(spy_cents(points.spot) * _CENTS_TO_FILE), volume, _FILE_EXPONENT)


def equity_quote_rows(points: DayPoints) -> Rows:
    """Return quotes of SPY, a cent wide around the index."""
    bid = np.floor(np.rint(points.spot * 100) / 10)
    scale = _CENTS_TO_FILE
    return _quote(points, bid * scale, (bid + 1) * scale, _EQUITY_SIZE, _FILE_EXPONENT)


def future_trade_rows(points: DayPoints, prices: np.ndarray, volume: float) -> Rows:
    """Return trade bars on the quarter-point grid; `volume` is that of a whole session, night included."""
    in_session = points.remaining[1:] < SESSION_SHARE
    night = _NIGHT_VOLUME_SHARE * volume / _NIGHT_MINUTES
    volumes = np.where(in_session, (1 - _NIGHT_VOLUME_SHARE) * volume / _SESSION_MINUTES, night)
    return _trade(points, _bars(np.rint(prices * 4) * 25), np.maximum(np.rint(volumes), 1.0), _CENTS_EXPONENT)


def future_quote_rows(points: DayPoints, prices: np.ndarray) -> Rows:
    """Return quotes one tick wide."""
    bid = np.floor(prices * 4) * 25
    return _quote(points, bid, bid + 25, _FUTURE_SIZE, _CENTS_EXPONENT)


def option_quote_rows(
    points: DayPoints,
    closes: tuple[np.ndarray, np.ndarray],
    whole: Callable[[], tuple[np.ndarray, np.ndarray]],
    scaled: bool,
) -> Rows:
    """Return quotes of a contract; prices of options on futures are not scaled.

    Parameters
    ----------
    closes : bid and ask in cents at the end of each bar, which is mostly all that is read
    whole : returns bid and ask in cents at each point
    """
    scale, exponent = (_CENTS_TO_FILE, _FILE_EXPONENT) if scaled else (1.0, _CENTS_EXPONENT)
    sizes = option_sizes(closes[0])
    fields: dict[str, np.ndarray] = {}
    for side, cents in zip(("bid", "ask"), closes):
        here = cents > 0
        fields[f"{side}_close"] = np.where(here, cents * scale, np.nan)
        fields[f"{side}_size"] = np.where(here, sizes, 0.0)

    def rest() -> dict[str, np.ndarray]:
        bid, ask = whole()
        return _quote(points, bid * scale, ask * scale, sizes, exponent).fields

    return Rows(points.starts, points.ends, LazyFields(fields, rest), exponent)


def option_sizes(bid: np.ndarray) -> np.ndarray:
    """Return contracts offered at quotes whose bids are in cents: the dearer an option, the fewer."""
    return np.rint(np.clip(400 / (1 + bid / 100), 10, 200))


def open_interest_rows(stamp: int, amount: float, scaled: bool) -> Rows:
    """Return the one row of open interest that a day has."""
    at = np.array([stamp], dtype=np.int64)
    return Rows(at, at, {"value": np.array([amount])}, _FILE_EXPONENT if scaled else 0)


def _trade(points: DayPoints, bars: tuple[np.ndarray, ...], volume: np.ndarray, exponent: int) -> Rows:
    fields = dict(zip(("open", "high", "low", "close"), bars, strict=True))
    return Rows(points.starts, points.ends, fields | {"volume": volume}, exponent)


def _quote(
    points: DayPoints, bid: np.ndarray, ask: np.ndarray, size: np.ndarray | float, exponent: int
) -> Rows:
    fields: dict[str, np.ndarray] = {}
    for side, values in (("bid", bid), ("ask", ask)):
        opens, high, low, close = _bars(values)
        here = close > 0
        if not here.all():
            # LEAN's bars are made of quotes that exist: a side that ended the minute without one is missing,
            # and one that came within the minute starts at what came.
            opens = np.where(opens > 0, opens, close)
            low = np.where(low > 0, low, np.minimum(opens, close))
            opens, high, low, close = (np.where(here, value, np.nan) for value in (opens, high, low, close))
        sizes = np.where(here, size, 0.0)
        names = ("open", "high", "low", "close", "size")
        fields |= {
            f"{side}_{name}": v for name, v in zip(names, (opens, high, low, close, sizes), strict=True)
        }
    return Rows(points.starts, points.ends, fields, exponent)


def _bars(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    # Open, high, low, close of values at the points of a day; a put is dearest where the index is lowest.
    n = (len(values) - 1) // 3
    opens, close = values[:n], values[1 : n + 1]
    one, other = values[n + 1 : 2 * n + 1], values[2 * n + 1 :]
    high = np.maximum(np.maximum(one, other), np.maximum(opens, close))
    low = np.minimum(np.minimum(one, other), np.minimum(opens, close))
    return opens, high, low, close
