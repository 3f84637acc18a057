"""The end of a symbol (LEAN: Common/Data/Market/Delisting.cs)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import DelistingType
from engine.common.numbers import ZERO
from engine.data.base_data import NO_TIME
from engine.data.market.auxiliary_data import AuxiliaryData, general_date

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.orders.order_ticket import OrderTicket


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

    def __str__(self) -> str:
        label = "Delisting Warning" if self.type == DelistingType.WARNING else "Delisted"
        return f"{label}: {self.symbol} {general_date(self.end_time)}"
