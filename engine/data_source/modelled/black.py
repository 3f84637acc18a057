"""Black's formula on the forward, over arrays (Black 1976), and the sensitivities LEAN's universe files
carry."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

_DENSITY = 1 / np.sqrt(2 * np.pi)


@dataclass(frozen=True, slots=True)
class Greeks:
    """Per unit of the option: vega and rho per percentage point, theta per calendar day."""

    delta: np.ndarray
    gamma: np.ndarray
    vega: np.ndarray
    theta: np.ndarray
    rho: np.ndarray


def price(
    is_call: np.ndarray | bool,
    forward: np.ndarray,
    strike: np.ndarray | float,
    deviation: np.ndarray,
    discount: np.ndarray,
) -> np.ndarray:
    """Return the price of European options; `deviation` is volatility times the square root of time."""
    from scipy.special import ndtr

    d1 = np.log(forward / strike) / deviation + 0.5 * deviation
    sign = np.where(is_call, 1.0, -1.0)
    return discount * sign * (forward * ndtr(sign * d1) - strike * ndtr(sign * (d1 - deviation)))


def greeks(
    is_call: np.ndarray | bool,
    spot: float,
    forward: float,
    strike: np.ndarray,
    deviation: np.ndarray,
    years: float,
    rate: float,
    dividend: float,
) -> Greeks:
    """Return the sensitivities of European options with one expiry."""
    from scipy.special import ndtr

    discount, carry = np.exp(-rate * years), np.exp(-dividend * years)
    d1 = np.log(forward / strike) / deviation + 0.5 * deviation
    d2 = d1 - deviation
    sign = np.where(is_call, 1.0, -1.0)
    density = _DENSITY * np.exp(-0.5 * d1 * d1)
    near, far = ndtr(sign * d1), ndtr(sign * d2)
    decay = -spot * carry * density * deviation / (2 * years)
    theta = decay - sign * rate * strike * discount * far + sign * dividend * spot * carry * near
    return Greeks(
        delta=sign * carry * near,
        gamma=carry * density / (spot * deviation),
        vega=spot * carry * density * np.sqrt(years) / 100,
        theta=theta / 365,
        rho=sign * strike * years * discount * far / 100,
    )
