"""The three ways to cut fills into trades (LEAN: Common/Statistics/TradeBuilder.cs, FillGroupingMethod)."""

from __future__ import annotations

from collections.abc import Collection
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import FillMatchingMethod, TradeDirection
from engine.common.numbers import ZERO, round_decimal
from engine.statistics.trade import Trade

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.orders.order_event import OrderEvent


def _money(value: Decimal) -> Decimal:
    return round_decimal(value, 2)


def _sign(value: Decimal) -> int:
    return (value > 0) - (value < 0)


class _PriceRange:
    """The highest and lowest price seen while a position is open."""

    __slots__ = ("max_price", "min_price")

    def __init__(self, price: Decimal) -> None:
        self.max_price = self.min_price = price

    def see(self, price: Decimal) -> None:
        if price > self.max_price:
            self.max_price = price
        elif price < self.min_price:
            self.min_price = price

    def split(self, factor: Decimal) -> None:
        self.max_price *= factor
        self.min_price *= factor


class _OpenTrade:
    """An entry waiting for its exit, and how far its profit has fallen from its best."""

    __slots__ = ("max_drawdown", "max_profit", "trade")

    def __init__(self, fill: OrderEvent, fee: Decimal) -> None:
        direction = TradeDirection.LONG if fill.fill_quantity_decimal > 0 else TradeDirection.SHORT
        self.trade = Trade(
            fill.symbol,
            fill.utc_time_stamp,
            fill.fill_price_decimal,
            direction,
            fill.absolute_fill_quantity_decimal,
            fee,
            {fill.order_id: None},
        )
        self.max_profit = self.max_drawdown = ZERO

    def see(self, price: Decimal) -> None:
        profit = self._gain(price)
        if profit >= self.max_profit:
            self.max_profit = profit
        else:
            self.max_drawdown = max(self.max_drawdown, self.max_profit - profit)

    def _gain(self, price: Decimal) -> Decimal:
        entry = self.trade.entry_price_decimal
        return price - entry if self.trade.sign > 0 else entry - price

    def close(
        self, quantity: Decimal, fill: OrderEvent, fee: Decimal, prices: _PriceRange, factor: Decimal
    ) -> Trade:
        """Return the closed trade of `quantity` of this entry; the rest, if any, stays without its fees."""
        closed = self.trade.clone()
        entry, sign = closed.entry_price_decimal, closed.sign
        closed.quantity_decimal = quantity
        closed.exit_time_stamp = fill.utc_time_stamp
        closed.exit_price_decimal = fill.fill_price_decimal
        closed.profit_loss_decimal = _money((fill.fill_price_decimal - entry) * quantity * sign * factor)
        closed.total_fees_decimal += fee
        worst, best = (
            (prices.min_price, prices.max_price) if sign > 0 else (prices.max_price, prices.min_price)
        )
        closed.mae_decimal = _money(self._gain(worst) * quantity * factor)
        closed.mfe_decimal = _money(self._gain(best) * quantity * factor)
        closed.end_trade_drawdown_decimal = _money(self.max_drawdown * quantity * factor)
        closed.order_ids[fill.order_id] = None
        self.trade.quantity_decimal -= quantity
        self.trade.total_fees_decimal = ZERO
        return closed

    def split(self, factor: Decimal) -> None:
        self.trade.quantity_decimal /= factor
        self.trade.entry_price_decimal *= factor
        self.max_profit *= factor
        self.max_drawdown *= factor


class FillToFill:
    """Every entry fill is a trade; exits close entries one after the other."""

    def __init__(self, matching: FillMatchingMethod) -> None:
        self._fifo = matching == FillMatchingMethod.FIFO
        self._positions: dict[Symbol, tuple[list[_OpenTrade], _PriceRange]] = {}

    def open_symbols(self) -> Collection[Symbol]:
        return self._positions.keys()

    def has_open_position(self, symbol: Symbol) -> bool:
        return symbol in self._positions

    def set_market_price(self, symbol: Symbol, price: Decimal) -> None:
        position = self._positions.get(symbol)
        if position is not None:
            trades, prices = position
            prices.see(price)
            for trade in trades:
                trade.see(price)

    def apply_split(self, symbol: Symbol, factor: Decimal) -> None:
        position = self._positions.get(symbol)
        if position is not None:
            trades, prices = position
            prices.split(factor)
            for trade in trades:
                trade.split(factor)

    def process(self, fill: OrderEvent, fee: Decimal, factor: Decimal) -> list[Trade]:
        position = self._positions.get(fill.symbol)
        if position is None:
            self._open(fill, fee)
            return []
        self.set_market_price(fill.symbol, fill.fill_price_decimal)
        trades, prices = position
        if _sign(fill.fill_quantity_decimal) == trades[0].trade.sign:
            trades.append(_OpenTrade(fill, fee))
            return []
        closed: list[Trade] = []
        left = fill.absolute_fill_quantity_decimal
        while trades and left > 0:
            index = 0 if self._fifo else -1
            quantity = min(left, trades[index].trade.quantity_decimal)
            # An exit that closes several entries pays its fee once.
            closed.append(trades[index].close(quantity, fill, ZERO if closed else fee, prices, factor))
            if not trades[index].trade.quantity_decimal:
                del trades[index]
            left -= quantity
        if not trades:
            del self._positions[fill.symbol]
            if left:
                fill.fill_quantity_decimal = left * _sign(fill.fill_quantity_decimal)
                self._open(fill, ZERO)
        return closed

    def _open(self, fill: OrderEvent, fee: Decimal) -> None:
        self._positions[fill.symbol] = ([_OpenTrade(fill, fee)], _PriceRange(fill.fill_price_decimal))


