"""How much volatility the modelled options are priced with: level, term structure, smile.

All numbers were measured on real chains; docs/market-data.md says on which, and how large the errors are.
"""

from __future__ import annotations

import numpy as np

TRADING_DAYS = 252

_TD = np.log([1, 2, 5, 10, 21, 42, 63, 126, 252, 504])
_LEVEL = np.array(
    [0.88, 0.86, 0.865, 0.86, 0.865, 0.87, 0.885, 0.92, 0.965, 1.03]
)  # A of docs/market-data.md
_FEAR = np.array([0.80, 0.75, 0.65, 0.45, 0.20, -0.05, -0.20, -0.38, -0.55, -0.70])  # F
_REGIME = np.array([0.18, 0.16, 0.13, 0.08, 0.0, -0.03, -0.06, -0.15, -0.30, -0.50])  # G
_RATIO_RANGE = (0.45, 1.45)
_STRESS_RANGE = (-0.35, 0.8)

# Above VIX 25 the uncapped ratio was 3.5 volatility points too high for options of a month and more, so a VIX
# above its own average lifts the ratio at most to 0.88 there; the limit rises to the general one at two days,
# so that total variance still grows with time.
_CAP_TD = np.log([2, 21])
_CAP = (_RATIO_RANGE[1], 0.88)

SESSION_DEVIATION = 0.65
"""Standard deviation from open to close over VIX / sqrt(252): what same-day options are priced with."""

SESSION_SHARE = (SESSION_DEVIATION / _LEVEL[0]) ** 2
"""Share of a day's variance that falls between open and close, so that both numbers above hold; the rest is
the night."""

VIX_HALF_LIFE = 63


def vix_average(closes: np.ndarray) -> np.ndarray:
    """Return ln of the VIX average known at the start of each session.

    An exponential average of ln VIX with a half-life of 63 sessions, one day late; it starts from the first
    close, because there is nothing before it.
    """
    decay = 0.5 ** (1 / VIX_HALF_LIFE)
    logs = np.log(closes)
    average = np.empty_like(logs)
    current = logs[0]
    for row, value in enumerate(logs.tolist()):
        average[row] = current
        current = decay * current + (1 - decay) * value
    return average


def vix_ratio(td: np.ndarray, vix: np.ndarray, ln_average: np.ndarray) -> np.ndarray:
    """Return at-the-money volatility on a 252-day clock over VIX / 100, `td` trading days ahead."""
    ln_td = np.log(np.clip(td, 1.0, 504.0))
    stress = np.clip(np.log(vix) - ln_average, *_STRESS_RANGE)
    regime = np.interp(ln_td, _TD, _REGIME) * (ln_average - np.log(16.0))
    calm = np.interp(ln_td, _TD, _LEVEL) * np.exp(regime)
    ratio = calm * np.exp(np.interp(ln_td, _TD, _FEAR) * stress)
    limit = np.maximum(np.interp(ln_td, _CAP_TD, _CAP), calm)
    ratio = np.where(stress > 0, np.minimum(ratio, limit), ratio)
    return np.clip(ratio, *_RATIO_RANGE)


def deviation_until(
    sessions: np.ndarray,
    remaining: np.ndarray,
    vix: np.ndarray,
    ln_average: np.ndarray,
    settles_at_open: bool,
) -> np.ndarray:
    """Return the standard deviation of ln price until expiry, at the money.

    Parameters
    ----------
    sessions : ndarray
        Trading days after the running one, the day of expiry included.
    remaining : ndarray
        What is left of the running day's variance: 1 at the close before, `SESSION_SHARE` at the open, 0 at
        the close.
    vix : ndarray
    ln_average : ndarray
        From `vix_average`.
    settles_at_open : bool
        The variance of the expiry's own session is then not part of it.
    """
    td = sessions + remaining - (SESSION_SHARE if settles_at_open else 0.0)
    daily = vix / 100 * vix_ratio(td, vix, ln_average)
    variance = daily * daily * np.maximum(td, 0.0)
    if not settles_at_open and not sessions[-1] > 0:
        variance = np.where(sessions > 0, variance, _last_day_variance(remaining, vix, daily))
    return np.sqrt(variance / TRADING_DAYS)


def _last_day_variance(remaining: np.ndarray, vix: np.ndarray, daily: np.ndarray) -> np.ndarray:
    # The night before leads from a whole day's variance to that of the session.
    session = (SESSION_DEVIATION * vix / 100) ** 2
    night = np.clip((remaining - SESSION_SHARE) / (1 - SESSION_SHARE), 0.0, 1.0)
    day = np.clip(remaining / SESSION_SHARE, 0.0, 1.0)
    return session * day + (daily * daily - session) * night


def smile_shape(years: np.ndarray, vix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the SSVI parameters rho and nu (Gatheral and Jacquier 2014) in normalised strike."""
    u = np.log(np.maximum(years, 1 / 365) * 365 / 30)
    level = np.log(np.clip(vix, 11.0, 25.0) / 16.0)
    rho = np.clip(-0.624 - 0.027 * u - 0.451 * level, -0.9, -0.05)
    nu = np.exp(-0.120 + 0.136 * u - 0.0575 * u * u - 0.874 * level)
    return rho, nu


def smile_factor(z: np.ndarray, rho: np.ndarray, nu: np.ndarray) -> np.ndarray:
    """Return volatility over at-the-money volatility, `z` at-the-money deviations away from the forward."""
    x = nu * z
    shifted = x + rho
    return np.sqrt(0.5 * (1 + rho * x + np.sqrt(shifted * shifted + 1 - rho * rho)))
