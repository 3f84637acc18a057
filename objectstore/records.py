"""The records that documents are made of: immutable tuples, cheap to make, safe to hand to a thread."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

Scalar = str | int | float | bool | None
"""What a management value may be: whatever JSON writes without a rule of its own."""


class PositionLeg(NamedTuple):
    """One contract that a machine holds. The core knows no more about it than who, what and how many."""

    contract: str
    """Identity that does not change: the text of LEAN's SecurityIdentifier."""
    name: str
    """What a human reads."""
    quantity: float
    """Signed: positive long, negative short."""
    average_price: float
    role: str
    """What the leg is for, in the strategy's words (`short_put`)."""


class IntentLeg(NamedTuple):
    """One leg of an intent: how many were wanted and how many of those came."""

    contract: str
    name: str
    role: str
    quantity: float
    """Signed quantity wanted."""
    filled: float = 0.0
    """Signed quantity filled so far."""
    average_price: float = 0.0
    """Average price of what filled, 0 while nothing did."""
    order_ids: tuple[int, ...] = ()

    @property
    def remaining(self) -> float:
        return self.quantity - self.filled


class Intent(NamedTuple):
    """Something a machine means to do at the broker. It is stored before anything is sent."""

    group: str
    """Identity within the machine, part of every order's tag."""
    purpose: str
    """What it is for, in the strategy's words (`entry`, `exit`, `roll`)."""
    status: str
    """Where it stands, in the gateway's words (`planned`, `sent`)."""
    created: datetime
    legs: tuple[IntentLeg, ...]
    values: dict[str, Scalar] = {}
    """What the gateway must know to go on with it (limit price, step of the walk)."""


class TransitionRecord(NamedTuple):
    """One line of the audit log. A note (worth keeping, moved nothing) has `source == target`."""

    machine: str
    cycle: int
    seq: int
    """Counts the machine's records from 1 without gaps, across restarts."""
    source: str
    target: str
    reason: str
    at: datetime
    duration: timedelta
    """How long the machine had been in `source`."""
    error: str | None = None
    kind: str = "transition"
    """`transition`, `timeout`, `illegal`, `failure`, `note`, `operator` or `restored`."""


class Verdict(NamedTuple):
    """What the manager last answered a strategy that asked to enter."""

    strategy: str
    allowed: bool
    rule: str
    reason: str
    at: datetime


class Holding(NamedTuple):
    """What the broker says is held of one contract."""

    contract: str
    name: str
    quantity: float
    average_price: float = 0.0


class Difference(NamedTuple):
    """A contract of which the broker holds something else than the owners together."""

    contract: str
    name: str
    held: float
    owned: float
    average_price: float = 0.0

    @property
    def unexplained(self) -> float:
        """Signed quantity that is held and that nobody owns; of the opposite sign where some is missing."""
        return self.held - self.owned
