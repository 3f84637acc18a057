"""What all positions together have at stake in the S&P 500: SPX, SPY and ES move as one (beta 1)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from strategies.contracts import Contract, Right
from strategies.greeks import delta

SCENARIOS = 21
"""Moves of the index at which the worst case is looked for, evenly from the deepest fall to the highest rise."""


@dataclass(frozen=True, slots=True)
class Stake:
    """One contract of a position, held or planned."""

    contract: Contract
    quantity: float
    value_usd: float
    """What it counts for now, signed like the quantity."""
    underlying: float

    @property
    def size(self) -> float:
        """Return the signed units of the underlying it stands for."""
        return self.quantity * self.contract.multiplier

    @property
    def delta_usd(self) -> float:
        """Return what one percent of the underlying would mean, times a hundred."""
        price = self.value_usd / self.size if self.size else 0.0
        if self.contract.right is Right.SHARE:
            return self.size * self.underlying
        value = delta(self.contract, price, self.underlying)
        if value is None:
            value = 1.0 if self.contract.intrinsic(self.underlying) > 0 else 0.0
        sign = 1 if self.contract.right is Right.CALL else -1
        return sign * value * self.size * self.underlying

    def gain_usd(self, move: float) -> float:
        """Return what it would gain if the underlying stood there at its expiry."""
        return self.size * self.contract.intrinsic(self.underlying * (1 + move)) - self.value_usd


@dataclass(frozen=True, slots=True)
class Exposure:
    """The S&P exposure of an account."""

    delta_usd: float
    """Beta-weighted delta: the amount of index that moves like the positions do."""
    naked_usd: float
    """Notional of the short options that no long option of the same right covers."""
    worst_loss_usd: float
    """Deepest loss over the scenarios, valued at expiry."""


def exposure(stakes: Iterable[Stake], stress_frac: float) -> Exposure:
    """Return the exposure of all positions together.

    Parameters
    ----------
    stress_frac : float
        how far the index may move either way in the worst case
    """
    held = list(stakes)
    moves = [stress_frac * (2 * step / (SCENARIOS - 1) - 1) for step in range(SCENARIOS)]
    worst = min((sum(stake.gain_usd(move) for stake in held) for move in moves), default=0.0)
    sides = (naked_usd([s for s in held if s.contract.right is right]) for right in (Right.PUT, Right.CALL))
    return Exposure(sum(stake.delta_usd for stake in held), max(sides), max(-worst, 0.0))


def naked_usd(stakes: Sequence[Stake]) -> float:
    """Return the notional of what is short of one right and not covered by a long option that lives as long."""
    longs = {id(stake): stake.size for stake in stakes if stake.quantity > 0}
    naked = 0.0
    for short in sorted((s for s in stakes if s.quantity < 0), key=lambda s: s.contract.expiry):
        open_size = -short.size
        for cover in stakes:
            if open_size and longs.get(id(cover), 0) and cover.contract.expiry >= short.contract.expiry:
                used = min(open_size, longs[id(cover)])
                longs[id(cover)] -= used
                open_size -= used
        naked += open_size * short.underlying
    return naked
