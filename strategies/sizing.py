"""How many units: floor(allocation / risk of one unit); 0 means skip, never "at least one"."""

from __future__ import annotations

import math


def units(allocation_usd: float, per_unit_usd: float, most: int) -> int:
    """Return how many units the allocation carries.

    Parameters
    ----------
    allocation_usd : float
        share of equity that the strategy may risk
    per_unit_usd : float, > 0
        worst-case loss, debit or margin of one unit
    most : int
        the strategy's own cap on contracts
    """
    if not per_unit_usd > 0:
        raise ValueError(f"the risk of one unit must be positive, was {per_unit_usd}")
    return max(min(math.floor(allocation_usd / per_unit_usd + 1e-9), most), 0)
