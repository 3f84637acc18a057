"""The exchange of American equities. LEAN: Common/Securities/Equity/EquityExchange.cs."""

from __future__ import annotations

from engine.common.enums import SecurityType
from engine.common.market import Market
from engine.securities.market_hours_database import MarketHoursDatabase
from engine.securities.security_exchange import SecurityExchange
from engine.securities.security_exchange_hours import SecurityExchangeHours
from engine.securities.security_models import WEEKDAY_EXCHANGE_DAYS


class EquityExchange(SecurityExchange):
    """Without hours it has those of all American equities."""

    __slots__ = ()

    def __init__(self, exchange_hours: SecurityExchangeHours | None = None) -> None:
        if exchange_hours is None:
            database = MarketHoursDatabase.from_data_folder()
            exchange_hours = database.get_exchange_hours(Market.USA, None, SecurityType.EQUITY)
        super().__init__(exchange_hours, WEEKDAY_EXCHANGE_DAYS)
