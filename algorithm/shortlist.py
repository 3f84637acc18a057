"""Which contracts have live quotes: the shortlists of the strategies, what is held and what is at work.

A whole chain at minute resolution would cost LEAN an hour for five years (design 5a), so each strategy names
at most 40 candidates for the time of its entry, and the rest is removed. A held contract is never removed:
LEAN would liquidate it on the spot (lean-semantics 18).
"""

from __future__ import annotations

from algorithm.ports import Market
from state.manager import UnifiedStateManager
from state.recovery import ErrorKind, StrategyError

MOST = 40


class Shortlists:
    """Subscriptions of all strategies."""

    def __init__(self, market: Market, manager: UnifiedStateManager) -> None:
        self._market = market
        self._manager = manager
        self._wanted: dict[str, frozenset[str]] = {}
        self._subscribed: set[str] = set()

    def want(self, strategy: str, symbols: frozenset[str]) -> frozenset[str]:
        """Subscribe a strategy's candidates instead of its former ones, and return them."""
        if len(symbols) > MOST:
            raise StrategyError(
                ErrorKind.UNKNOWN, f"a shortlist of {len(symbols)}, at most {MOST} are allowed"
            )
        self._wanted[strategy] = symbols
        for symbol in sorted(symbols - self._subscribed):
            self._market.subscribe(symbol)
            self._subscribed.add(symbol)
        self.sweep()
        return symbols

    def keep(self, symbol: str) -> None:
        """Subscribe a contract that is held, after a restart."""
        if symbol not in self._subscribed:
            self._market.subscribe(symbol)
            self._subscribed.add(symbol)

    def sweep(self) -> None:
        """Remove what nobody wants, holds or trades any more."""
        needed = frozenset().union(*self._wanted.values()) | self._in_use()
        for symbol in sorted(self._subscribed - needed):
            self._market.unsubscribe(symbol)
            self._subscribed.discard(symbol)

    def _in_use(self) -> frozenset[str]:
        used = {leg.contract for machine in self._manager.machines for leg in machine.legs}
        for machine in self._manager.machines:
            used.update(leg.contract for intent in machine.intents for leg in intent.legs)
        return frozenset(used)
