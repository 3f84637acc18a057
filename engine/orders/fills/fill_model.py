"""The fill model of every security but equities and futures (LEAN: Common/Orders/Fills/FillModel.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import OrderDirection, OrderStatus, OrderType, SecurityType
from engine.common.errors import ArgumentOutOfRangeException, InvalidOperationException
from engine.common.time import span_to_stamp
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar
from engine.orders.fees.order_fee import OrderFee
from engine.orders.fills.fill import Fill
from engine.orders.fills.fill_data import (
    add_slippage,
    has_extended_hours,
    is_exchange_open,
    last_data_prices,
    local_order_time,
    no_subscription_error,
    opposite_price,
    prices_of,
    should_wait_for_fresh_data,
    should_wait_on_stale,
    slippage_of,
)
from engine.orders.fills.fill_model_parameters import FillModelParameters
from engine.orders.fills.prices import Prices, end_utc
from engine.orders.lean_text import time_text
from engine.orders.order_event import OrderEvent
from engine.orders.trailing_stop_order import TrailingStopOrder

if TYPE_CHECKING:
    from engine.data.subscription_data_config import SubscriptionDataConfig
    from engine.orders.combo_leg_limit_order import ComboLegLimitOrder
    from engine.orders.limit_if_touched_order import LimitIfTouchedOrder
    from engine.orders.limit_order import LimitOrder
    from engine.orders.market_on_close_order import MarketOnCloseOrder
    from engine.orders.market_on_open_order import MarketOnOpenOrder
    from engine.orders.market_order import MarketOrder
    from engine.orders.order import Order
    from engine.orders.stop_limit_order import StopLimitOrder
    from engine.orders.stop_market_order import StopMarketOrder
    from engine.securities.security import Security

BUY, SELL = OrderDirection.BUY, OrderDirection.SELL

_METHODS = {
    OrderType.MARKET: "market_fill",
    OrderType.LIMIT: "limit_fill",
    OrderType.LIMIT_IF_TOUCHED: "limit_if_touched_fill",
    OrderType.STOP_MARKET: "stop_market_fill",
    OrderType.TRAILING_STOP: "trailing_stop_fill",
    OrderType.STOP_LIMIT: "stop_limit_fill",
    OrderType.MARKET_ON_OPEN: "market_on_open_fill",
    OrderType.MARKET_ON_CLOSE: "market_on_close_fill",
}

_COMBO_METHODS = {
    OrderType.COMBO_MARKET: "combo_market_fill",
    OrderType.COMBO_LIMIT: "combo_limit_fill",
    OrderType.COMBO_LEG_LIMIT: "combo_leg_limit_fill",
}


class FillModel:
    """One method per order type; a Python algorithm overrides those it wants, `get_prices` among them.

    A method returns an event with the order's own status if nothing fills, else FILLED, price and quantity.
    """

    parameters: FillModelParameters

    def fill(self, parameters: FillModelParameters) -> Fill:
        """Test an order against the data of now."""
        self.parameters = parameters
        order = parameters.order
        method = _METHODS.get(order.type)
        if method is not None:
            return Fill(getattr(self, method)(parameters.security, order))
        method = _COMBO_METHODS.get(order.type)
        if method is None:
            raise ArgumentOutOfRangeException()
        return Fill(getattr(self, method)(order, parameters))

    # one method per order type

    def market_fill(self, asset: Security, order: MarketOrder) -> OrderEvent:
        return self._market_fill(asset, order, extended=False)

    def stop_market_fill(self, asset: Security, order: StopMarketOrder) -> OrderEvent:
        return self._stop_fill(asset, order, extended=False)

    def limit_fill(self, asset: Security, order: LimitOrder) -> OrderEvent:
        return self._limit_fill(asset, order, order.limit_price_decimal)

    def trailing_stop_fill(self, asset: Security, order: TrailingStopOrder) -> OrderEvent:
        fill = self._new_event(asset, order)
        prices = self._fresh_prices(asset, order, extended=False)
        if prices is None:
            return fill
        stop = order.stop_price_decimal
        if prices.low_decimal <= stop if order.direction == SELL else prices.high_decimal >= stop:
            self._fill_at_worse_of_stop(fill, asset, order, prices)
        else:
            # Only after the test: a stop moved up to this bar's high would stand above this bar's low.
            self._trail(order, prices)
        return fill

    def _trail(self, order: TrailingStopOrder, prices: Prices) -> None:
        stop = TrailingStopOrder.try_update_stop_price(
            prices.high_decimal if order.direction == SELL else prices.low_decimal,
            order.stop_price_decimal,
            order.trailing_amount_decimal,
            order.trailing_as_percentage,
            order.direction,
        )
        if stop is not None:
            order.stop_price_decimal = stop
            self.parameters.on_order_updated(order)

    def stop_limit_fill(self, asset: Security, order: StopLimitOrder) -> OrderEvent:
        fill = self._new_event(asset, order)
        prices = self._fresh_prices(asset, order, self._extended_hours(asset))
        if prices is None or not self._is_stop_triggered(order, prices):
            return fill
        # The bar's close, because nobody knows whether its extremes came before the trigger.
        if order.direction == BUY and prices.current_decimal < order.limit_price_decimal:
            complete(fill, order, min(prices.high_decimal, order.limit_price_decimal))
        elif order.direction == SELL and prices.current_decimal > order.limit_price_decimal:
            complete(fill, order, max(prices.low_decimal, order.limit_price_decimal))
        return fill

    def _is_stop_triggered(self, order: StopLimitOrder, prices: Prices) -> bool:
        if order.stop_triggered:
            return True
        if order.direction == BUY:
            triggered = prices.high_decimal > order.stop_price_decimal
        else:
            triggered = order.direction == SELL and prices.low_decimal < order.stop_price_decimal
        if triggered:
            order.stop_triggered = True
            self.parameters.on_order_updated(order)
        return triggered

    def limit_if_touched_fill(self, asset: Security, order: LimitIfTouchedOrder) -> OrderEvent:
        fill = self._new_event(asset, order)
        if order.status == OrderStatus.CANCELED or not is_exchange_open(asset, self._extended_hours(asset)):
            return fill
        types = self._subscribed_types(asset)
        end, high, low = self._traded_range(asset, order, types)
        if end is None or end <= order.time_stamp:
            return fill
        if order.direction == SELL and (high >= order.trigger_price_decimal or order.trigger_touched):
            order.trigger_touched = True
            if opposite_price(asset, "ask", types) >= order.limit_price_decimal:
                complete(fill, order, order.limit_price_decimal)
        elif order.direction == BUY and (low <= order.trigger_price_decimal or order.trigger_touched):
            order.trigger_touched = True
            if opposite_price(asset, "bid", types) <= order.limit_price_decimal:
                complete(fill, order, order.limit_price_decimal)
        return fill

    def _traded_range(
        self, asset: Security, order: Order, types: set[type]
    ) -> tuple[int | None, Decimal, Decimal]:
        if Tick in types:
            prices = self.get_prices(asset, order.direction)
            return prices.end_utc(asset), prices.current_decimal, prices.current_decimal
        bar = asset.cache.get_data(TradeBar) if TradeBar in types else None
        if bar is None:
            return None, Decimal(0), Decimal(0)
        return end_utc(asset, bar), bar.high_decimal, bar.low_decimal

    def market_on_open_fill(self, asset: Security, order: MarketOnOpenOrder) -> OrderEvent:
        refuse_never_closing(asset)
        fill = self._new_event(asset, order)
        if order.status == OrderStatus.CANCELED:
            return fill
        bar = asset.get_last_data()
        ordered_at = local_order_time(asset, order)
        # Never on the bar during which it was placed, nor on stale data.
        if bar is None or ordered_at >= bar.end_time:
            return fill
        if asset.exchange.date_time_is_open(ordered_at) and ordered_at.date() == asset.local_time.date():
            return fill
        if is_exchange_open(asset, False):
            complete(fill, order, self.get_prices(asset, order.direction).open_decimal)
            add_slippage(fill, asset, order)
        return fill

    def market_on_close_fill(self, asset: Security, order: MarketOnCloseOrder) -> OrderEvent:
        refuse_never_closing(asset)
        fill = self._new_event(asset, order)
        if order.status != OrderStatus.CANCELED and has_closed_since(asset, order):
            complete(fill, order, self.get_prices(asset, order.direction).close_decimal)
            add_slippage(fill, asset, order)
        return fill

    # combos

    def combo_market_fill(self, order: Order, parameters: FillModelParameters) -> list[OrderEvent]:
        fills = []
        for leg, asset in _by_id(parameters):
            fill = self._market_fill(asset, leg, extended=False)
            if fill.status != OrderStatus.FILLED:
                return []
            fills.append(fill)
        return fills

    def combo_limit_fill(self, order: Order, parameters: FillModelParameters) -> list[OrderEvent]:
        """Fill the legs at their bars' lows (bought combo) or highs (sold) if their sum beats the limit."""
        group = order.group_order_manager
        buying = group.direction == BUY
        legs = []
        total = Decimal(0)
        for leg, asset in _by_id(parameters):
            prices = self.get_prices(asset, leg.direction)
            if prices.end_utc(asset) < leg.time_stamp:
                return []
            price = prices.low_decimal if buying else prices.high_decimal
            total += price * _combo_ratio(leg)
            legs.append((leg, asset, price))
        limit = group.limit_price_decimal
        if not (total < limit if buying else group.direction == SELL and total > limit):
            return []
        return [complete(self._new_event(asset, leg), leg, price) for leg, asset, price in legs]

    def combo_leg_limit_fill(self, order: Order, parameters: FillModelParameters) -> list[OrderEvent]:
        fills = []
        leg: ComboLegLimitOrder
        for leg, asset in _by_id(parameters):
            fill = self._limit_fill(asset, leg, leg.limit_price_decimal)
            if fill.status != OrderStatus.FILLED:
                return []
            fills.append(fill)
        return fills

    # rules that several order types share

    def _market_fill(self, asset: Security, order: Order, extended: bool) -> OrderEvent:
        fill = self._new_event(asset, order)
        if order.status == OrderStatus.CANCELED or not is_exchange_open(asset, extended):
            return fill
        prices = self.get_prices(asset, order.direction)
        end = prices.end_utc(asset)
        if end + self._stale_span() < order.time_stamp:
            if should_wait_on_stale(self._configs(asset), end, order.time_stamp):
                return fill
            zone = asset.exchange.time_zone
            fill.message = f"Warning: fill at stale price ({time_text(prices.end_time)} {zone})"
        complete(fill, order, self._market_price(asset, order, prices))
        add_slippage(fill, asset, order)
        return fill

    def _market_price(self, asset: Security, order: Order, prices: Prices) -> Decimal:
        # An order that rested before an hourly or daily bar opened gets the open, any other the close.
        rested = prices.open_decimal and order.time_stamp <= prices.start_utc(asset)
        if rested and should_wait_for_fresh_data(self._configs(asset)):
            return prices.open_decimal
        return prices.current_decimal

    def _stop_fill(self, asset: Security, order: StopMarketOrder, extended: bool) -> OrderEvent:
        fill = self._new_event(asset, order)
        prices = self._fresh_prices(asset, order, extended)
        if prices is None:
            return fill
        stop = order.stop_price_decimal
        if prices.low_decimal < stop if order.direction == SELL else prices.high_decimal > stop:
            self._fill_at_worse_of_stop(fill, asset, order, prices)
        return fill

    def _fill_at_worse_of_stop(
        self, fill: OrderEvent, asset: Security, order: StopMarketOrder, prices: Prices
    ) -> None:
        slippage = slippage_of(asset, order)
        stop = order.stop_price_decimal
        if order.direction == SELL:
            complete(fill, order, min(stop, prices.current_decimal - slippage))
        else:
            complete(fill, order, max(stop, prices.current_decimal + slippage))

    def _limit_fill(self, asset: Security, order: Order, limit: Decimal) -> OrderEvent:
        fill = self._new_event(asset, order)
        prices = self._fresh_prices(asset, order, self._extended_hours(asset))
        if prices is None:
            return fill
        # At the worse of bar and limit, so that a limit far in the money gets a price that was there.
        if order.direction == BUY and prices.low_decimal < limit:
            complete(fill, order, min(prices.high_decimal, limit))
        elif order.direction == SELL and prices.high_decimal > limit:
            complete(fill, order, max(prices.low_decimal, limit))
        return fill

    def _fresh_prices(self, asset: Security, order: Order, extended: bool) -> Prices | None:
        """Return prices younger than the order while the market is open, else None."""
        if order.status == OrderStatus.CANCELED or not is_exchange_open(asset, extended):
            return None
        prices = self.get_prices(asset, order.direction)
        return None if prices.end_utc(asset) <= order.time_stamp else prices

    def get_prices(self, asset: Security, direction: OrderDirection) -> Prices:
        """Return the prices an order of this direction is tested against."""
        if direction == OrderDirection.HOLD:
            return last_data_prices(asset)
        return prices_of(asset, direction, self._subscribed_types(asset))

    # subscriptions

    def _new_event(self, asset: Security, order: Order) -> OrderEvent:
        return OrderEvent(order, asset.utc_stamp, OrderFee.ZERO)

    def _stale_span(self) -> int:
        return span_to_stamp(self.parameters.stale_price_time_span)

    def _configs(self, asset: Security) -> list[SubscriptionDataConfig]:
        provider: Any = self.parameters.config_provider
        return provider.get_configs(asset.symbol, include_internal=True)

    def _subscribed_types(self, asset: Security) -> set[type]:
        types = {config.type for config in self._configs(asset)}
        if not types:
            raise no_subscription_error(asset)
        return types

    def _extended_hours(self, asset: Security) -> bool:
        """Return whether fills count extended hours: what the algorithm subscribed decides, if anything."""
        configs = self._configs(asset)
        if not configs:
            raise no_subscription_error(asset)
        visible = [config for config in configs if not config.is_internal_feed]
        return has_extended_hours(visible or configs)


def complete(fill: OrderEvent, order: Order, price: Decimal) -> OrderEvent:
    """Make an event the complete fill of an order."""
    fill.status = OrderStatus.FILLED
    fill.fill_price_decimal = price
    fill.fill_quantity_decimal = order.quantity_decimal
    return fill


def refuse_never_closing(asset: Security) -> None:
    """Raise where a market has neither open nor close to wait for."""
    if asset.exchange.hours.is_market_always_open:
        raise InvalidOperationException(
            f"Market never closes for this symbol {asset.symbol}, can no submit a orderType order."
        )


def has_closed_since(asset: Security, order: Order) -> bool:
    """Return whether the market closed after the order was placed."""
    return asset.local_time >= asset.exchange.hours.get_next_market_close(
        local_order_time(asset, order), False
    )


def _by_id(parameters: FillModelParameters) -> list[tuple[Any, Security]]:
    return sorted(parameters.securities_for_orders.items(), key=lambda pair: pair[0].id)


def _combo_ratio(leg: Order) -> Decimal:
    ratio = leg.quantity_decimal / leg.group_order_manager.quantity_decimal
    # Limits are quoted per share of the options' underlying: 100 shares count as one.
    return ratio / 100 if leg.security_type == SecurityType.EQUITY else ratio
