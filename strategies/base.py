"""What a strategy sees, what it answers, and what its file declares. No base class: functions over a view."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, Protocol

from state.records import Intent, Permission, PositionLeg, Scalar
from state.recovery import RecoveryPlan
from state.states import StrategyState as S
from state.table import TransitionTable
from strategies.contracts import Contract, Listed, Quote
from strategies.limits import Walk
from strategies.quotes import QuoteRule
from strategies.sessions import Session, Sessions


@dataclass(frozen=True, slots=True)
class Price:
    """The last price of an underlying or an index, and how long ago it was made."""

    value: float
    age: timedelta


class View(Protocol):
    """All that a strategy may know at one step. Times are naive New York times."""

    @property
    def now(self) -> datetime:
        """Return the time of this step."""
        ...

    @property
    def sessions(self) -> Sessions:
        """Return the exchange's calendar."""
        ...

    @property
    def state(self) -> Any:
        """Return the machine's state."""
        ...

    @property
    def since(self) -> datetime:
        """Return when the machine came into its state."""
        ...

    @property
    def legs(self) -> tuple[PositionLeg, ...]:
        """Return what the machine holds."""
        ...

    @property
    def intent(self) -> Intent | None:
        """Return the group of orders that is under way, if any."""
        ...

    @property
    def values(self) -> Mapping[str, Scalar]:
        """Return the management values of the machine."""
        ...

    @property
    def equity_usd(self) -> float:
        """Return the account's total value."""
        ...

    @property
    def buying_power_usd(self) -> float:
        """Return what the broker lets the account use for new positions."""
        ...

    @property
    def least_short_usd(self) -> float:
        """Return the price below which the brokerage sells nothing short; 0 for most."""
        ...

    @property
    def watched(self) -> frozenset[str]:
        """Return the symbols of the shortlist that is subscribed for this strategy."""
        ...

    def permission(self) -> Permission:
        """Return the manager's answer to a wish to enter."""
        ...

    def held_elsewhere(self) -> Sequence[str]:
        """Return the symbols of what other owners hold in the same account."""
        ...

    def price(self, ticker: str) -> Price | None:
        """Return the last price of an underlying or index, None if there was none."""
        ...

    def quote(self, symbol: str) -> Quote:
        """Return the live quote of a subscribed option."""
        ...

    def contract(self, symbol: str) -> Contract:
        """Return the facts of a listed option."""
        ...

    def chain(self, product: str, first: date, last: date) -> Sequence[Listed]:
        """Return the previous day's chain of a product for a range of expiries, empty where there is none."""
        ...

    def underlying_price(self, symbol: str) -> Price | None:
        """Return the price of what a subscribed option is written on: for ES options, of their future."""
        ...

    def future_margin_usd(self, symbol: str) -> float | None:
        """Return what the exchange asks for one future that a subscribed option is written on."""
        ...

    def daily_closes(self, ticker: str, count: int) -> Sequence[float]:
        """Return the last completed daily closes, oldest first."""
        ...

    def interest_rate(self) -> float:
        """Return the risk-free rate of today, as a fraction a year."""
        ...


class Purpose(StrEnum):
    """What a trade is for."""

    ENTRY = "entry"
    """Fills whole or is rolled back."""
    EXIT = "exit"
    """Never rolled back: retried, repriced, escalated."""
    ROLL = "roll"
    """Closes one leg and opens its successor as one intent."""


@dataclass(frozen=True, slots=True)
class TradeLeg:
    """How many of one contract to trade: positive buys, negative sells."""

    contract: Contract
    role: str
    quantity: int
    closing: bool = False
    """Whether it ends a position that is held."""

    @property
    def buys_back(self) -> bool:
        """Return whether it ends a short position."""
        return self.closing and self.quantity > 0


