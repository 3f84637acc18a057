"""All strategies, in the order in which they come when capital is short."""

from __future__ import annotations

from typing import Final

from strategies import futures_strangle, ipmcc, iron_condor, leap_ladder, lt112
from strategies.base import Definition

STRATEGIES: Final[dict[str, Definition]] = {
    definition.name: definition
    for definition in (
        iron_condor.DEFINITION,
        lt112.DEFINITION,
        ipmcc.DEFINITION,
        futures_strangle.DEFINITION,
        leap_ladder.DEFINITION,
    )
}
