"""The index inside the day: a seeded path that touches the real open, high, low and close.

Method. Time runs on a variance clock that is fast near the open and the close (`elapsed_share`). Which
extreme comes first and when is drawn from a Brownian motion's odds: the order by the likelihood of the three
distances to walk, the durations as hitting times (distance squared over a squared normal). Between the four
pinned points the path is a Brownian bridge with the day's own variance (Parkinson's estimate from the range),
folded back at the high and the low, so that neither is passed. The seed is the date: a day's path does not
depend on what was asked before.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

STEPS = 4
"""Points of the path in a minute; a minute's high and low are taken over them."""

U_SHAPE = 0.4
"""Weight of the parabola in the variance clock: the rate is 1.8 at open and close, 0.6 at midday, 1 on
average."""

_SEED = 20140103
_OVERNIGHT_SEED = 20181231
_PARKINSON = 4 * np.log(2)


def elapsed_share(time_share: np.ndarray) -> np.ndarray:
    """Return the share of a session's variance that has passed when this share of its time has."""
    return (1 - U_SHAPE) * time_share + U_SHAPE * ((2 * time_share - 1) ** 3 + 1) / 2


@lru_cache(maxsize=8)
def session_clock(steps: int) -> np.ndarray:
    """Return `elapsed_share` at the edges of a session cut into equal steps of time."""
    clock = elapsed_share(np.arange(steps + 1) / steps)
    clock.flags.writeable = False
    return clock


def session_bars(
    days: np.ndarray, minutes: int, ohlc: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return the minute bars of sessions of equal length.

    Parameters
    ----------
    days : ndarray, shape (n,)
        Day numbers; they are the seeds.
    minutes : int
        Length of the session.
    ohlc : ndarray, shape (4, n), index points
        The real open, high, low and close.

    Returns
    -------
    tuple of ndarray, shape (n, minutes)
        Open, high, low and close of each minute, rounded to cents.
    """
    points = minutes * STEPS
    clock = session_clock(points)
    steps = np.sqrt(np.diff(clock))
    noise = np.empty((len(days), points))
    draws = np.empty((len(days), 3))
    for row, day in enumerate(days.tolist()):
        random = np.random.Generator(np.random.PCG64([_SEED, day]))
        draws[row] = random.random(), *np.abs(random.standard_normal(2))
        noise[row] = random.standard_normal(points)
    path = _pinned_path(ohlc, clock, noise * steps, draws)
    return _bars_of(np.round(path, 2))


def overnight_path(day: int, minutes: int, start: float, end: float, deviation: float) -> np.ndarray:
    """Return the points of the stretch before the session `day`: a bridge from the last close to the open.

    `deviation` is the standard deviation, in index points, of the free motion over the whole stretch.
    """
    points = minutes * STEPS
    random = np.random.Generator(np.random.PCG64([_OVERNIGHT_SEED, day]))
    walk = np.concatenate(([0.0], np.cumsum(random.standard_normal(points)))) * (deviation / np.sqrt(points))
    share = np.arange(points + 1) / points
    return np.round(start + (end - start) * share + walk - walk[-1] * share, 2)


def bars_of_points(points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return open, high, low and close of each minute of a path of `STEPS` points a minute and its first
    one."""
    bars = _bars_of(points[np.newaxis, :])
    return bars[0][0], bars[1][0], bars[2][0], bars[3][0]


def _bars_of(path: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rows = len(path)
    edges = path[:, ::STEPS]
    inner = path[:, :-1].reshape(rows, -1, STEPS)
    high = np.maximum(inner.max(axis=2), edges[:, 1:])
    low = np.minimum(inner.min(axis=2), edges[:, 1:])
    return edges[:, :-1], high, low, edges[:, 1:]


def _pinned_path(ohlc: np.ndarray, clock: np.ndarray, noise: np.ndarray, draws: np.ndarray) -> np.ndarray:
    start, high, low, end = (column[:, np.newaxis] for column in ohlc)
    span = high - low
    high_first = _high_comes_first(ohlc, draws[:, 0])[:, np.newaxis]
    first, second = np.where(high_first, high, low), np.where(high_first, low, high)
    at_first, at_second = _pin_places(start, first, second, end, clock, draws)

    walk = np.zeros((len(noise), len(clock)))
    np.cumsum(noise, axis=1, out=walk[:, 1:])
    walk *= span / np.sqrt(_PARKINSON)
    path = walk + _correction(walk, clock, (start, first, second, end), (at_first, at_second))
    # Fold at both ends of the range, as often as it takes.
    folded = span - np.abs((path - low) % np.maximum(2 * span, 1e-9) - span) + low
    np.put_along_axis(folded, at_first, first, axis=1)
    np.put_along_axis(folded, at_second, second, axis=1)
    folded[:, :1], folded[:, -1:] = start, end
    return folded


def _high_comes_first(ohlc: np.ndarray, uniform: np.ndarray) -> np.ndarray:
    start, high, low, end = ohlc
    variance = np.maximum((high - low) ** 2, 1e-9) / _PARKINSON
    one_way = (high - start) ** 2 + (end - low) ** 2
    other_way = (start - low) ** 2 + (high - end) ** 2
    return uniform * (1 + np.exp((one_way - other_way) / (2 * variance))) < 1


def _pin_places(
    start: np.ndarray,
    first: np.ndarray,
    second: np.ndarray,
    end: np.ndarray,
    clock: np.ndarray,
    draws: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    # Durations like hitting times of the three distances; the last distance gets the median's normal.
    normals = np.maximum(draws[:, 1:], 0.1)
    legs = np.stack(
        [
            ((first - start)[:, 0] / normals[:, 0]) ** 2,
            ((second - first)[:, 0] / normals[:, 1]) ** 2,
            ((end - second)[:, 0] / 0.67) ** 2,
        ]
    )
    share = np.cumsum(legs, axis=0) / np.maximum(legs.sum(axis=0), 1e-9)
    last = len(clock) - 1
    starts_there, ends_there = (first == start)[:, 0], (second == end)[:, 0]
    at_first = np.searchsorted(clock, share[0])
    at_first = np.where(starts_there, 0, np.clip(at_first, 1, last - 2))
    at_second = np.searchsorted(clock, share[1])
    at_second = np.where(ends_there, last, np.clip(at_second, at_first + 1, last - 1))
    return at_first[:, np.newaxis], at_second[:, np.newaxis]


def _correction(
    walk: np.ndarray,
    clock: np.ndarray,
    values: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    places: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    # What must be added to a free walk so that it meets the pinned values: straight lines on the clock.
    at = (np.zeros_like(places[0]), *places, np.full_like(places[0], len(clock) - 1))
    gaps = [value - np.take_along_axis(walk, place, axis=1) for value, place in zip(values, at, strict=True)]
    times = [clock[place] for place in at]
    index = np.arange(len(clock))
    lines = []
    for leg in range(3):
        length = np.maximum(times[leg + 1] - times[leg], 1e-12)
        lines.append(gaps[leg] + (gaps[leg + 1] - gaps[leg]) * (clock - times[leg]) / length)
    return np.where(index <= at[1], lines[0], np.where(index <= at[2], lines[1], lines[2]))
