"""Who owns what the broker holds after a restart, when documents may be older than the truth. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from algorithm.books import awaited
from state.machine import Machine
from state.records import Holding, PositionLeg
from strategies.contracts import Contract, Right
from strategies.position import SHARES, amount

Recognise = Callable[[Machine, Holding, Sequence[PositionLeg]], str | None]
"""Answers in which role a machine, with these legs of its own, could own a holding that no document explains."""
TINY = 1e-9


@dataclass(slots=True)
class Claim:
    """One machine's claim on one contract, in one role."""

    machine: Machine
    contract: str
    name: str
    role: str
    held: float
    """What its document says it holds."""
    coming: float = 0.0
    """What an intent of its document may have added since."""
    price: float = 0.0
    got: float = 0.0

    @property
    def expected(self) -> float:
        """Return what would be held if nothing but the machine's own orders had happened."""
        return self.held + self.coming


@dataclass(slots=True)
class Allocation:
    """The legs of each machine by the broker's holdings."""

    legs: dict[str, list[PositionLeg]] = field(default_factory=dict)
    unexplained: list[Holding] = field(default_factory=list)
    """Quantities that are held and that nobody can own."""
    delivered: set[tuple[str, str]] = field(default_factory=set)
    """(machine, option) of which the shares were delivered: the option itself went for nothing."""


def allocate(
    machines: Sequence[Machine],
    holdings: Sequence[Holding],
    contract_of: Callable[[str], Contract],
    recognise: Recognise,
) -> Allocation:
    """Divide the broker's holdings among the machines.

    In this order: what the documents say is held; what their open intents may have filled since; less where
    less is held; shares to whom an option on them has gone; and what is left goes to the one machine that
    recognises it, if there is exactly one.
    """
    claims = _claims(machines)
    held = {holding.contract: holding for holding in holdings}
    result = Allocation({machine.name: [] for machine in machines})
    rests: list[Holding] = []
    for contract in sorted({*claims, *held}):
        holding = held.get(contract)
        quantity = holding.quantity if holding else 0.0
        price = holding.average_price if holding else 0.0
        mine = claims.get(contract, [])
        left = _divide(mine, quantity)
        if abs(left) > TINY and holding is not None:
            rests.append(holding._replace(quantity=left))
        for claim in mine:
            if abs(claim.got) > TINY:
                leg = PositionLeg(contract, claim.name, claim.got, claim.price or price, claim.role)
                result.legs[claim.machine.name].append(leg)
    gone = [claim for each in claims.values() for claim in each if abs(claim.got) < abs(claim.expected)]
    for rest in rests:
        rest = _deliver(result, machines, gone, rest, contract_of)
        if abs(rest.quantity) > TINY:
            _inherit(result, machines, rest, recognise)
    return result


def _deliver(
    result: Allocation,
    machines: Sequence[Machine],
    gone: list[Claim],
    rest: Holding,
    contract_of: Callable[[str], Contract],
) -> Holding:
    """Give shares to those whose option on them is gone, and return what is left: an exercise nobody saw."""
    share = contract_of(rest.contract)
    left = rest.quantity
    if share.right is not Right.SHARE:
        return rest
    for machine in machines:
        due = amount(machine.values, awaited(share.root))
        if due * left > 0:
            part = due if abs(due) < abs(left) else left
            _add(result.legs[machine.name], rest._replace(quantity=part), SHARES)
            left -= part
    for claim in gone:
        option = contract_of(claim.contract)
        if option.root != share.root or option.right is Right.SHARE:
            continue
        due = (claim.expected - claim.got) * option.unit_of_trade * (1 if option.right is Right.CALL else -1)
        if due * left > 0:
            part = due if abs(due) < abs(left) else left
            _add(result.legs[claim.machine.name], rest._replace(quantity=part), SHARES)
            result.delivered.add((claim.machine.name, claim.contract))
            left -= part
    return rest._replace(quantity=left)


def _inherit(result: Allocation, machines: Sequence[Machine], rest: Holding, recognise: Recognise) -> None:
    """Give what nobody claims to the one machine that recognises it, knowing by now what else it holds."""
    heirs = [(m, role) for m in machines if (role := recognise(m, rest, result.legs[m.name]))]
    if len(heirs) != 1:
        result.unexplained.append(rest)
        return
    machine, role = heirs[0]
    _add(result.legs[machine.name], rest, role)


def _add(legs: list[PositionLeg], more: Holding, role: str) -> None:
    """Add a holding to a machine's legs."""
    leg = PositionLeg(more.contract, more.name, more.quantity, more.average_price, role)
    same = next((each for each in legs if (each.contract, each.role) == (leg.contract, role)), None)
    if same is not None:
        legs.remove(same)
        leg = leg._replace(quantity=leg.quantity + same.quantity)
    legs.append(leg)


def _claims(machines: Sequence[Machine]) -> dict[str, list[Claim]]:
    claims: dict[str, list[Claim]] = {}
    for machine in machines:
        for leg in machine.legs:
            claim = Claim(machine, leg.contract, leg.name, leg.role, leg.quantity, price=leg.average_price)
            claims.setdefault(leg.contract, []).append(claim)
        for intent in machine.intents:
            for wanted in intent.legs:
                mine = claims.setdefault(wanted.contract, [])
                same = [c for c in mine if c.machine is machine and c.role == wanted.role]
                if not same:
                    same = [Claim(machine, wanted.contract, wanted.name, wanted.role, 0.0)]
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
