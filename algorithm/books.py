"""Bookkeeping of one machine: legs, cash of the cycle, totals. P&L comes from our own fills and settlements.

LEAN's closed trades book cash-settled options at an exit price of 0 (lean-semantics 16): of no use here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from state.machine import Machine
from state.records import PositionLeg, Scalar
from strategies.position import CASH, FEES, amount

TOTAL_CASH = "total_cash_usd"
"""Management value: all that the strategy's fills and settlements ever brought, fees taken off."""
TOTAL_FEES = "total_fees_usd"
"""Management value: the fees in it."""
UNCOUNTED = "uncounted"
"""Management value: whether the result of this cycle's position is still to be counted as won or lost."""
AWAITED = "awaited_shares."
"""Management value: the shares of an exercise of which only the option's event has come yet."""
DECIMALS = 6
"""Sums are rounded so that binary dust never reaches a cent."""


@dataclass(frozen=True, slots=True)
class Fill:
    """So many of a contract for a price. A settlement is a fill at the settlement value without a fee."""

    contract: str
    name: str
    role: str
    quantity: float
    price: float
    multiplier: int
    fee_usd: float = 0.0

    @property
    def cash_usd(self) -> float:
        """Return what the account received, fees taken off."""
        return -self.quantity * self.price * self.multiplier - self.fee_usd


def booked(legs: tuple[PositionLeg, ...], fill: Fill) -> tuple[PositionLeg, ...]:
    """Return the legs after a fill."""
    old = next((leg for leg in legs if leg.contract == fill.contract and leg.role == fill.role), None)
    if old is None:
        return (*legs, PositionLeg(fill.contract, fill.name, fill.quantity, fill.price, fill.role))
    quantity = old.quantity + fill.quantity
    if old.quantity * fill.quantity > 0:
        price = (old.average_price * old.quantity + fill.price * fill.quantity) / quantity
    else:
        # A part that is closed keeps the price of the rest; what flips has been opened by this fill.
        price = old.average_price if old.quantity * quantity > 0 else fill.price
    changed = old._replace(quantity=quantity, average_price=price)
    return tuple(changed if leg is old else leg for leg in legs if leg is not old or abs(quantity) > 1e-9)


def booked_values(machine: Machine, fill: Fill) -> dict[str, Scalar]:
    """Return the management values that a fill changes."""
    return changed_sums(machine, fill.cash_usd, fill.fee_usd)


def changed_sums(machine: Machine, cash_usd: float, fee_usd: float) -> dict[str, Scalar]:
    """Return the sums of the cycle and of the strategy with so much added."""
    changes = ((CASH, cash_usd), (FEES, fee_usd), (TOTAL_CASH, cash_usd), (TOTAL_FEES, fee_usd))
    return {name: round(amount(machine.values, name) + by, DECIMALS) for name, by in changes}


def book(machine: Machine, fill: Fill, more: Mapping[str, Scalar] | None = None) -> None:
    """Remember a fill: it happened at the broker, whether it can be stored or not.

    Parameters
    ----------
    more : management values to remember in the same write
    """
    values = {**booked_values(machine, fill), **(more or {})}
    machine.update(legs=booked(machine.legs, fill), values=values)


def awaited(root: str) -> str:
    """Return the management value that says how many shares an exercise has yet to deliver."""
    return f"{AWAITED}{root}"


def adjust(machine: Machine, cash_usd: float, fee_usd: float) -> None:
    """Correct what was booked at a guessed price, once the real one is known."""
    machine.update(values=changed_sums(machine, cash_usd, fee_usd))


NEW_CYCLE: dict[str, Scalar] = {
    CASH: 0.0,
    FEES: 0.0,
    "entry_whole": False,
    "credit_usd": 0.0,
    UNCOUNTED: True,
}
"""Management values at the beginning of a cycle."""
