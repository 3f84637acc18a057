"""One contract of a chain, as known at one time (LEAN: Common/Data/Market/BaseContract.cs)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.common.security_identifier import SecurityIdentifier
    from engine.common.symbol import Symbol


class BaseContract:
    """A view: where its numbers come from, and of which moment they are."""

    __slots__ = ("_moment", "_numbers")

    def __init__(self, numbers: Any, moment: Any = None) -> None:
        self._numbers = numbers
        self._moment = moment

    @property
    def symbol(self) -> Symbol:
        return self._numbers.symbol

    @property
    def id(self) -> SecurityIdentifier:
        return self.symbol.id

    @property
    def underlying_symbol(self) -> Symbol:
        return self.symbol.underlying

    @property
    def time(self) -> datetime:
        return self._numbers.time(self._moment)

    @property
    def last_price(self) -> float:
        return self._numbers.last_price(self._moment)

    @property
    def value(self) -> float:
        return self._numbers.last_price(self._moment)

    @property
    def price(self) -> float:
        return self._numbers.last_price(self._moment)

    @property
    def close(self) -> float:
        return self._numbers.last_price(self._moment)

    @property
    def volume(self) -> int:
        return self._numbers.volume(self._moment)

    @property
    def open_interest(self) -> float:
        return self._numbers.open_interest(self._moment)

    @property
    def bid_price(self) -> float:
        return self._numbers.bid_price(self._moment)

    @property
    def ask_price(self) -> float:
        return self._numbers.ask_price(self._moment)

    @property
    def bid_size(self) -> int:
        return self._numbers.bid_size(self._moment)

    @property
    def ask_size(self) -> int:
        return self._numbers.ask_size(self._moment)

    def __str__(self) -> str:
        return self.symbol.value
