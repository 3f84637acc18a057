"""A row of a chain for the tests of strategies: all of it is known from the start."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from strategies.contracts import Contract, Right


@dataclass(frozen=True, slots=True)
class PlainListed:
    """A contract and its |delta| of the day before."""

    contract: Contract
    delta: float | None

    @property
    def expiry(self) -> date:
        return self.contract.expiry

    @property
    def right(self) -> Right:
        return self.contract.right

    @property
    def strike(self) -> float:
        return self.contract.strike
