"""Limit prices: ticks, and the walk from the middle towards the far side.

Prices of groups carry the trader's sign: credit > 0, debit < 0.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

EPSILON: Final = 1e-9

# root: (tick below the boundary, boundary, tick from the boundary on); exchange rules, lean-semantics 3. CME lists
# options on ES in 0.05 below 5, but LEAN rounds every limit on them to the future's own tick (LEAN:
# SymbolPropertiesDatabase, BrokerageTransactionHandler.RoundOrderPrices), past the floor of a walk if need be.
TICKS: Final = {
    "SPX": (0.05, 3.0, 0.10),
    "SPXW": (0.05, 3.0, 0.10),
    "SPY": (0.01, 0.0, 0.01),
    "ES": (0.25, 0.0, 0.25),
}
# A combo of index options is priced in 0.05 whatever its legs cost (lean-semantics 16).
COMBO_TICKS: Final = {"SPX": 0.05, "SPXW": 0.05, "SPY": 0.01, "ES": 0.25}


def product(root: str) -> str:
    """Return the key of the tick tables: futures options carry their month in the root (`ES20H20`)."""
    return "ES" if root.startswith("ES") else root


def tick_size(root: str, price: float) -> float:
    """Return the smallest step of a single option's price."""
    below, boundary, above = TICKS[product(root)]
    return below if abs(price) < boundary else above


def combo_tick_size(root: str) -> float:
    """Return the smallest step of a group's price."""
    return COMBO_TICKS[product(root)]


def round_down(price: float, tick: float) -> float:
    """Return the nearest multiple of the tick that is not above the price."""
    return round(math.floor(price / tick + EPSILON) * tick, 10)


def round_up(price: float, tick: float) -> float:
    """Return the nearest multiple of the tick that is not below the price."""
    return round(math.ceil(price / tick - EPSILON) * tick, 10)


@dataclass(frozen=True, slots=True)
class Walk:
    """How a limit price moves: from the middle, a step a minute, `reach_pct` of the way to the far side."""

    steps: int
    """Prices that are tried; the first is the middle."""
    reach_pct: float
    """Share of the way from the middle to the far side that the last step has gone."""
    floor: float | None = None
    """Worst net price that is still wanted (credit > 0, debit < 0); None where getting out matters more."""
    start_pct: float = 0.0
    """Share of the way that the first step has gone already."""

    def price(self, step: int, mid: float, far: float, tick: float) -> float:
        """Return the net price of a step, a multiple of the tick, never worse than the floor.

        Parameters
        ----------
        step : int
            0 for the first price; steps past the last keep the last price
        mid, far : float, USD per share, credit > 0
            what the group is worth in the middle, and what crossing every spread would give
        """
        gone = min(step, self.steps - 1) / max(self.steps - 1, 1)
        share = (self.start_pct + gone * (self.reach_pct - self.start_pct)) / 100
        # LEAN fills a limit only if the market is strictly better (LEAN: FillModel.cs): the whole way means a tick more.
        through = tick if share >= 1 else 0.0
        price = round_down(mid - share * (mid - far) - through, tick)
        return price if self.floor is None else max(price, round_up(self.floor, tick))


FAR_SIDE: Final = Walk(1, 100, start_pct=100)
"""Not a walk at all: the limit that a market order would meet, for brokerages without combo market orders."""
