"""A round trip from entry to exit (LEAN: Common/Statistics/Trade.cs)."""

from __future__ import annotations

import copy
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import TradeDirection
from engine.common.numbers import ZERO
from engine.orders.exact import datetime_of, float_of

if TYPE_CHECKING:
    from engine.common.symbol import Symbol


class Trade:
    """What was bought (or sold short) and closed again, with what came of it."""

    __slots__ = (
        "direction",
        "end_trade_drawdown_decimal",
        "entry_price_decimal",
        "entry_time_stamp",
        "exit_price_decimal",
        "exit_time_stamp",
        "id",
        "is_win",
        "mae_decimal",
        "mfe_decimal",
        "order_ids",
        "profit_loss_decimal",
        "quantity_decimal",
        "symbols",
        "total_fees_decimal",
    )

    def __init__(
        self,
        symbol: Symbol,
        entry_time_stamp: int,
        entry_price: Decimal,
        direction: TradeDirection,
        quantity: Decimal,
        total_fees: Decimal = ZERO,
        order_ids: dict[int, None] | None = None,
    ) -> None:
        self.id = ""
        self.symbols = [symbol]
        self.entry_time_stamp = entry_time_stamp
        self.entry_price_decimal = entry_price
        self.direction = direction
        self.quantity_decimal = quantity
        self.total_fees_decimal = total_fees
        self.order_ids = {} if order_ids is None else order_ids
        self.exit_time_stamp = 0
        self.exit_price_decimal = ZERO
        self.profit_loss_decimal = ZERO
        self.mae_decimal = ZERO
        self.mfe_decimal = ZERO
        self.end_trade_drawdown_decimal = ZERO
        self.is_win = False

    entry_time = datetime_of("entry_time_stamp")
    exit_time = datetime_of("exit_time_stamp")
    entry_price = float_of("entry_price_decimal")
    exit_price = float_of("exit_price_decimal")
    quantity = float_of("quantity_decimal")
    profit_loss = float_of("profit_loss_decimal")
    total_fees = float_of("total_fees_decimal")
    mae = float_of("mae_decimal")
    mfe = float_of("mfe_decimal")
    end_trade_drawdown = float_of("end_trade_drawdown_decimal")

    @property
    def symbol(self) -> Symbol:
        return self.symbols[0]

    @property
    def sign(self) -> int:
        """1 for a long trade, -1 for a short one."""
        return 1 if self.direction == TradeDirection.LONG else -1

    @property
    def duration(self) -> timedelta:
        return timedelta(microseconds=self.exit_time_stamp - self.entry_time_stamp)

    def clone(self) -> Trade:
        other = copy.copy(self)
        other.symbols = list(self.symbols)
        other.order_ids = dict(self.order_ids)
        return other
