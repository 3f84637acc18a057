"""Interactive Brokers' properties (LEAN: Common/Orders/InteractiveBrokersOrderProperties.cs)."""

from __future__ import annotations

from engine.orders.order_properties import OrderProperties


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
