"""How long an order stays (LEAN: Common/Orders/TimeInForce.cs, TimeInForces/*.cs)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, ClassVar

from engine.common.enums import SecurityType
from engine.common.time import TimeZone

if TYPE_CHECKING:
    from engine.orders.order import Order
    from engine.orders.order_event import OrderEvent
    from engine.securities.security import Security

_FOREX = (SecurityType.FOREX, SecurityType.CFD)
_CRYPTO = (SecurityType.CRYPTO, SecurityType.CRYPTO_FUTURE)
_FOREX_CUT_OFF = timedelta(hours=17)


class TimeInForce:
    """Base of the three kinds; the class holds them as constants, as in LEAN."""

    GOOD_TIL_CANCELED: ClassVar[TimeInForce]
    DAY: ClassVar[TimeInForce]

    def is_order_expired(self, security: Security, order: Order) -> bool:
        raise NotImplementedError

    def is_fill_valid(self, security: Security, order: Order, fill: OrderEvent) -> bool:
        """Return whether a fill may be booked; every kind of LEAN's says yes."""
        return True

    @staticmethod
    def good_til_date(expiry: datetime) -> GoodTilDateTimeInForce:
        return GoodTilDateTimeInForce(expiry)

    GOOD_TIL_DATE = good_til_date  # LEAN's Python has it in the spelling of constants too


class GoodTilCanceledTimeInForce(TimeInForce):
    """Never expires."""

    def is_order_expired(self, security: Security, order: Order) -> bool:
        return False


class DayTimeInForce(TimeInForce):
    """Expires at the last regular close of the day on which the order was placed."""

    def is_order_expired(self, security: Security, order: Order) -> bool:
        hours = security.exchange.hours
        placed = hours.time_zone.local_datetime(order.time_stamp)
        if order.security_type in _FOREX:
            placed = TimeZone.of("America/New_York").local_datetime(order.time_stamp)
            expiry = _midnight(placed) + _FOREX_CUT_OFF
            if placed > expiry:
                expiry += timedelta(days=1)
            return _new_york_now(security) >= expiry
        if order.security_type in _CRYPTO:
            return security.local_time.date() > placed.date()
        return security.local_time >= hours.get_last_daily_market_close(placed, False)


class GoodTilDateTimeInForce(TimeInForce):
    """Expires at the last regular close of a given date."""

    def __init__(self, expiry: datetime) -> None:
        self.expiry = expiry

    def is_order_expired(self, security: Security, order: Order) -> bool:
        day = _midnight(self.expiry)
        if order.security_type in _FOREX:
            return _new_york_now(security) >= self._forex_expiry(order)
        if order.security_type in _CRYPTO:
            return security.local_time.date() > day.date()
        return security.local_time >= security.exchange.hours.get_last_daily_market_close(day, False)

    def _forex_expiry(self, order: Order) -> datetime:
        expiry = _midnight(self.expiry) + _FOREX_CUT_OFF
        if order.time.date() == self.expiry.date():
            placed = TimeZone.of("America/New_York").local_datetime(order.time_stamp)
            if placed - _midnight(placed) > _FOREX_CUT_OFF:
                expiry += timedelta(days=1)
        return expiry


def _midnight(time: datetime) -> datetime:
    return datetime(time.year, time.month, time.day)


def _new_york_now(security: Security) -> datetime:
    return TimeZone.of("America/New_York").local_datetime(security.utc_stamp)


TimeInForce.GOOD_TIL_CANCELED = GoodTilCanceledTimeInForce()
TimeInForce.DAY = DayTimeInForce()
