"""One group of orders at work, in memory. What must survive is the machine's `Intent`, stored beforehand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from state.machine import Machine
from state.records import IntentLeg
from strategies.base import Purpose, Trade, TradeLeg

EVERYTHING = "all"
"""Last part of the tag of an order that carries several legs."""


@dataclass(slots=True)
class Working:
    """A trade on its way: what was asked, what is at the broker, what came back."""

    machine: Machine
    group: str
    trade: Trade
    combo: bool
    """One order for all legs; otherwise legs one by one, buys first, so that no short leg stands naked."""
    legs: dict[str, IntentLeg]
    """By symbol, with what is filled so far."""
    stages: list[list[TradeLeg]]
    """What is still to be sent, in order."""
    stage: list[TradeLeg] = field(default_factory=list)
    """What was sent last."""
    started: datetime | None = None
    """When the first stage was sent (naive New York time): the stages share one walk, and its time."""
    limits: dict[int, float] = field(default_factory=dict)
    """Limit of each order at work; a combo has one, under its first order."""
    live: dict[int, str] = field(default_factory=dict)
    """Orders at work and their symbols."""
    final: set[int] = field(default_factory=set)
    """Orders that ended, perhaps before the call that placed them returned."""
    seen: set[tuple[int, int]] = field(default_factory=set)
    """Events that were booked; brokers repeat themselves."""
    missing: set[int] = field(default_factory=set)
    """Orders at work that the broker did not know at the last look."""
    sending: bool = False
    cancelling: bool = False
    problem: str = ""

    @property
    def tag(self) -> str:
        """Return the common part of the tags of its orders."""
        return f"{self.machine.name}/{self.machine.cycle}/{self.group}"

    @property
    def whole(self) -> bool:
        """Return whether every leg filled to the last contract."""
        return all(leg.remaining == 0 for leg in self.legs.values())

    def complain(self, message: str) -> None:
        """Keep the broker's reason; of a refused combo one leg only names it (lean-semantics 16)."""
        if not self.problem or "nsufficient" in message:
            self.problem = message or "the broker refused the order"

    def stage_filled(self) -> bool:
        """Return whether everything that was sent has filled."""
        return all(self.legs[leg.contract.symbol].remaining == 0 for leg in self.stage)


def stages(trade: Trade, combo: bool) -> list[list[TradeLeg]]:
    """Return the order in which legs are sent: all at once, or buys before sells.

    Buys first is right for an entry (wings before shorts), for an exit (shorts are bought back before their
    wings are sold) and for a roll.
    """
    if combo or len(trade.legs) == 1:
        return [list(trade.legs)]
    buys = [leg for leg in trade.legs if leg.quantity > 0]
    sells = [leg for leg in trade.legs if leg.quantity < 0]
    return [stage for stage in (buys, sells) if stage]


def intent_leg(leg: TradeLeg) -> IntentLeg:
    """Return the record of a leg that nothing has filled of."""
    return IntentLeg(leg.contract.symbol, leg.contract.name, leg.role, leg.quantity)


def is_entry(working: Working) -> bool:
    """Return whether the group opens a position from nothing."""
    return working.trade.purpose is Purpose.ENTRY
