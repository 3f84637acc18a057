"""Properties of the other brokerages (LEAN: Common/Orders/TradierOrderProperties.cs, ...)."""

from __future__ import annotations

from engine.orders.order_properties import OrderProperties


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
