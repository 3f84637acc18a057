"""What a held position has earned so far: what was received and paid for it against closing it now.

Money carries the trader's sign: received > 0, paid < 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from state.records import PositionLeg, Scalar
from strategies.base import Purpose, Trade, TradeLeg, View
from strategies.contracts import Contract, Quote
from strategies.limits import Walk
from strategies.quotes import QuoteRule

CASH: Final = "cash_usd"
"""Management value: what this cycle's fills and settlements have brought, fees taken off."""
FEES: Final = "fees_usd"
"""Management value: the fees in it."""

SHARES: Final = "shares"
"""Role of the shares that an exercise or an assignment leaves."""

ContractOf = Callable[[str], Contract]
QuoteOf = Callable[[str], Quote]


def amount(values: Mapping[str, Scalar], name: str) -> float:
    """Return a management value that is a sum of money, 0 before the first booking."""
    value = values.get(name, 0.0)
    if not isinstance(value, int | float):
        raise TypeError(f"{name} is a sum of money, was {value!r}")
    return float(value)


def closing_value(
    legs: Iterable[PositionLeg], contract_of: ContractOf, quote_of: QuoteOf, rule: QuoteRule
) -> float | None:
    """Return what closing the legs now would bring in USD, crossing every spread; None where nobody can tell.

    A short leg needs a quote that may be traded on. A long leg without a bid is worth nothing, which is what
    it could be sold for; one whose bid is old has no known value.
    """
    total = 0.0
    for leg in legs:
        quote = quote_of(leg.contract)
        if leg.quantity < 0:
            offer = rule.to_buy_back(quote)
            if offer is None:
                return None
            price = offer.far_side(1)
        elif quote.bid is not None and quote.bid > 0 and rule.fresh(quote.bid_age):
            price = quote.bid
        elif rule.fresh(quote.ask_age):
            price = 0.0
        else:
            return None
        total += leg.quantity * price * contract_of(leg.contract).multiplier
    return total


def profit(
    values: Mapping[str, Scalar],
    legs: Sequence[PositionLeg],
    contract_of: ContractOf,
    quote_of: QuoteOf,
    rule: QuoteRule,
) -> float | None:
    """Return the profit of the cycle in USD if everything were closed now, fees included; None if unknown."""
    value = closing_value(legs, contract_of, quote_of, rule)
    return None if value is None else amount(values, CASH) + value


def leg_profit(leg: PositionLeg, contract_of: ContractOf, quote_of: QuoteOf, rule: QuoteRule) -> float | None:
    """Return the profit of one leg in USD if it were closed now, without fees; None if unknown."""
    value = closing_value([leg], contract_of, quote_of, rule)
    return (
        None
        if value is None
        else value - leg.quantity * leg.average_price * contract_of(leg.contract).multiplier
    )


def cost(leg: PositionLeg, contract_of: ContractOf) -> float:
    """Return what was paid for a leg in USD (negative for what was received)."""
    return leg.quantity * leg.average_price * contract_of(leg.contract).multiplier


def by_role(legs: Iterable[PositionLeg], role: str) -> PositionLeg | None:
    """Return the leg with this role."""
    return next((leg for leg in legs if leg.role == role), None)


def closing_trade(
    legs: Iterable[PositionLeg], view: View, rule: QuoteRule, walk: Walk | None
) -> Trade | None:
    """Return the trade that closes every leg that may be traded, None if there is none.

    Shares are closed first, and alone. A long leg is left out while a short leg of the same right cannot be closed:
    it is that leg's protection. What has expired is left to its settlement.
    """
    today = view.now.date()
    held = [(leg, view.contract(leg.contract)) for leg in legs]
    held = [(leg, contract) for leg, contract in held if contract.expiry >= today]
    # Shares go alone: they are traded at another exchange, and their option may be their protection.
    held = [(leg, contract) for leg, contract in held if leg.role == SHARES] or held
    tradable = [
        (leg, contract)
        for leg, contract in held
        if rule.usable(view.quote(leg.contract), buys_back=leg.quantity < 0) is not None
    ]
    stuck = {contract.right for leg, contract in held if leg.quantity < 0 and (leg, contract) not in tradable}
    chosen = [
        TradeLeg(contract, leg.role, -int(leg.quantity), closing=True)
        for leg, contract in tradable
        if leg.quantity < 0 or contract.right not in stuck
    ]
    return Trade(Purpose.EXIT, tuple(chosen), walk, rule) if chosen else None


def net_price(ratios: Iterable[tuple[str, float]], quote_of: QuoteOf) -> tuple[float, float]:
    """Return (middle, far side) of one unit of a group, credit > 0, in USD per share.

    Parameters
    ----------
    ratios : (symbol, signed contracts per unit), all with a tradable quote
    """
    middle = far = 0.0
    for symbol, ratio in ratios:
        quote = quote_of(symbol)
        middle -= ratio * quote.mid
        far -= ratio * quote.far_side(ratio)
    return middle, far


def units_of(quantities: Iterable[int]) -> int:
    """Return how many units a group is (LEAN wants leg ratios without a common divisor)."""
    return math.gcd(*quantities)
