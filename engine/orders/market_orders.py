"""Orders without a price of their own (LEAN: MarketOrder.cs, MarketOnOpenOrder.cs, ...)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, ClassVar

from engine.common.enums import OrderType
from engine.common.numbers import to_decimal
from engine.orders.order import Order
from engine.orders.order_properties import OrderProperties

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.securities.security import Security


class MarketOrder(Order):
    """Fills at once, or on the first fresh data."""

    type = OrderType.MARKET

    def __init__(
        self,
        symbol: Symbol,
        quantity: float | Decimal,
        time: datetime | int,
        *rest: float | Decimal | str | OrderProperties | None,
        tag: str | None = "",
        properties: OrderProperties | None = None,
    ) -> None:
        # LEAN has two constructors: (..., time, tag, properties) and (..., time, price, tag, properties).
        price = None
        given = list(rest)
        if given and isinstance(given[0], int | float | Decimal):
            price = to_decimal(given.pop(0))
        if given:
            tag = given[0]  # type: ignore[assignment]
        if len(given) > 1:
            properties = given[1]  # type: ignore[assignment]
        super().__init__(symbol, quantity, time, tag, properties)
        if price is not None:
            self.price_decimal = price


class MarketOnOpenOrder(Order):
    """Fills at the next regular open."""

    type = OrderType.MARKET_ON_OPEN


class MarketOnCloseOrder(Order):
    """Fills at the next regular close."""

    type = OrderType.MARKET_ON_CLOSE

    DEFAULT_SUBMISSION_TIME_BUFFER: ClassVar[timedelta] = timedelta(minutes=15, seconds=30)
    submission_time_buffer: ClassVar[timedelta] = DEFAULT_SUBMISSION_TIME_BUFFER
    """How long before the close the order must be in; algorithms may change it for their run."""


class OptionExerciseOrder(Order):
    """Exercise (of a long) or assignment (of a short): quantity is minus the contracts that go."""

    type = OrderType.OPTION_EXERCISE

    def _value_in_quote_currency(self, security: Security) -> Decimal:
        quantity = security.get_exercise_quantity_decimal(self.quantity_decimal)
        return quantity * self.price_decimal / security.symbol_properties.contract_multiplier_decimal
