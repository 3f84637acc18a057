"""Choosing contracts: a shortlist from yesterday's chain, then delta and strike on live quotes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from strategies.contracts import Contract, Listed, Quote, Right
from strategies.greeks import delta, forward_from_parity
from strategies.quotes import QuoteProblem, QuoteRule


@dataclass(frozen=True, slots=True)
class Candidate:
    """A contract whose live quote may be traded on, and |delta| of that quote."""

    contract: Contract
    quote: Quote
    delta: float


@dataclass(frozen=True, slots=True)
class DeltaRange:
    """A wanted |delta|, and how far from it a leg may be and still make the same trade."""

    value: float
    tolerance: float


def listed_expiries(chain: Iterable[Listed]) -> list[date]:
    """Return the distinct expiries of a chain, nearest first."""
    return sorted({row.expiry for row in chain})


def around_strike(
    chain: Iterable[Listed], expiry: date, right: Right, wanted: float, count: int
) -> list[Contract]:
    """Return the contracts of one expiry and right whose strikes are nearest to the wanted one."""
    rows = [row for row in chain if row.expiry == expiry and row.right is right]
    nearest = sorted(rows, key=lambda row: (abs(row.strike - wanted), row.strike))[:count]
    return [row.contract for row in nearest]


def between_strikes(
    chain: Iterable[Listed], expiry: date, right: Right, low: float, high: float, count: int
) -> list[Contract]:
    """Return at most so many contracts of one expiry and right, evenly spread over a range of strikes."""
    rows = sorted(
        (row for row in chain if row.expiry == expiry and row.right is right), key=lambda row: row.strike
    )
    within = [row for row in rows if low <= row.strike <= high]
    step = max(1, -(-len(within) // count))
    return [row.contract for row in within[::step]]


def around_delta(
    chain: Iterable[Listed], expiry: date, right: Right, wanted: float, count: int
) -> list[Contract]:
    """Return the contracts of one expiry and right whose delta of yesterday is nearest to the wanted one."""
    some = ((row, row.delta) for row in chain if row.expiry == expiry and row.right is right)
    rows = [(abs(delta - wanted), row.strike, row) for row, delta in some if delta is not None]
    return [row.contract for _, _, row in sorted(rows, key=lambda found: found[:2])[:count]]


def nearest_strike(contracts: Iterable[Contract], wanted: float) -> Contract | None:
    """Return the contract with the nearest strike; of two equally near ones the further out of the money."""
    return min(
        contracts,
        key=lambda contract: (
            abs(contract.strike - wanted),
            contract.strike if contract.right is Right.PUT else -contract.strike,
        ),
        default=None,
    )


def live_forward(
    contracts: Sequence[Contract],
    quote_of: Callable[[str], Quote],
    rule: QuoteRule,
    spot: float,
    discount: float = 1.0,
) -> float | None:
    """Return the forward that live quotes of one expiry imply by put-call parity; None without a pair."""
    puts = {contract.strike: contract for contract in contracts if contract.right is Right.PUT}
    pairs = []
    for call in contracts:
        put = puts.get(call.strike) if call.right is Right.CALL else None
        if put is None:
            continue
        quotes = quote_of(call.symbol), quote_of(put.symbol)
        if all(rule.tradable(quote) is None for quote in quotes):
            pairs.append((call.strike, quotes[0].mid, quotes[1].mid))
    return forward_from_parity(pairs, spot, discount)


def candidates(
    contracts: Iterable[Contract],
    quote_of: Callable[[str], Quote],
    rule: QuoteRule,
    forward: float,
    discount: float = 1.0,
) -> tuple[list[Candidate], list[QuoteProblem]]:
    """Return the contracts that may be entered on, with deltas, and what was wrong with the others."""
    good: list[Candidate] = []
    problems: list[QuoteProblem] = []
    for contract in contracts:
        quote = quote_of(contract.symbol)
        problem = rule.enterable(quote)
        if problem is not None:
            problems.append(problem)
            continue
        value = delta(contract, quote.mid, forward, discount)
        if value is not None:
            good.append(Candidate(contract, quote, value))
    return good, problems


def nearest_delta(choices: Iterable[Candidate], right: Right, wanted: float) -> Candidate | None:
    """Return the candidate of one right whose delta is nearest; of two equally near the smaller delta."""
    return min(
        (choice for choice in choices if choice.contract.right is right),
        key=lambda choice: (round(abs(choice.delta - wanted), 9), choice.delta),
        default=None,
    )


def vertical(
    listed: Sequence[Contract],
    choices: Iterable[Candidate],
    quote_of: Callable[[str], Quote],
    rule: QuoteRule,
    right: Right,
    wanted: DeltaRange,
    distance: float,
) -> tuple[Contract, Contract] | str:
    """Return (near, far): a leg by delta and its partner further out of the money, or the reason for none.

    Parameters
    ----------
    listed : every contract that is watched
    choices : those of them that may be entered on, out of the money
    distance : float, in points
        how much further out the far leg should be; the nearest listed strike is taken
    """
    near = nearest_delta(choices, right, wanted.value)
    if near is None:
        return f"no_short_leg: no {right.lower()} may be traded"
    if abs(near.delta - wanted.value) > wanted.tolerance:
        return f"no_short_leg: the {right.lower()} nearest delta {wanted.value:g} has {near.delta:.3f}"
    strike, outward = near.contract.strike, (-1 if right is Right.PUT else 1)
    further = (c for c in listed if c.right is right and outward * (c.strike - strike) > 0)
    far = nearest_strike(further, strike + outward * distance)
    if far is None:
        return f"no_wing: no {right.lower()} is listed further out than {strike:g}"
    problem = rule.enterable(quote_of(far.symbol))
    return (near.contract, far) if problem is None else f"wing_quote: {far.name} has {problem}"
