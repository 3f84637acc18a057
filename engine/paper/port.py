"""What a paper broker can be asked, wherever it runs: in this process, or in one of its own behind a socket."""

from __future__ import annotations

from typing import Protocol

from engine.paper.messages import Fields


class Broker(Protocol):
    """Everything goes in and comes out as plain data that fits JSON.

    An answer to a request that may change something has `stamp` (the market time the broker has reached) and
    `notices`: what happened since the last answer, in order, each with its number `seq`. It is in the ledger
    before it is told.
    """

    def status(self) -> Fields:
        """Return `opened`, `stamp`, and, once opened, `terms`."""
        ...

    def open(self, terms: Fields) -> Fields:
        """Open the account if there is none yet; return a snapshot. What happened before is not told again.

        Parameters
        ----------
        terms : `brokerage`, `account_type`, `currency`, `cash`, `start`, `end`, `data`
        """
        ...

    def snapshot(self) -> Fields:
        """Return `stamp`, `seq`, `cash`, `holdings` and `orders`: all that is true now."""
        ...

    def history(self) -> Fields:
        """Return `orders` (how many), `fees`, `fills` and `closed_trades` of the account since it was opened."""
        ...

    def cash(self) -> Fields:
        """Return `cash`, and whether the notices told so far are `complete`."""
        ...

    def advance(self, stamp: int) -> Fields:
        """Let the market go on until a moment."""
        ...

    def place(self, stamp: int, legs: list[Fields]) -> Fields:
        """Take one order, or all legs of a combo; the answer has their `ids`."""
        ...

    def update(self, stamp: int, order: Fields) -> Fields:
        """Change a resting order; the answer says whether that was `accepted`, and the `reason` if not."""
        ...

    def cancel(self, stamp: int, order_id: int) -> Fields:
        """Withdraw a resting order; the answer says whether that was `accepted`, and the `reason` if not."""
        ...

    def close(self) -> None:
        """Let go; the ledger stays."""
        ...
