"""How much money a strategy could run (LEAN: Common/CapacityEstimate.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OrderStatus
from engine.common.numbers import ZERO, discretely_round_by
from engine.common.time import DAY
from engine.statistics.slot_dictionary import SlotDictionary
from engine.statistics.symbol_capacity import CapacityHost, SymbolCapacity

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.common.symbol import Symbol
    from engine.orders.order_event import OrderEvent
    from engine.securities.security import Security

_NEVER = 1 << 62
_ROUNDING = Decimal("1000.00")  # LEAN's scale: the table shows "$56000.00"
_NEW_WEIGHT = Decimal("0.33")
_OLD_WEIGHT = Decimal("0.66")
_LONGEST_SNAPSHOT_DAYS = 7


class CapacityEstimate:
    """Looks, after each fill, at what the market traded, and takes stock about once a week.

    Parameters
    ----------
    host : the algorithm
    start_stamp, end_stamp : of the run, in the algorithm's local time
    used_buying_power : buying power that the position in a security takes, in account currency
    total_portfolio_value : of the account
    is_internal : whether a symbol has only feeds of the engine's own
    """

    def __init__(
        self,
        host: CapacityHost,
        start_stamp: int,
        end_stamp: int,
        used_buying_power: Callable[[Security], Decimal],
        total_portfolio_value: Callable[[], Decimal],
        is_internal: Callable[[Symbol], bool],
    ) -> None:
        self._host = host
        self._used_buying_power = used_buying_power
        self._total_portfolio_value = total_portfolio_value
        self._is_internal = is_internal
        self._by_symbol: SlotDictionary[Symbol, SymbolCapacity] = SlotDictionary()
        self._monitored: dict[Symbol, SymbolCapacity] = {}
        days = (end_stamp - start_stamp) / DAY - 1
        self._snapshot_period = round(max(min(days, _LONGEST_SNAPSHOT_DAYS), 1) * DAY)
        self._next_snapshot = start_stamp + self._snapshot_period
        self._capacity = ZERO
        self._smallest: Symbol | None = None

    @property
    def capacity(self) -> Decimal:
        """Account currency, to the nearest 1000."""
        return discretely_round_by(self._capacity, _ROUNDING)

    @property
    def lowest_capacity_asset(self) -> Symbol | None:
        return self._smallest

    @property
    def next_stamp(self) -> int:
        """The first moment at which `update_market_capacity` can have something to do, unless securities change."""
        if not self._by_symbol:
            return _NEVER
        now = self._host.time_keeper.utc_stamp
        if any(
            not capacity.has_expired(now) and capacity.can_have_bars()
            for capacity in self._monitored.values()
        ):
            return 0
        return -(-self._next_snapshot // DAY) * DAY  # the date is compared, so the next midnight

    def on_order_event(self, event: OrderEvent) -> None:
        if event.status not in (OrderStatus.FILLED, OrderStatus.PARTIALLY_FILLED):
            return
        symbol = event.symbol
        capacity = self._by_symbol.get(symbol)
        if capacity is None:
            capacity = SymbolCapacity(self._host, symbol, self._is_internal(symbol))
            self._by_symbol.add(symbol, capacity)
        capacity.on_order_event(event)
        self._monitored.setdefault(symbol, capacity)

    def update_market_capacity(self, force: bool = False) -> None:
        """Take this step's bars of the symbols lately traded; take stock when it is time, or when forced."""
        now = self._host.time_keeper.utc_stamp
        done = [
            symbol
            for symbol, capacity in self._monitored.items()
            if not capacity.has_expired(now) and capacity.update_market_capacity()
        ]
        for symbol in done:
            del self._monitored[symbol]
        today = now // DAY * DAY
        if self._by_symbol and (force or today >= self._next_snapshot):
            self._take_stock(today)

    def _take_stock(self, today: int) -> None:
        total_value = self._total_portfolio_value()
        if not total_value:
            return
        smallest = min(self._by_symbol.values(), key=lambda c: c.market_capacity_dollar_volume)
        self._smallest = smallest.security.symbol
        total_sales = sum((capacity.sale_volume for capacity in self._by_symbol.values()), ZERO)
        share_of_sales = smallest.sale_volume / total_sales if total_sales else ZERO
        # Where nothing was traded lately, the holdings decide.
        share_of_holdings = self._used_buying_power(smallest.security) / total_value
        share = max(share_of_sales, share_of_holdings)
        capacity = self._capacity
        if share:
            capacity = smallest.market_capacity_dollar_volume / smallest.trades / share
        if self._capacity:
            capacity = _NEW_WEIGHT * capacity + self._capacity * _OLD_WEIGHT
        self._capacity = capacity
        self._forget_or_reset()
        self._next_snapshot = today + self._snapshot_period

    def _forget_or_reset(self) -> None:
        for symbol, capacity in list(self._by_symbol.items()):
            if capacity.should_remove():
                self._by_symbol.remove(symbol)
                self._monitored.pop(symbol, None)
            else:
                capacity.reset()
