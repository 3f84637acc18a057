"""What every piece of market data has: a symbol, a time and a value (LEAN: Common/Data/BaseData.cs)."""

from __future__ import annotations

import copy
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from engine.common.enums import MarketDataType
from engine.common.errors import UnsupportedMemberError
from engine.common.numbers import to_decimal

if TYPE_CHECKING:
    from engine.common.symbol import Symbol

NO_TIME = datetime(1, 1, 1)
"""LEAN's `default(DateTime)`: the time of data whose time was never set."""


class BaseData:
    """Base of all market data; times are naive and in the zone of the symbol's exchange."""

    __slots__ = ("is_fill_forward", "symbol", "time", "value")

    _KIND: MarketDataType = MarketDataType.BASE

    def __init__(self) -> None:
        self.symbol: Symbol | None = None
        self.time: datetime = NO_TIME
        self.value: float = 0.0
        self.is_fill_forward = False

    @property
    def end_time(self) -> datetime:
        """The time at which the algorithm may know this data."""
        return self.time

    @end_time.setter
    def end_time(self, value: datetime) -> None:
        self.time = value

    @property
    def data_type(self) -> MarketDataType:
        return self._KIND

    @data_type.setter
    def data_type(self, value: MarketDataType) -> None:
        if value != self._KIND:
            raise UnsupportedMemberError(f"a {type(self).__name__} whose data_type is {value}")

    @property
    def value_decimal(self) -> Decimal:
        return to_decimal(self.value)

    @property
    def price(self) -> float:
        return self.value

    def requires_mapping(self) -> bool:
        """Return whether its symbol's ticker (or contract) can change."""
        from engine.common.symbol_mapping import requires_mapping

        return self.symbol is not None and requires_mapping(self.symbol)

    def update(
        self,
        last_trade: float,
        bid_price: float,
        ask_price: float,
        volume: float,
        bid_size: float,
        ask_size: float,
    ) -> None:
        """Take a newer price into this data."""
        self.value = last_trade

    def update_trade(self, last_trade: float, trade_size: float) -> None:
        self.update(last_trade, 0.0, 0.0, trade_size, 0.0, 0.0)

    def update_quote(self, bid_price: float, bid_size: float, ask_price: float, ask_size: float) -> None:
        self.update(0.0, bid_price, ask_price, 0.0, bid_size, ask_size)

    def update_bid(self, bid_price: float, bid_size: float) -> None:
        self.update(0.0, bid_price, 0.0, 0.0, bid_size, 0.0)

    def update_ask(self, ask_price: float, ask_size: float) -> None:
        self.update(0.0, 0.0, ask_price, 0.0, 0.0, ask_size)

    def should_cache_to_security(self) -> bool:
        """Return whether a security keeps this data when a universe had it."""
        return True

    def clone(self, fill_forward: bool | None = None) -> Self:
        """Return a copy; `fill_forward` says whether the copy stands for missing data."""
        twin = copy.copy(self)
        if fill_forward is not None:
            twin.is_fill_forward = fill_forward
        return twin

    def to_string(self) -> str:
        return str(self)

    def __str__(self) -> str:
        return f"{self.symbol}: {_currency(self.value)}"


def _currency(value: float) -> str:
    # .NET's invariant "C" format.
    text = f"\N{CURRENCY SIGN}{abs(value):,.2f}"
    return f"({text})" if value < 0 else text


def unknown_member(owner: Any, name: str) -> AttributeError:
    """Return the error of a lazily filled class that was asked for a member it does not have."""
    return AttributeError(f"'{type(owner).__name__}' object has no attribute '{name}'", name=name, obj=owner)
