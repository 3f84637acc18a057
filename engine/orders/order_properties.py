"""How an order shall be worked (LEAN: Common/Orders/OrderProperties.cs and one class per brokerage)."""

from __future__ import annotations

import copy
from typing import ClassVar, Self

from engine.orders.time_in_force import TimeInForce


class OrderProperties:
    """Time in force and, where a brokerage routes, the exchange."""

    json_members: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Members a brokerage's class adds to the order's JSON: (name in JSON, attribute), in LEAN's order."""

    def __init__(self, exchange: object = None) -> None:
        self.time_in_force: TimeInForce = TimeInForce.GOOD_TIL_CANCELED
        self.exchange = exchange

    def clone(self) -> Self:
        return copy.copy(self)


class InteractiveBrokersOrderProperties(OrderProperties):
    """LEAN: Common/Orders/InteractiveBrokersOrderProperties.cs."""

    json_members = (
        ("Account", "account"),
        ("FaGroup", "fa_group"),
        ("FaMethod", "fa_method"),
        ("FaPercentage", "fa_percentage"),
        ("FaProfile", "fa_profile"),
        ("OutsideRegularTradingHours", "outside_regular_trading_hours"),
    )

    def __init__(self, exchange: object = None) -> None:
        super().__init__(exchange)
        self.account: str | None = None
        self.fa_group: str | None = None
        self.fa_method: str | None = None
        self.fa_percentage = 0
        self.fa_profile: str | None = None
        self.outside_regular_trading_hours = False


class TradierOrderProperties(OrderProperties):
    """LEAN: Common/Orders/TradierOrderProperties.cs."""

    json_members = (("OutsideRegularTradingHours", "outside_regular_trading_hours"),)

    def __init__(self, exchange: object = None) -> None:
        super().__init__(exchange)
        self.outside_regular_trading_hours = False


class TradeStationOrderProperties(OrderProperties):
    """LEAN: Common/Orders/TradeStationOrderProperties.cs."""

    json_members = (
        ("AllOrNone", "all_or_none"),
        ("OutsideRegularTradingHours", "outside_regular_trading_hours"),
        ("PostOnly", "post_only"),
    )

    def __init__(self, exchange: object = None) -> None:
        super().__init__(exchange)
        self.all_or_none = False
        self.outside_regular_trading_hours = False
        self.post_only = False


class CharlesSchwabOrderProperties(OrderProperties):
    """LEAN: Common/Orders/CharlesSchwabOrderProperties.cs."""

    json_members = (("ExtendedRegularTradingHours", "extended_regular_trading_hours"),)

    def __init__(self, exchange: object = None) -> None:
        super().__init__(exchange)
        self.extended_regular_trading_hours = False


class WebullOrderProperties(OrderProperties):
    """LEAN: Common/Orders/WebullOrderProperties.cs."""

    json_members = (("OutsideRegularTradingHours", "outside_regular_trading_hours"),)

    def __init__(self, exchange: object = None) -> None:
        super().__init__(exchange)
        self.outside_regular_trading_hours = False


class AlpacaOrderProperties(OrderProperties):
    """LEAN: Common/Orders/AlpacaOrderProperties.cs."""

    json_members = (("OutsideRegularTradingHours", "outside_regular_trading_hours"),)

    def __init__(self, exchange: object = None) -> None:
        super().__init__(exchange)
        self.outside_regular_trading_hours = False


class TastytradeOrderProperties(OrderProperties):
    """LEAN: Common/Orders/TastytradeOrderProperties.cs."""
