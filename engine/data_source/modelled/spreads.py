"""Bid and ask around a modelled price, in whole cents: measured spreads, exchange ticks, options without a
bid."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np


class TickRule(Enum):
    """Smallest steps in cents: (below the boundary, from the boundary on, boundary)."""

    INDEX_OPTION = (5, 10, 300)
    EQUITY_OPTION = (1, 1, 0)
    FUTURE_OPTION = (5, 25, 500)


@dataclass(frozen=True, slots=True)
class SpreadModel:
    """Spread in points as a function of the price, for one expiry on one day."""

    rule: TickRule
    base: float
    slope: float
    power: float
    floor_of_mid: float
    """Least spread as a share of the price; real spreads of equity options beyond 450 days jump to 4-10%."""
    itm_factor: float
    itm_from: float
    """In the money by this share of the forward the factor holds; from half of it on it sets in."""

    def raw(self, mid: np.ndarray, itm: np.ndarray) -> np.ndarray:
        """Return spreads before rounding; `itm` is how far in the money, as a share of the forward."""
        half = self.itm_from / 2
        widening = 1 + (self.itm_factor - 1) * np.clip((itm - half) / half, 0.0, 1.0)
        spread = (self.base + self.slope * np.power(np.maximum(mid, 0.0), self.power)) * widening
        if self.floor_of_mid:
            spread = np.maximum(spread, self.floor_of_mid * mid)
        return spread


# Real spreads over the formula for options in the money, medians of SPX chains of 2019 by calendar days to
# expiry, and how far in the money they set in.
_ITM_DAYS = [1, 5, 14, 28, 55, 105, 190, 350, 700]
_ITM_FACTOR = [3.6, 3.2, 2.8, 2.4, 2.0, 1.7, 1.5, 1.35, 1.75]
_ITM_FROM = [0.015, 0.015, 0.025, 0.025, 0.035, 0.035, 0.04, 0.06, 0.08]


def spread_model(rule: TickRule, days: float, multiplier: float) -> SpreadModel:
    """Return the model of an expiry `days` calendar days away; `multiplier` scales every spread."""
    factor = float(np.interp(days, _ITM_DAYS, _ITM_FACTOR))
    sets_in = float(np.interp(days, _ITM_DAYS, _ITM_FROM))
    if rule is TickRule.EQUITY_OPTION:
        base, slope, power = 0.0091, 0.0036 * (1 + 5.66 * days / 365), 0.65
        floor = float(np.interp(days, [450, 550], [0.0, 0.04]))
    else:
        far = max(days - 80, 0) / 365
        base, slope, power = 0.074 + 0.214 * far, 0.0588 * (1 + 0.625 * far), 0.54
        floor = 0.0
    return SpreadModel(
        rule, base * multiplier, slope * multiplier, power, floor * multiplier, factor, sets_in
    )


def quote(mid: np.ndarray, itm: np.ndarray, model: SpreadModel) -> tuple[np.ndarray, np.ndarray]:
    """Return bid and ask in cents; a bid of 0 means that nobody bids, the ask is then one tick."""
    fine, coarse, boundary = model.rule.value
    cents = mid * 100
    tick = np.where(cents < boundary, fine, coarse)
    spread = np.maximum(np.rint(model.raw(mid, itm) * 100 / tick), 1) * tick
    bid = np.rint((cents - spread / 2) / tick) * tick
    bid = np.where(cents < fine, 0.0, np.maximum(bid, fine))
    ask = np.where(cents < fine, float(fine), bid + spread)
    if coarse != fine:
        # An ask above the boundary lies on the coarse steps, although its bid may not.
        ask = np.where(ask > boundary, np.ceil(ask / coarse) * coarse, ask)
    return bid, ask
