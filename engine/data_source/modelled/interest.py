"""Plausible open interest and volume of option contracts: most near the money and at round strikes.

No model of demand: LEAN wants numbers there, and filters on them should see something ordered like the real
thing.
"""

from __future__ import annotations

import numpy as np

from engine.data_source.modelled.listings import Expiry, Root

_PEAK = {"SPX": 4000.0, "SPXW": 1500.0, "SPY": 6000.0, "ES": 800.0}
_WIDTH = 0.25
_DAYS_TO_GROW = 30
_DAILY_TURNOVER = 0.15
_TURNOVER_DAYS = 60


def open_interest(root: Root, expiry: Expiry, strike: np.ndarray, spot: float, day: int) -> np.ndarray:
    """Return whole contracts open at a day's end; `spot` is the index's close in units of the strikes."""
    days = max(expiry.day - day, 1)
    distance = np.log(strike / spot) / (_WIDTH * np.sqrt((days + 5) / 365))
    step = root.zones[0].step
    roundness = np.where(strike % (20 * step) == 0, 4.0, np.where(strike % (5 * step) == 0, 2.0, 1.0))
    age = min(0.1 + max(day - expiry.listed, 0) / _DAYS_TO_GROW, 1.0)
    return np.rint(_PEAK[root.name] * roundness * np.exp(-0.5 * distance * distance) * age)


def daily_volume(interest: np.ndarray, days: int) -> np.ndarray:
    """Return whole contracts traded on a day, `days` before expiry."""
    return np.rint(_DAILY_TURNOVER * np.exp(-days / _TURNOVER_DAYS) * interest)
