"""A leg of a market combo (LEAN: Common/Orders/ComboMarketOrder.cs)."""

from __future__ import annotations

from engine.common.enums import OrderType
from engine.orders.combo_order import ComboOrder


class ComboMarketOrder(ComboOrder):
    """All legs fill by the market rule, or none."""

    type = OrderType.COMBO_MARKET
