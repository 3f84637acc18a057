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


def expiries(chain: Iterable[Listed]) -> list[date]:
    """Return the distinct expiries of a chain, nearest first."""
    return sorted({row.contract.expiry for row in chain})


def around_strike(
    chain: Iterable[Listed], expiry: date, right: Right, wanted: float, count: int
) -> list[Contract]:
    """Return the contracts of one expiry and right whose strikes are nearest to the wanted one."""
    rows = [row.contract for row in chain if row.contract.expiry == expiry and row.contract.right is right]
    return sorted(rows, key=lambda contract: (abs(contract.strike - wanted), contract.strike))[:count]


def around_delta(
    chain: Iterable[Listed], expiry: date, right: Right, wanted: float, count: int
) -> list[Contract]:
    """Return the contracts of one expiry and right whose delta of yesterday is nearest to the wanted one."""
    rows = [
        (abs(row.delta - wanted), row.contract.strike, row.contract)
        for row in chain
        if row.delta is not None and row.contract.expiry == expiry and row.contract.right is right
    ]
    return [contract for _, _, contract in sorted(rows, key=lambda row: row[:2])[:count]]


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
