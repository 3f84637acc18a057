"""Who owns what the broker holds after a restart, when documents may be older than the truth. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from state.machine import Machine
from state.records import Holding, PositionLeg

Recognise = Callable[[Machine, Holding], str | None]
"""Answers in which role a machine could own a holding that no document explains; None if it could not."""
TINY = 1e-9


@dataclass(slots=True)
class Claim:
    """One machine's claim on one contract, in one role."""

    machine: Machine
    name: str
    role: str
    held: float
    """What its document says it holds."""
    coming: float = 0.0
    """What an intent of its document may have added since."""
    price: float = 0.0
    got: float = 0.0


@dataclass(slots=True)
class Allocation:
    """The legs of each machine by the broker's holdings."""

    legs: dict[str, list[PositionLeg]] = field(default_factory=dict)
    unexplained: list[Holding] = field(default_factory=list)
    """Quantities that are held and that nobody can own."""


def allocate(machines: Sequence[Machine], holdings: Sequence[Holding], recognise: Recognise) -> Allocation:
    """Divide the broker's holdings among the machines.

    In this order: what the documents say is held; what their open intents may have filled since; less where
    less is held; and what is left goes to the one machine that recognises it, if there is exactly one.
    """
    claims = _claims(machines)
    held = {holding.contract: holding for holding in holdings}
    result = Allocation({machine.name: [] for machine in machines})
    for contract in sorted({*claims, *held}):
        holding = held.get(contract)
        quantity = holding.quantity if holding else 0.0
        price = holding.average_price if holding else 0.0
        mine = claims.get(contract, [])
        left = _divide(mine, quantity)
        if abs(left) > TINY and holding is not None:
            rest = holding._replace(quantity=left)
            heirs = [(machine, role) for machine in machines if (role := recognise(machine, rest))]
            if len(heirs) == 1:
                machine, role = heirs[0]
                mine = [*mine, Claim(machine, holding.name, role, 0.0, got=left)]
            else:
                result.unexplained.append(rest)
        for claim in mine:
            if abs(claim.got) > TINY:
                leg = PositionLeg(contract, claim.name, claim.got, claim.price or price, claim.role)
                result.legs[claim.machine.name].append(leg)
    return result


def _claims(machines: Sequence[Machine]) -> dict[str, list[Claim]]:
    claims: dict[str, list[Claim]] = {}
    for machine in machines:
        for leg in machine.legs:
            claim = Claim(machine, leg.name, leg.role, leg.quantity, price=leg.average_price)
            claims.setdefault(leg.contract, []).append(claim)
        for intent in machine.intents:
            for wanted in intent.legs:
                mine = claims.setdefault(wanted.contract, [])
                same = [c for c in mine if c.machine is machine and c.role == wanted.role]
                if not same:
                    same = [Claim(machine, wanted.name, wanted.role, 0.0)]
                    mine += same
                same[0].coming += wanted.remaining
    return claims


def _divide(claims: list[Claim], quantity: float) -> float:
    """Give each claim its part of the quantity, and return what is left over."""
    for claim in claims:
        claim.got = claim.held
    left = quantity - sum(claim.held for claim in claims)
    for claim in claims:
        # An intent explains a change in its own direction, up to what it still wanted.
        part = max(min(left, max(claim.coming, 0.0)), min(claim.coming, 0.0))
        claim.got += part
        left -= part
    for claim in claims:
        # Less is held than anybody knows of: closed elsewhere, from whoever has something to lose.
        if left * claim.got < 0:
            part = left if abs(left) < abs(claim.got) else -claim.got
            claim.got += part
            left -= part
    return left