@dataclass(frozen=True, slots=True)
class Trade:
    """A group of legs to trade together. Buys go before sells wherever legs must be sent one by one."""

    purpose: Purpose
    legs: tuple[TradeLeg, ...]
    walk: Walk | None
    """How its limit price moves; None for a market order."""
    rule: QuoteRule
    """What a leg's quote must be to be traded on."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A trade that a strategy's choice of legs proposes."""

    reason: str
    trade: Trade
    remember: Mapping[str, Scalar] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one opportunity to enter: each has exactly one."""

    session: date
    skipped: str | None
    """`name: detail` of the reason, None when it was entered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A strategy's answer to one step. With `to`, it is asked again in the new state before the step ends."""

    to: StrEnum | None = None
    reason: str = ""
    trade: Trade | None = None
    cancel: bool = False
    """Cancel what is still working at the broker."""
    watch: frozenset[str] | None = None
    """Contracts to subscribe beside the held ones; None leaves the shortlist as it is."""
    look_at: datetime | None = None
    """When to ask next, at the latest; an order event asks at once."""
    remember: Mapping[str, Scalar] = field(default_factory=dict)
    outcome: Outcome | None = None
    reserve_usd: float = 0.0
    """What an entry ties up, at least by our own count; the manager's rules judge it."""


NOTHING_WATCHED: frozenset[str] = frozenset()


def stay(until: datetime, reason: str = "", **more: Any) -> Decision:
    """Return the answer "nothing changes, ask again then"."""
    return Decision(look_at=until, reason=reason, **more)


def go(to: StrEnum, reason: str, **more: Any) -> Decision:
    """Return the answer "move along this edge"."""
    return Decision(to=to, reason=reason, **more)


def to(*states: StrEnum) -> dict[StrEnum, None]:
    """Return the edges to states without a guard, for a row of a table."""
    return dict.fromkeys(states)


ALWAYS: Final = to(S.RECOVERY, S.ERROR)
"""From everywhere: RECOVERY when the broker holds what no document explains, ERROR when something is broken."""
HELD: Final = to(S.EMERGENCY_EXIT, S.RECOVERY, S.ERROR)
"""From every state that may hold a position: the operator's halt, beside the edges from everywhere."""


def reason_name(reason: str) -> str:
    """Return the name under which a reason `name: detail` is counted."""
    return reason.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Holdings:
    """The broker's truth about one machine after a restart, to judge its stored state by."""

    legs: tuple[PositionLeg, ...]
    """What of the machine's contracts the broker holds."""
    stored: tuple[PositionLeg, ...]
    """What the document said it holds."""
    intent: Intent | None
    """What the document said was under way."""
    shares: float = 0.0
    """Shares of the underlying that no document explains."""


@dataclass(frozen=True, slots=True)
class Resumption:
    """Where a machine goes on after a restart."""

    state: Any
    reason: str


Rule = Callable[[Holdings], Resumption]
"""A reconciliation rule: broker first, document second."""


@dataclass(frozen=True, slots=True)
class Found:
    """Something that is held or at work and that no document explains, as a strategy is asked about it."""

    contract: Contract
    quantity: float
    """Signed: what would be held."""
    today: date
    held: tuple[PositionLeg, ...]
    """What of the strategy's position is accounted for already."""
    parameters: Any
    """The strategy's."""

    @property
    def days(self) -> int:
        """Return the days to expiry."""
        return (self.contract.expiry - self.today).days


Recognise = Callable[[Found], str | None]
"""Answers in which role a strategy could own something; None if it never would."""


class AssetClass(StrEnum):
    """What a brokerage must be able to trade for a strategy to be switched on."""

    EQUITY_OPTION = "equity options"
    INDEX_OPTION = "index options"
    FUTURE_OPTION = "future options"


class Strategy(Protocol):
    """A configured strategy: nothing but its parameters is remembered in it."""

    @property
    def parameters(self) -> Any:
        """Return its parameters."""
        ...

    def decide(self, view: View) -> Decision:
        """Return what to do now."""
        ...


@dataclass(frozen=True, slots=True)
class Definition:
    """Everything the host needs to know of a strategy; a strategy file ends with one."""

    name: str
    title: str
    table: TransitionTable
    parameters: type[Any]
    create: Callable[[Any], Strategy]
    asset_class: AssetClass
    products: tuple[str, ...]
    """What must be subscribed: underlyings, indexes and option roots, by the names of `View`."""
    opportunity: Callable[[Session, Any], bool]
    """Whether a session is one at which the strategy looks for an entry."""
    recovery: RecoveryPlan
    """What it does differently from the core after an error, per kind of error and state."""
    reconciliation: Mapping[Any, Rule]
    short_volatility: Callable[[Any], bool]
    """Whether its position loses when volatility rises, by its parameters."""
    recognise: Recognise
    """In which role it could own what no document explains; None if it never would."""
    tied_up: Callable[[View], float] | None = None
    """What its position ties up in USD, where that grows and shrinks with its legs; None where the whole cycle does."""
