"""What a loss from the highest equity means, as a ladder of steps."""

from __future__ import annotations

from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from state.errors import DefinitionError


class DrawdownAction(StrEnum):
    """What the portfolio does on a step of the ladder; each includes the ones before it."""

    WATCH = "WATCH"
    NO_ENTRIES = "NO_ENTRIES"
    CLOSE_LOSERS = "CLOSE_LOSERS"
    CLOSE_ALL = "CLOSE_ALL"


class DrawdownStep(NamedTuple):
    """From this loss on (as a fraction of the peak), do this."""

    loss_frac: float
    action: DrawdownAction


DEFAULT_LADDER = (
    DrawdownStep(0.05, DrawdownAction.WATCH),
    DrawdownStep(0.10, DrawdownAction.NO_ENTRIES),
    DrawdownStep(0.15, DrawdownAction.CLOSE_LOSERS),
    DrawdownStep(0.20, DrawdownAction.CLOSE_ALL),
)


def check_ladder(ladder: tuple[DrawdownStep, ...]) -> tuple[DrawdownStep, ...]:
    """Return the ladder if each step loses more and does more than the one before."""
    order = list(DrawdownAction)
    for lower, higher in pairwise(ladder):
        if lower.loss_frac >= higher.loss_frac or order.index(lower.action) >= order.index(higher.action):
            raise DefinitionError(
                f"drawdown step {higher.loss_frac:.0%} {higher.action} is not above the last"
            )
    if ladder and not (ladder[0].loss_frac > 0 and ladder[-1].loss_frac < 1):
        raise DefinitionError("drawdown steps are fractions between 0 and 1")
    return ladder


def step_of(ladder: tuple[DrawdownStep, ...], peak: float, equity: float) -> DrawdownStep | None:
    """Return the highest step reached, or None above the ladder."""
    if peak <= 0:
        return None
    # The hair's breadth keeps exactly 10% from being a little less than 10% in binary.
    loss = peak - equity + 1e-9 * peak
    return next((step for step in reversed(ladder) if loss >= step.loss_frac * peak), None)
