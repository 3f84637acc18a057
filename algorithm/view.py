"""What one strategy sees: its own machine, and the market through the host's port."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from algorithm.ports import Market
from state.machine import Machine
from state.records import Intent, Permission, PositionLeg, Scalar
from strategies.base import NOTHING_WATCHED, Decision, Price
from strategies.contracts import Contract, Listed, Quote
from strategies.sessions import NEW_YORK, Sessions

Permit = Callable[[Machine, Decision | None], Permission]
Others = Callable[[Machine], Sequence[str]]


class HostView:
    """The `View` of one machine. Everything is read when asked for; nothing is kept from step to step."""

    def __init__(
        self,
        machine: Machine,
        market: Market,
        sessions: Sessions,
        permit: Permit,
        others: Others,
        least_short_usd: float = 0.0,
    ) -> None:
        self._machine = machine
        self._market = market
        self._permit = permit
        self._others = others
        self.sessions = sessions
        self.least_short_usd = least_short_usd
        self.watched: frozenset[str] = NOTHING_WATCHED
        self.planned: Decision | None = None
        """The decision whose guard is being asked, so that rules can judge its size and its legs."""
        # Bound once: these are asked often.
        self.price: Callable[[str], Price | None] = market.price
        self.quote: Callable[[str], Quote] = market.quote
        self.contract: Callable[[str], Contract] = market.contract
        self.underlying_price: Callable[[str], Price | None] = market.underlying_price
        self.future_margin_usd: Callable[[str], float | None] = market.future_margin_usd

    @property
    def now(self) -> datetime:
        """Return the time of this step."""
        return self._market.now()

    @property
    def state(self) -> Any:
        """Return the machine's state."""
        return self._machine.state

    @property
    def since(self) -> datetime:
        """Return when the machine came into its state, in New York time."""
        return self._machine.since.astimezone(NEW_YORK).replace(tzinfo=None)

    @property
    def legs(self) -> tuple[PositionLeg, ...]:
        """Return what the machine holds."""
        return self._machine.legs

    @property
    def intent(self) -> Intent | None:
        """Return what is under way."""
        intents = self._machine.intents
        return intents[0] if intents else None

    @property
    def values(self) -> Mapping[str, Scalar]:
        """Return the machine's management values."""
        return self._machine.values

    @property
    def equity_usd(self) -> float:
        """Return the account's total value."""
        return self._market.equity_usd()

    @property
    def buying_power_usd(self) -> float:
        """Return what is free for new positions."""
        return self._market.buying_power_usd()

    def permission(self) -> Permission:
        """Return the manager's answer to the planned entry, or to an entry in general."""
        return self._permit(self._machine, self.planned)

    def held_elsewhere(self) -> Sequence[str]:
        """Return the symbols of what other owners hold."""
        return self._others(self._machine)

    def chain(self, product: str, first: date, last: date) -> Sequence[Listed]:
        """Return the previous day's chain for a range of expiries."""
        return self._market.chain(product, first, last)

    def daily_closes(self, ticker: str, count: int) -> Sequence[float]:
        """Return completed daily closes."""
        return self._market.daily_closes(ticker, count)

    def interest_rate(self) -> float:
        """Return the risk-free rate."""
        return self._market.interest_rate()
