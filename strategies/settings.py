"""Parameters that every strategy has, and the rules made of them."""

from __future__ import annotations

from dataclasses import dataclass

from strategies.limits import Walk
from strategies.parameters import flag, number, whole
from strategies.quotes import QuoteRule


@dataclass(frozen=True, slots=True)
class CommonParameters:
    """Declared for each strategy under its own name; a strategy overrides the defaults it needs."""

    enabled: bool = flag(True, "whether the strategy runs at all")
    max_share_pct: float = number(25, 0, 100, "% of equity", "most that the strategy may tie up")
    max_contracts: int = whole(20, 1, 1000, "units", "most units of the position")
    max_quote_age_bars: int = whole(2, 1, 10, "minutes", "older quotes and index levels do not count")
    max_spread_pct: float = number(15, 1, 100, "% of mid", "a leg with a wider market is skipped")
    spread_floor_usd: float = number(0.10, 0, 5, "USD", "a market this narrow is never too wide")
    entry_minutes: int = whole(5, 1, 5, "minutes", "one limit price a minute, then the entry is rolled back")
    exit_minutes: int = whole(5, 1, 5, "minutes", "one limit price a minute, then market orders")
    reach_pct: float = number(100, 10, 100, "%", "of the way from mid to far side that the last limit goes")
    slack_pct: float = number(5, 0, 50, "% of price", "how far the market may move away while a limit walks")
    poll_minutes: int = whole(1, 1, 60, "minutes", "how often a held position is looked at")

    @property
    def quotes(self) -> QuoteRule:
        """Return the quality asked of a leg's quote."""
        return QuoteRule(self.max_quote_age_bars, self.max_spread_pct, self.spread_floor_usd)

    def entry_walk(self, floor: float) -> Walk:
        """Return how the limit of an entry moves; `floor` is the worst net price that is still wanted."""
        return Walk(self.entry_minutes, self.reach_pct, floor)

    @property
    def exit_walk(self) -> Walk:
        """Return how the limit of an exit moves."""
        return Walk(self.exit_minutes, self.reach_pct)


@dataclass(frozen=True, slots=True)
class CreditParameters(CommonParameters):
    """Parameters of a position that is opened for a credit."""

    profit_pct: float = number(50, 1, 100, "% of credit", "take profit")
    loss_pct: float = number(200, 10, 1000, "% of credit", "stop loss")
