"""Rules of the whole account: the ones that know options and the S&P. One rule per line with its reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from state.drawdown import DrawdownAction, DrawdownStep
from state.rules import (
    EntryRule,
    any_in,
    at_most,
    drawdown_below,
    enough_buying_power,
    within_allocation,
    yield_to,
)
from state.states import StrategyState as S
from strategies.parameters import number, whole

PREFIX: Final = "portfolio."
PRIORITY: Final = ("iron_condor", "lt112", "ipmcc", "futures_strangle", "leap_ladder")
"""Who comes first when capital is short."""


@dataclass(frozen=True, slots=True)
class PortfolioParameters:
    """Numbers of the account's rules."""

    max_entering: int = whole(2, 1, 5, "machines", "at most so many in ENTERING at once")
    watch_pct: float = number(5, 0.5, 90, "% below the peak", "drawdown that is reported")
    no_entries_pct: float = number(10, 0.5, 95, "% below the peak", "drawdown from which nothing is entered")
    close_losers_pct: float = number(
        15, 0.5, 98, "% below the peak", "drawdown at which losing positions close"
    )
    close_all_pct: float = number(20, 0.5, 99, "% below the peak", "drawdown at which every position closes")
    equity_minutes: int = whole(15, 1, 390, "minutes", "how often the account's value is looked at")
    iron_condor_pct: float = number(25, 0, 100, "% of equity", "most that the iron condor may tie up")
    lt112_pct: float = number(25, 0, 100, "% of equity", "most that LT112 may tie up")
    ipmcc_pct: float = number(25, 0, 100, "% of equity", "most that the covered call may tie up")
    futures_strangle_pct: float = number(20, 0, 100, "% of equity", "most that the strangle may tie up")
    leap_ladder_pct: float = number(20, 0, 100, "% of equity", "most that the ladder may tie up")

    def ladder(self) -> tuple[DrawdownStep, ...]:
        """Return what follows from a loss since the highest equity."""
        return (
            DrawdownStep(self.watch_pct / 100, DrawdownAction.WATCH),
            DrawdownStep(self.no_entries_pct / 100, DrawdownAction.NO_ENTRIES),
            DrawdownStep(self.close_losers_pct / 100, DrawdownAction.CLOSE_LOSERS),
            DrawdownStep(self.close_all_pct / 100, DrawdownAction.CLOSE_ALL),
        )

    def allocation(self) -> dict[str, float]:
        """Return each strategy's share of equity."""
        return {
            "iron_condor": self.iron_condor_pct / 100,
            "lt112": self.lt112_pct / 100,
            "ipmcc": self.ipmcc_pct / 100,
            "futures_strangle": self.futures_strangle_pct / 100,
            "leap_ladder": self.leap_ladder_pct / 100,
        }


def rules(p: PortfolioParameters) -> tuple[EntryRule, ...]:
    """Return the declared entry rules, in the order in which they are asked."""
    broken = any_in(S.ERROR, S.RECOVERY, S.EMERGENCY_EXIT)
    return (
        EntryRule("errors", broken, "nothing new while something is broken"),
        EntryRule("drawdown", drawdown_below(), "losses are not traded out of"),
        EntryRule("entering", at_most(p.max_entering, S.ENTERING), "orders at work must stay watchable"),
        EntryRule("allocation", within_allocation(p.allocation()), "one strategy must not take it all"),
        EntryRule("priority", yield_to(*PRIORITY), "the shortest-lived opportunity comes first"),
        EntryRule("buying_power", enough_buying_power(), "the broker would refuse it"),
    )
