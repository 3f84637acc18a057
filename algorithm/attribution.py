"""Whose an order or a fill is that this process did not send: what a former process left at the broker.

Tags are the best evidence, but not every broker gives them back, and LEAN gives open orders new ids after a
restart (lean-semantics 14). The documents' intents come next, then what is held, then what only one strategy
trades at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from algorithm.ports import Market
from algorithm.working import EVERYTHING
from state.machine import Machine
from state.manager import UnifiedStateManager
from state.records import Holding, PositionLeg
from state.states import StrategyState as S
from strategies.base import Definition, Found

UNNAMED_ROLE = "found"
"""Role of a leg of which nothing but its owner is known."""


class Party(NamedTuple):
    """A strategy that takes part in the attribution."""

    machine: Machine
    definition: Definition
    parameters: Any


class Attribution:
    """Answers whose something is."""

    def __init__(self, market: Market, manager: UnifiedStateManager) -> None:
        self._market = market
        self._manager = manager
        self.parties: Mapping[str, Party] = {}

    def owner_by_tag(self, tag: str) -> Machine | None:
        """Return the machine that a tag names."""
        name = tag.partition("/")[0]
        return next((m for m in self._manager.machines if m.name == name and "/" in tag), None)

    def owner(self, symbol: str, quantity: float, tag: str) -> Machine | None:
        """Return whose order for so many of a contract this is; None if it is nobody's here, or might be several's.

        A tag that is not ours is somebody else's order.
        """
        if tag:
            return self.owner_by_tag(tag)
        machines = self._manager.machines
        meant = [m for m in machines if _wanted(m, symbol) * quantity > 0]
        closing = [
            m for m in machines for leg in m.legs if leg.contract == symbol and leg.quantity * quantity < 0
        ]
        for candidates in (meant, closing):
            if candidates:
                return candidates[0] if len(candidates) == 1 else None
        able = [m for m in machines if self._could_trade(m, symbol, quantity)]
        return able[0] if len(able) == 1 else None

    def role(self, machine: Machine, symbol: str, quantity: float, tag: str) -> str:
        """Return in which role a machine trades a contract: by the tag, the intent, the leg it has, or its kind."""
        named = tag.rpartition("/")[2]
        if named and named != EVERYTHING:
            return named
        for intent in machine.intents:
            for wanted in intent.legs:
                if wanted.contract == symbol:
                    return wanted.role
        held = next((leg.role for leg in machine.legs if leg.contract == symbol), None)
        return held or self.recognise(machine, symbol, quantity, machine.legs) or UNNAMED_ROLE

    def recognise(
        self, machine: Machine, symbol: str, quantity: float, held: Sequence[PositionLeg]
    ) -> str | None:
        """Return the role in which a machine could hold so many of a contract, None if it never would."""
        party = self.parties.get(machine.name)
        if party is None:
            return None
        found = Found(self._market.contract(symbol), quantity, self._today(), tuple(held), party.parameters)
        return party.definition.recognise(found)

    def recognise_holding(
        self, machine: Machine, holding: Holding, held: Sequence[PositionLeg]
    ) -> str | None:
        """Return the role in which a machine could own a holding that nobody explains."""
        if machine.state in (S.ERROR, S.COMPLETE):
            return None
        return self.recognise(machine, holding.contract, holding.quantity, held)

    def _could_trade(self, machine: Machine, symbol: str, quantity: float) -> bool:
        """Answer whether an order could be a machine's: it opens such a position, or it closes one."""
        return any(self.recognise(machine, symbol, sign * quantity, ()) is not None for sign in (1, -1))

    def _today(self) -> date:
        return self._market.now().date()


def _wanted(machine: Machine, symbol: str) -> float:
    """Return how many of a contract a machine's intents still want."""
    return sum(leg.remaining for i in machine.intents for leg in i.legs if leg.contract == symbol)