class _PendingFills:
    """Fills of one symbol that no trade has taken yet, and their fees."""

    __slots__ = ("fees", "fills")

    def __init__(self, fill: OrderEvent, fees: Decimal) -> None:
        self.fills = [fill]
        self.fees = fees

    def add(self, fill: OrderEvent, fee: Decimal) -> None:
        self.fills.append(fill)
        self.fees += fee


class _ByPendingFills:
    """What the two flat groupings share. They keep no excursions, so market prices do not concern them."""

    def __init__(self, matching: FillMatchingMethod) -> None:
        self._fifo = matching == FillMatchingMethod.FIFO
        self._positions: dict[Symbol, _PendingFills] = {}

    def open_symbols(self) -> Collection[Symbol]:
        return ()

    def has_open_position(self, symbol: Symbol) -> bool:
        return symbol in self._positions

    def set_market_price(self, symbol: Symbol, price: Decimal) -> None:
        """Prices between the fills leave no trace in these trades."""

    def apply_split(self, symbol: Symbol, factor: Decimal) -> None:
        position = self._positions.get(symbol)
        for fill in position.fills if position else ():
            fill.fill_quantity_decimal /= factor
            fill.fill_price_decimal *= factor
            fill.limit_price_decimal = _times(fill.limit_price_decimal, factor)
            fill.stop_price_decimal = _times(fill.stop_price_decimal, factor)
            fill.trigger_price_decimal = _times(fill.trigger_price_decimal, factor)

    def process(self, fill: OrderEvent, fee: Decimal, factor: Decimal) -> list[Trade]:
        position = self._positions.get(fill.symbol)
        if position is None:
            self._positions[fill.symbol] = _PendingFills(fill, fee)
            return []
        if _sign(position.fills[0].fill_quantity_decimal) == _sign(fill.fill_quantity_decimal):
            position.add(fill, fee)
            return []
        return self._exit(position, fill, fee, factor)

    def _exit(self, position: _PendingFills, fill: OrderEvent, fee: Decimal, factor: Decimal) -> list[Trade]:
        raise NotImplementedError

    def _trade(self, fill: OrderEvent, entry_time: int, entry: _Average, exit_price: Decimal) -> Trade:
        direction = TradeDirection.LONG if entry.quantity > 0 else TradeDirection.SHORT
        trade = Trade(fill.symbol, entry_time, entry.price, direction, abs(entry.quantity))
        trade.exit_time_stamp = fill.utc_time_stamp
        trade.exit_price_decimal = exit_price
        return trade


class _Average:
    """A running average price."""

    __slots__ = ("price", "quantity")

    def __init__(self) -> None:
        self.price = self.quantity = ZERO

    def add(self, price: Decimal, quantity: Decimal) -> None:
        self.quantity += quantity
        self.price += (price - self.price) * quantity / self.quantity


class FlatToFlat(_ByPendingFills):
    """One trade from the first fill until the position is flat again (or turns)."""

    def _exit(self, position: _PendingFills, fill: OrderEvent, fee: Decimal, factor: Decimal) -> list[Trade]:
        held = sum((pending.fill_quantity_decimal for pending in position.fills), ZERO)
        position.add(fill, fee)
        if fill.absolute_fill_quantity_decimal < abs(held):
            return []
        entry, exit_ = _Average(), _Average()
        order_ids: dict[int, None] = {}
        for pending in position.fills if self._fifo else reversed(position.fills):
            same_side = _sign(pending.fill_quantity_decimal) == _sign(fill.fill_quantity_decimal)
            (exit_ if same_side else entry).add(pending.fill_price_decimal, pending.fill_quantity_decimal)
            order_ids[pending.order_id] = None
        trade = self._trade(fill, position.fills[0].utc_time_stamp, entry, exit_.price)
        trade.profit_loss_decimal = _money((exit_.price - entry.price) * entry.quantity * factor)
        trade.total_fees_decimal = position.fees
        trade.order_ids = order_ids
        del self._positions[fill.symbol]
        turned = held + fill.fill_quantity_decimal
        if turned:
            fill.fill_quantity_decimal = turned
            self._positions[fill.symbol] = _PendingFills(fill, ZERO)
        return [trade]


class FlatToReduced(_ByPendingFills):
    """One trade for every fill that makes the position smaller."""

    def _exit(self, position: _PendingFills, fill: OrderEvent, fee: Decimal, factor: Decimal) -> list[Trade]:
        position.fees += fee
        entry = _Average()
        order_ids: dict[int, None] = {fill.order_id: None}
        entry_time = position.fills[0 if self._fifo else -1].utc_time_stamp
        left = fill.absolute_fill_quantity_decimal
        while position.fills and left > 0:
            index = 0 if self._fifo else -1
            current = position.fills[index]
            quantity = min(left, current.absolute_fill_quantity_decimal) * _sign(
                current.fill_quantity_decimal
            )
            entry.add(current.fill_price_decimal, quantity)
            order_ids[current.order_id] = None
            left -= abs(quantity)
            current.fill_quantity_decimal -= quantity
            if not current.fill_quantity_decimal:
                del position.fills[index]
                if not self._fifo:
                    entry_time = current.utc_time_stamp
        trade = self._trade(fill, entry_time, entry, fill.fill_price_decimal)
        trade.profit_loss_decimal = _money((fill.fill_price_decimal - entry.price) * entry.quantity * factor)
        trade.total_fees_decimal = position.fees
        trade.order_ids = order_ids
        position.fees = ZERO
        if left:
            fill.fill_quantity_decimal = left * _sign(fill.fill_quantity_decimal)
            position.fills = [fill]
        elif not position.fills:
            del self._positions[fill.symbol]
        return [trade]


def _times(value: Decimal | None, factor: Decimal) -> Decimal | None:
    return None if value is None else value * factor
