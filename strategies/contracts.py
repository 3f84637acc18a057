"""Options as plain data: contracts, quotes and held legs, with LEAN's security id as text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final, Protocol


class Right(StrEnum):
    """Call or put, or no option at all but what one delivers: shares, or a future."""

    CALL = "CALL"
    PUT = "PUT"
    SHARE = "SHARE"


@dataclass(frozen=True, slots=True)
class Contract:
    """One listed option, or what an assignment leaves: shares (without strike and expiry) or a future."""

    symbol: str
    """LEAN's security id as text, which finds the contract again after a restart."""
    name: str
    """What a trader reads, e.g. `SPXW  210108P03700000`."""
    root: str
    expiry: date
    strike: float
    right: Right
    multiplier: int = 100

    @property
    def unit_of_trade(self) -> int:
        """Return how much of its underlying an exercise delivers: a hundred shares, or one future."""
        return 1 if self.root[-1].isdigit() else self.multiplier

    def intrinsic(self, underlying: float) -> float:
        """Return what exercising is worth per share at this price of the underlying."""
        if self.right is Right.SHARE:
            return underlying
        sign = 1 if self.right is Right.CALL else -1
        return max(sign * (underlying - self.strike), 0.0)


class Listed(Protocol):
    """A row of the previous day's chain: where to look, never what to trade on.

    Chains have thousands of rows: expiry, right and strike cost little, the contract is made when somebody asks for it.
    """

    @property
    def expiry(self) -> date:
        """Return the contract's expiry."""
        ...

    @property
    def right(self) -> Right:
        """Return the contract's right."""
        ...

    @property
    def strike(self) -> float:
        """Return the contract's strike."""
        ...

    @property
    def delta(self) -> float | None:
        """Return |delta| of the file, None where the file has no greeks (futures options) or nonsense."""
        ...

    @property
    def contract(self) -> Contract:
        """Return the contract itself."""
        ...


READABLE_STRIKE_SCALE: Final = 1000
MULTIPLIERS: Final = {"ES": 50}
"""Units of the underlying per contract where it is not 100, by the letters of the readable root."""


def contract_from_name(symbol: str, name: str) -> Contract:
    """Return the contract behind LEAN's readable name (`SPXW  210108P03700000`, `ES20H20  200320C03200000`).

    Raises
    ------
    ValueError
        If the name is not one of an option.
    """
    parts = name.split()
    if len(parts) == 1 and len(name) > 15:
        parts = [name[:-15], name[-15:]]
    tail = parts[-1] if len(parts) == 2 else ""
    if len(tail) != 15 or tail[6] not in "CP" or not (tail[:6] + tail[7:]).isdigit():
        raise ValueError(f"{name!r} is not the name of an option")
    root = parts[0]
    return Contract(
        symbol=symbol,
        name=name,
        root=root,
        expiry=date(2000 + int(tail[:2]), int(tail[2:4]), int(tail[4:6])),
        strike=int(tail[7:]) / READABLE_STRIKE_SCALE,
        right=Right.CALL if tail[6] == "C" else Right.PUT,
        multiplier=MULTIPLIERS.get(root[:2], 100) if root[-1].isdigit() else 100,
    )


@dataclass(frozen=True, slots=True)
class Quote:
    """Both sides of the market and how long ago each was quoted; a side never seen is None."""

    bid: float | None
    ask: float | None
    bid_age: timedelta | None
    ask_age: timedelta | None

    @property
    def mid(self) -> float:
        """Return the middle of a two-sided quote."""
        if self.bid is None or self.ask is None:
            raise ValueError("a one-sided quote has no middle")
        return (self.bid + self.ask) / 2

    @property
    def spread(self) -> float:
        """Return the distance of the two sides."""
        if self.bid is None or self.ask is None:
            raise ValueError("a one-sided quote has no spread")
        return self.ask - self.bid

    def far_side(self, quantity: float) -> float:
        """Return the price that a market order of this sign meets: the ask for a buy, the bid for a sale."""
        price = self.ask if quantity > 0 else self.bid
        if price is None:
            raise ValueError("that side of the market is missing")
        return price


NO_QUOTE: Final = Quote(None, None, None, None)


def shares(symbol: str, ticker: str) -> Contract:
    """Return the shares of an underlying as a contract."""
    return Contract(symbol, ticker, ticker, date.max, 0.0, Right.SHARE, multiplier=1)


def future(symbol: str, name: str, expiry: date) -> Contract:
    """Return a future (`ES20H20`) as a contract; the roots of the options on it are its name."""
    return Contract(symbol, name, name, expiry, 0.0, Right.SHARE, MULTIPLIERS[name[:2]])


UNDERLYINGS: Final = {"SPXW": "SPX"}


def underlying_ticker(root: str) -> str:
    """Return the ticker of what an option's root is written on."""
    return UNDERLYINGS.get(root, root)
