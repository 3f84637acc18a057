"""Who owns how many of each contract.

A LEAN algorithm has one net position per contract. Two strategies in the same contract are fine while they
are on the same side; on opposite sides the broker would hold neither position, so the second one is refused.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from state.records import Difference, Holding, Permission, PositionLeg, Situation

EXTERNAL = "(external)"
"""Owner of what an operator declared to be outside of the strategies."""

TOLERANCE = 1e-9
"""Sums of fractional quantities are not exact; nothing that is traded has lots this small."""


def owned_quantities(
    situations: Mapping[str, Situation], external: Iterable[PositionLeg] = ()
) -> dict[str, dict[str, float]]:
    """Return contract: {owner: signed quantity}, without zeros."""
    owned: dict[str, dict[str, float]] = {}
    for owner, situation in situations.items():
        _add(owned, owner, situation.legs)
    _add(owned, EXTERNAL, external)
    return owned


def netting(
    situations: Mapping[str, Situation],
    external: Iterable[PositionLeg],
    strategy: str,
    contract: str,
    quantity: float,
) -> Permission:
    """Say whether `strategy` may trade `quantity` of a contract without netting against another owner.

    What others still have at work counts as well: orders of one step must not meet at the broker.
    """
    mine = _quantity(situations[strategy].legs, contract) if strategy in situations else 0.0
    after = mine + quantity
    if abs(after) <= TOLERANCE:
        return Permission(True, "closes what it owns")
    for owner, situation in situations.items():
        if owner != strategy:
            held = _quantity(situation.legs, contract)
            coming = held + sum(
                leg.remaining
                for intent in situation.intents
                for leg in intent.legs
                if leg.contract == contract
            )
            for theirs in (held, coming):
                if theirs * after < 0 and abs(theirs) > TOLERANCE:
                    return _opposite(strategy, after, owner, theirs, contract)
    theirs = _quantity(external, contract)
    if theirs * after < 0 and abs(theirs) > TOLERANCE:
        return _opposite(strategy, after, EXTERNAL, theirs, contract)
    return Permission(True, "nets against nobody")


def differences(
    situations: Mapping[str, Situation], external: Iterable[PositionLeg], holdings: Iterable[Holding]
) -> tuple[Difference, ...]:
    """Return every contract of which the broker holds something else than the owners together."""
    external = tuple(external)
    owned = owned_quantities(situations, external)
    names = {leg.contract: leg.name for situation in situations.values() for leg in situation.legs}
    names.update((leg.contract, leg.name) for leg in external)
    found = []
    for holding in holdings:
        total = sum(owned.pop(holding.contract, {}).values())
        if abs(holding.quantity - total) > TOLERANCE:
            found.append(
                Difference(holding.contract, holding.name, holding.quantity, total, holding.average_price)
            )
    for contract, owners in owned.items():
        total = sum(owners.values())
        if abs(total) > TOLERANCE:
            found.append(Difference(contract, names[contract], 0.0, total))
    return tuple(found)


def _add(owned: dict[str, dict[str, float]], owner: str, legs: Iterable[PositionLeg]) -> None:
    for leg in legs:
        owners = owned.setdefault(leg.contract, {})
        owners[owner] = owners.get(owner, 0.0) + leg.quantity


def _quantity(legs: Iterable[PositionLeg], contract: str) -> float:
    return sum(leg.quantity for leg in legs if leg.contract == contract)


def _opposite(strategy: str, after: float, owner: str, theirs: float, contract: str) -> Permission:
    return Permission(
        False,
        f"{strategy} would hold {after:+g} of {contract} while {owner} has {theirs:+g}: "
        "the broker would net the two",
        "ownership",
    )
