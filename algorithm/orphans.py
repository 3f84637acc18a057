"""Fills of orders that nobody at work here waits for: sent before a restart, or filled after their end.

The broker's holdings say whether such a fill is news. What a reconciliation took from the holdings already is
not booked again; only its price, which was a guess then, is put right.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from algorithm.attribution import Attribution
from algorithm.books import Fill, adjust, book
from algorithm.ports import Broker, Market, OrderUpdate
from state.machine import Machine
from state.manager import UnifiedStateManager
from state.records import PositionLeg

Booked = Callable[[Machine, Fill, str], None]
"""Told of each booking, with a sentence about it."""
TINY = 1e-9


class Guess(NamedTuple):
    """A change of a position that was taken from the holdings, at a price that was not seen."""

    machine: Machine
    quantity: float
    price: float


class Orphans:
    """Books what other processes' orders bring, and remembers what was booked on a guess."""

    def __init__(
        self,
        broker: Broker,
        market: Market,
        manager: UnifiedStateManager,
        attribution: Attribution,
        booked: Booked,
    ) -> None:
        self._broker = broker
        self._market = market
        self._manager = manager
        self._attribution = attribution
        self._booked = booked
        self._guesses: dict[str, list[Guess]] = {}
        self._seen: set[tuple[int, int]] = set()

    def guessed(self, machine: Machine, leg: PositionLeg, quantity: float, price: float) -> None:
        """Remember a change that was booked from the holdings: its fill may still be told."""
        self._guesses.setdefault(leg.contract, []).append(Guess(machine, quantity, price))

    def on_update(self, update: OrderUpdate) -> bool:
        """Book a fill; False if it is not known whose it is."""
        if not update.fill_quantity or update.exercise:
            return False
        if (update.order_id, update.event_id) in self._seen:
            return True
        machine = self._attribution.owner(update.symbol, update.fill_quantity, update.tag)
        left = self._put_right(update, update.fill_quantity)
        news = self.news(update.symbol, left)
        if machine is None and news:
            return False
        self._seen.add((update.order_id, update.event_id))
        if machine is not None and news:
            role = self._attribution.role(machine, update.symbol, news, update.tag)
            fee = update.fee_usd * news / update.fill_quantity
            multiplier = self._market.contract(update.symbol).multiplier
            fill = Fill(update.symbol, update.name, role, news, update.fill_price, multiplier, fee)
            book(machine, fill)
            why = update.message or update.tag or "an order of a former process"
            self._booked(machine, fill, f"{news:+g} {update.name} at {update.fill_price:g}: {why}")
        return True

    def news(self, symbol: str, quantity: float) -> float:
        """Return how much of a fill brings what is owned nearer to what the broker holds."""
        held = sum(each.quantity for each in self._broker.holdings() if each.contract == symbol)
        missing = held - sum(self._manager.owned().get(symbol, {}).values())
        if missing * quantity <= TINY:
            return 0.0
        return quantity if abs(quantity) <= abs(missing) else missing

    def _put_right(self, update: OrderUpdate, quantity: float) -> float:
        """Correct the price of what was guessed, by the real one; return what is left of the fill."""
        guesses = self._guesses.get(update.symbol, [])
        for guess in list(guesses):
            if guess.quantity * quantity <= 0:
                continue
            part = guess.quantity if abs(guess.quantity) <= abs(quantity) else quantity
            fee = update.fee_usd * part / update.fill_quantity
            multiplier = self._market.contract(update.symbol).multiplier
            adjust(guess.machine, -part * (update.fill_price - guess.price) * multiplier - fee, fee)
            guess.machine.note(
                f"{part:+g} {update.name} was filled at {update.fill_price:g}, not at {guess.price:g}"
            )
            guesses.remove(guess)
            if rest := guess.quantity - part:
                guesses.append(guess._replace(quantity=rest))
            quantity -= part
        return quantity
