"""What the host needs of the outside world. `lean_market`, `lean_broker` and `lean_timer` give it LEAN's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol

from state.records import Holding
from strategies.base import AssetClass, Price
from strategies.contracts import Contract, Listed, Quote


class OrderState(StrEnum):
    """Where an order stands, as far as it matters here."""

    WORKING = "WORKING"
    FILLED = "FILLED"
    CANCELED = "CANCELED"
    INVALID = "INVALID"

    @property
    def final(self) -> bool:
        """Return whether nothing can follow."""
        return self is not OrderState.WORKING


@dataclass(frozen=True, slots=True)
class Placed:
    """What the broker said at once to one order."""

    order_id: int
    symbol: str
    state: OrderState
    message: str = ""


@dataclass(frozen=True, slots=True)
class OrderUpdate:
    """One event of one order."""

    order_id: int
    event_id: int
    symbol: str
    name: str
    state: OrderState
    fill_quantity: float = 0.0
    """Signed; 0 where nothing filled."""
    fill_price: float = 0.0
    fee_usd: float = 0.0
    tag: str = ""
    message: str = ""
    exercise: bool = False
    """An expiry, exercise or assignment, which no order of ours asked for."""
    underlying_price: float | None = None
    """With `exercise`: what cash settlement is reckoned on."""
    cash_settled: bool = False


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order that works at the broker."""

    order_id: int
    symbol: str
    quantity: float
    """Signed quantity that is not filled yet."""
    tag: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a brokerage takes (measured table: lean-semantics 15)."""

    combo_market: bool
    combo_limit: bool
    asset_classes: frozenset[AssetClass]
    least_short_usd: float = 0.0
    """Nothing is sold short that costs less."""


class Broker(Protocol):
    """Takes orders. Events may arrive before a call returns."""

    @property
    def capabilities(self) -> Capabilities:
        """Return what the brokerage takes."""
        ...

    def send_group(
        self, legs: Sequence[tuple[str, int]], units: int, limit: float | None, tag: str
    ) -> list[Placed]:
        """Send one combo order: (symbol, signed ratio) times units, limit with credit > 0."""
        ...

    def send_single(self, symbol: str, quantity: int, limit: float | None, tag: str) -> Placed:
        """Send one order, limit as a price per share."""
        ...

    def reprice(self, order_id: int, limit: float, group: bool) -> None:
        """Move the limit of an order, or of the group it belongs to (credit > 0 then)."""
        ...

    def cancel(self, order_id: int, tag: str) -> None:
        """Ask for the cancellation of an order and of its group; the event says when it is done."""
        ...

    def open_orders(self) -> list[OpenOrder]:
        """Return the orders at work."""
        ...

    def holdings(self) -> list[Holding]:
        """Return everything that is held."""
        ...


class Timer(Protocol):
    """Calls the host back, once, at a moment."""

    def arm(self, moment: datetime) -> None:
        """Have the host called at a naive New York time; what was armed before is forgotten."""
        ...


class Market(Protocol):
    """Prices, chains and the account."""

    def now(self) -> datetime:
        """Return the naive New York time."""
        ...

    def utc_now(self) -> datetime:
        """Return the aware time in UTC."""
        ...

    def price(self, ticker: str) -> Price | None:
        """Return the last price of an underlying or index."""
        ...

    def quote(self, symbol: str) -> Quote:
        """Return the live quote of a subscribed contract."""
        ...

    def contract(self, symbol: str) -> Contract:
        """Return the facts of a contract."""
        ...

    def chain(self, product: str, first: date, last: date) -> Sequence[Listed]:
        """Return the previous day's chain for a range of expiries."""
        ...

    def underlying_price(self, symbol: str) -> Price | None:
        """Return the price of what a subscribed option is written on."""
        ...

    def future_margin_usd(self, symbol: str) -> float | None:
        """Return the exchange's initial margin of the future that a subscribed option is written on."""
        ...

    def daily_closes(self, ticker: str, count: int) -> Sequence[float]:
        """Return completed daily closes, oldest first."""
        ...

    def close_on(self, ticker: str, day: date) -> float | None:
        """Return a day's close, None where it is not known."""
        ...

    def interest_rate(self) -> float:
        """Return today's risk-free rate as a fraction a year."""
        ...

    def equity_usd(self) -> float:
        """Return the account's total value."""
        ...

    def buying_power_usd(self) -> float:
        """Return what is free for new positions."""
        ...

    def holding_value_usd(self, symbol: str, quantity: float) -> float:
        """Return what so many of a held contract count for in the account's value."""
        ...

    def subscribe(self, symbol: str) -> None:
        """Have live quotes of a contract."""
        ...

    def unsubscribe(self, symbol: str) -> None:
        """End them; never for something that is held or at work."""
        ...
