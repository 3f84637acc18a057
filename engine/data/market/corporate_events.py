"""Auxiliary data of an equity or a contract: dividends, splits, delistings, renames.

LEAN: Common/Data/Market/Dividend.cs, Split.cs, Delisting.cs, SymbolChangedEvent.cs.
"""

from __future__ import annotations

from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from engine.common.enums import DelistingType, MarketDataType, SplitType
from engine.common.numbers import to_decimal
from engine.data.base_data import NO_TIME, BaseData

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.orders.order_ticket import OrderTicket

ZERO = Decimal(0)


class AuxiliaryData(BaseData):
    """Base of data that says something of a symbol and is no price."""

    __slots__ = ()

    data_type = MarketDataType.AUXILIARY


class Dividend(AuxiliaryData):
    """Cash per share paid on the ex-date `time`."""

    __slots__ = ("distribution_decimal", "reference_price_decimal")

    def __init__(
        self,
        symbol: Symbol | None = None,
        date: datetime = NO_TIME,
        distribution: Decimal | float = ZERO,
        reference_price: Decimal | float = ZERO,
    ) -> None:
        super().__init__()
        self.symbol, self.time = symbol, date
        self.distribution_decimal = to_decimal(distribution)
        self.reference_price_decimal = to_decimal(reference_price)
        self.value = float(self.distribution_decimal)

    @classmethod
    def create(
        cls,
        symbol: Symbol,
        date: datetime,
        reference_price: Decimal,
        price_factor_ratio: Decimal,
        decimal_places: int = 2,
    ) -> Dividend:
        """Return the dividend that explains the fall of the price factor."""
        return cls(
            symbol,
            date,
            cls.compute_distribution(reference_price, price_factor_ratio, decimal_places),
            reference_price,
        )

    @staticmethod
    def compute_distribution(close: Decimal, price_factor_ratio: Decimal, decimal_places: int) -> Decimal:
        close, ratio = to_decimal(close), to_decimal(price_factor_ratio)
        return (close - close * ratio).quantize(Decimal(1).scaleb(-decimal_places), ROUND_HALF_EVEN)

    @property
    def distribution(self) -> float:
        return self.value

    @distribution.setter
    def distribution(self, value: float) -> None:
        self.distribution_decimal = to_decimal(value)
        self.value = float(value)

    @property
    def reference_price(self) -> float:
        return float(self.reference_price_decimal)

    @reference_price.setter
    def reference_price(self, value: float) -> None:
        self.reference_price_decimal = to_decimal(value)

    def __str__(self) -> str:
        return f"Dividend: {self.symbol}: {self.distribution_decimal} | {self.reference_price_decimal}"


class Split(AuxiliaryData):
    """A split of `split_factor` (0.5 for two new shares for one); a warning comes the session before."""

    __slots__ = ("split_factor_decimal", "type")

    def __init__(
        self,
        symbol: Symbol | None = None,
        date: datetime = NO_TIME,
        price: Decimal | float = ZERO,
        split_factor: Decimal | float = ZERO,
        type: SplitType = SplitType.SPLIT_OCCURRED,
    ) -> None:
        super().__init__()
        self.symbol, self.time, self.type = symbol, date, type
        self.value = float(price)
        self.split_factor_decimal = to_decimal(split_factor)

    @property
    def split_factor(self) -> float:
        return float(self.split_factor_decimal)

    @split_factor.setter
    def split_factor(self, value: float) -> None:
        self.split_factor_decimal = to_decimal(value)

    @property
    def reference_price(self) -> float:
        return self.value

    @reference_price.setter
    def reference_price(self, value: float) -> None:
        self.value = value

    @property
    def reference_price_decimal(self) -> Decimal:
        return to_decimal(self.value)

    def __str__(self) -> str:
        label = "Split Warning" if self.type == SplitType.WARNING else "Split"
        return f"{label}: {self.symbol}: {self.split_factor_decimal} | {self.reference_price_decimal}"


class Delisting(AuxiliaryData):
    """The last trading day of a symbol (warning) or the moment after it (delisted)."""

    __slots__ = ("ticket", "type")

    def __init__(
        self,
        symbol: Symbol | None = None,
        date: datetime = NO_TIME,
        price: Decimal | float = ZERO,
        type: DelistingType = DelistingType.DELISTED,
    ) -> None:
        super().__init__()
        self.symbol, self.time, self.type = symbol, date, type
        self.value = float(price)
        self.ticket: OrderTicket | None = None

    def set_order_ticket(self, ticket: OrderTicket) -> None:
        self.ticket = ticket

    @property
    def value_decimal(self) -> Decimal:
        return to_decimal(self.value)

    def __str__(self) -> str:
        label = "Delisting Warning" if self.type == DelistingType.WARNING else "Delisted"
        return f"{label}: {self.symbol} {_general_date(self.end_time)}"


class SymbolChangedEvent(AuxiliaryData):
    """The ticker behind a symbol changed: a rename, or a continuous future that maps to its next contract."""

    __slots__ = ("new_symbol", "old_symbol")

    def __init__(
        self,
        requested_symbol: Symbol | None = None,
        date: datetime = NO_TIME,
        old_symbol: str | None = None,
        new_symbol: str | None = None,
    ) -> None:
        super().__init__()
        self.symbol, self.time = requested_symbol, date
        self.old_symbol, self.new_symbol = old_symbol, new_symbol

    def __str__(self) -> str:
        return f"{_general_date(self.time)} {self.old_symbol}->{self.new_symbol}"


def _general_date(moment: datetime) -> str:
    # .NET's invariant general format of a DateTime.
    return moment.strftime("%m/%d/%Y %H:%M:%S")
