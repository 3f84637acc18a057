"""Rules of the whole account: the ones that know options and the S&P. One rule per line with its reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from state.drawdown import DrawdownAction, DrawdownStep
from state.rules import (
    Check,
    EntryRequest,
    EntryRule,
    Overview,
    any_in,
    at_most,
    drawdown_below,
    enough_buying_power,
    while_in,
    within_allocation,
    yield_to,
)
from state.states import StrategyState as S
from strategies.exposure import Exposure
from strategies.parameters import ParameterError, as_text, as_texts, number, read, whole

PREFIX: Final = "portfolio."
SHARE: Final = ".max_share_pct"
"""End of the name of the parameter that every strategy has: what it may tie up."""
PRIORITY: Final = ("iron_condor", "lt112", "ipmcc", "futures_strangle", "leap_ladder")
"""Who comes first when capital is short."""


@dataclass(frozen=True, slots=True)
class PortfolioParameters:
    """Numbers of the account's rules."""

    max_entering: int = whole(2, 1, 5, "machines", "at most so many in ENTERING at once")
    max_short_volatility: int = whole(3, 0, 5, "strategies", "at most so many short of volatility at once")
    stress_pct: float = number(25, 1, 90, "% of the index", "move either way that the worst case assumes")
    max_worst_case_pct: float = number(60, 1, 1000, "% of equity", "most that the worst case may cost")
    max_delta_pct: float = number(150, 1, 2000, "% of equity", "most beta-weighted delta either way")
    max_naked_pct: float = number(350, 0, 5000, "% of equity", "most notional of uncovered short options")
    watch_pct: float = number(5, 0.5, 90, "% below the peak", "drawdown that is reported")
    no_entries_pct: float = number(10, 0.5, 95, "% below the peak", "drawdown from which nothing is entered")
    close_losers_pct: float = number(
        15, 0.5, 98, "% below the peak", "drawdown at which losing positions close"
    )
    close_all_pct: float = number(20, 0.5, 99, "% below the peak", "drawdown at which every position closes")
    equity_minutes: int = whole(15, 1, 390, "minutes", "how often the account's value is looked at")

    def ladder(self) -> tuple[DrawdownStep, ...]:
        """Return what follows from a loss since the highest equity."""
        return (
            DrawdownStep(self.watch_pct / 100, DrawdownAction.WATCH),
            DrawdownStep(self.no_entries_pct / 100, DrawdownAction.NO_ENTRIES),
            DrawdownStep(self.close_losers_pct / 100, DrawdownAction.CLOSE_LOSERS),
            DrawdownStep(self.close_all_pct / 100, DrawdownAction.CLOSE_ALL),
        )


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rules below need to know of a planned entry."""

    exposure: Exposure
    """Of everything that is held, with the planned entry."""
    short_volatility: bool
    """Whether the planned entry is short of volatility."""
    others_short: tuple[str, ...]
    """Other strategies that hold a position short of volatility."""


def rules(p: PortfolioParameters, shares: Mapping[str, float]) -> tuple[EntryRule, ...]:
    """Return the declared entry rules, in the order in which they are asked.

    Parameters
    ----------
    shares : the fraction of equity that each strategy may tie up
    """
    broken = any_in(S.ERROR, S.RECOVERY, S.EMERGENCY_EXIT)
    last_day = while_in("lt112", "DEFENSIVE_21DTE", blocked=("iron_condor",))
    worst, tilt, naked = p.max_worst_case_pct, p.max_delta_pct, p.max_naked_pct
    return (
        EntryRule("errors", broken, "nothing new while something is broken"),
        EntryRule("lt112_last_day", last_day, "LT112's last day needs the attention and the capital"),
        EntryRule("drawdown", drawdown_below(), "losses are not traded out of"),
        EntryRule("entering", at_most(p.max_entering, S.ENTERING), "orders at work must stay watchable"),
        EntryRule("allocation", within_allocation(shares), "one strategy must not take it all"),
        EntryRule("priority", yield_to(*PRIORITY), "the shortest-lived opportunity comes first"),
        EntryRule("buying_power", enough_buying_power(), "the broker would refuse it"),
        EntryRule("short_volatility", few_short(p.max_short_volatility), "they all lose on the same day"),
        EntryRule(
            "worst_case", capped("worst case", worst, lambda e: e.worst_loss_usd), "one crash must not ruin"
        ),
        EntryRule(
            "delta", capped("S&P delta", tilt, lambda e: abs(e.delta_usd)), "five strategies are one bet"
        ),
        EntryRule(
            "naked", capped("naked notional", naked, lambda e: e.naked_usd), "LEAN's margin does not protect"
        ),
    )


def settings(p: PortfolioParameters, shares: Mapping[str, float]) -> dict[str, str]:
    """Return as texts what the rules are made with: `rules_by` makes the same ones of it."""
    return {
        **as_texts(p, PREFIX),
        **{f"{name}{SHARE}": as_text(100 * share) for name, share in shares.items()},
    }


def rules_by(texts: Mapping[str, str]) -> tuple[tuple[EntryRule, ...], tuple[DrawdownStep, ...]]:
    """Return the rules and the drawdown ladder that stored settings stand for.

    Raises
    ------
    ParameterError
        If this version does not take them.
    """
    p = read(PortfolioParameters, PREFIX, texts)
    shares = {}
    for name, text in texts.items():
        if name.endswith(SHARE):
            try:
                shares[name.removesuffix(SHARE)] = float(text) / 100
            except ValueError:
                raise ParameterError(f"{name} must be a number, was {text!r}") from None
    return rules(p, shares), p.ladder()


def few_short(most: int) -> Check:
    """Block one more position short of volatility than that."""

    def blocks(request: EntryRequest, manager: Overview) -> str | None:
        facts = request.facts
        if not isinstance(facts, Facts) or not facts.short_volatility or len(facts.others_short) < most:
            return None
        return f"{', '.join(facts.others_short)}: {len(facts.others_short)} of at most {most} are short of volatility"

    return blocks


def capped(what: str, most_pct: float, figure: Callable[[Exposure], float]) -> Check:
    """Block what would take a figure of the whole account's exposure beyond a share of equity."""

    def blocks(request: EntryRequest, manager: Overview) -> str | None:
        facts = request.facts
        if not isinstance(facts, Facts) or request.account is None:
            return None
        value, allowed = figure(facts.exposure), most_pct / 100 * request.account.equity
        return f"{what} would be {value:,.0f} of at most {allowed:,.0f}" if value > allowed else None

    return blocks
