"""When a quote may be traded on: both sides there, fresh, quoted together, not crossed, not too far apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from strategies.contracts import Quote

BAR = timedelta(minutes=1)


class QuoteProblem(StrEnum):
    """Why a quote does not count."""

    NO_BID = "no bid"
    NO_ASK = "no ask"
    STALE_BID = "stale bid"
    STALE_ASK = "stale ask"
    CROSSED = "crossed"
    WIDE = "wide market"


@dataclass(frozen=True, slots=True)
class QuoteRule:
    """The quality that a strategy asks of a leg's quote."""

    max_age_bars: int
    max_spread_pct: float
    """Of the middle."""
    spread_floor_usd: float
    """A spread up to this is never too wide: a few ticks are a large share of a cheap option."""

    @property
    def max_age(self) -> timedelta:
        """Return the age from which a side is stale."""
        return self.max_age_bars * BAR

    def fresh(self, age: timedelta | None) -> bool:
        """Return whether something seen that long ago still counts."""
        return age is not None and age <= self.max_age

    def tradable(self, quote: Quote) -> QuoteProblem | None:
        """Return why the leg must not be traded now, None if it may.

        Both sides' ages are compared because a missing side keeps its last price for days, and LEAN sells a
        bidless option at its ask (lean-semantics 16). Width is a rule for entries only: see `enterable`.
        """
        if quote.bid is None or quote.bid <= 0:
            return QuoteProblem.NO_BID
        if quote.ask is None or quote.ask <= 0:
            return QuoteProblem.NO_ASK
        if not self.fresh(quote.bid_age):
            return QuoteProblem.STALE_BID
        if not self.fresh(quote.ask_age):
            return QuoteProblem.STALE_ASK
        return QuoteProblem.CROSSED if quote.bid > quote.ask else None

    def to_buy_back(self, quote: Quote) -> Quote | None:
        """Return the quote at which a short leg may be bought back, None if there is none.

        One that nobody bids for and that is freshly offered for next to nothing is worthless: buying it ends a risk,
        and the danger of old bids is one of sellers (docs/decisions.md).
        """
        if self.tradable(quote) is None:
            return quote
        offered = (
            quote.ask is not None and 0 < quote.ask <= self.spread_floor_usd and self.fresh(quote.ask_age)
        )
        return Quote(0.0, quote.ask, quote.ask_age, quote.ask_age) if offered else None

    def usable(self, quote: Quote, *, buys_back: bool) -> Quote | None:
        """Return the quote at which a leg may be traded, None if there is none."""
        if buys_back:
            return self.to_buy_back(quote)
        return quote if self.tradable(quote) is None else None

    def enterable(self, quote: Quote) -> QuoteProblem | None:
        """Return why no position may be opened on this quote, None if it may."""
        problem = self.tradable(quote)
        if (
            problem is None
            and quote.spread > max(self.max_spread_pct / 100 * quote.mid, self.spread_floor_usd) + 1e-9
        ):
            return QuoteProblem.WIDE
        return problem


def worst(problems: Iterable[QuoteProblem | None]) -> QuoteProblem | None:
    """Return the first problem there is."""
    return next((problem for problem in problems if problem is not None), None)
