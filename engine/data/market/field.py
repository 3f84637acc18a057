"""Selectors of one number of a datum (LEAN: Common/Field.cs)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.common.numbers import to_decimal, to_float
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar

_BARS = (TradeBar, QuoteBar)


class FieldSelector:
    """Called with a datum it returns the number; a datum without it has its value instead."""

    __slots__ = ("_choices", "needs")

    def __init__(self, *choices: tuple[Any, Callable[[Any], Decimal]], needs: type | None = None) -> None:
        self._choices = choices
        self.needs = needs
        """The only kind of bars that has the number."""

    def exact(self, data: Any) -> Decimal:
        """Return the number as a decimal."""
        for kind, select in self._choices:
            if isinstance(data, kind):
                return select(data)
        return data.value_decimal

    def __call__(self, data: Any) -> float:
        return to_float(self.exact(data))


def _of_bars(select: Callable[[Any], Decimal]) -> FieldSelector:
    return FieldSelector((_BARS, select))


def _of_quotes(side: str, name: str) -> FieldSelector:
    return FieldSelector((QuoteBar, lambda quote: getattr(quote, side).decimal(name)), needs=QuoteBar)


def _side_price(side: str) -> FieldSelector:
    of_tick = (Tick, lambda tick: to_decimal(getattr(tick, f"{side}_price")))
    return FieldSelector(
        of_tick, (QuoteBar, lambda quote: getattr(quote, side).close_decimal), needs=QuoteBar
    )


class Field:
    """`Field.CLOSE` and its kin: what an indicator is fed with."""

    OPEN = _of_bars(lambda bar: bar.open_decimal)
    HIGH = _of_bars(lambda bar: bar.high_decimal)
    LOW = _of_bars(lambda bar: bar.low_decimal)
    CLOSE = FieldSelector()
    AVERAGE = _of_bars(lambda b: (b.open_decimal + b.high_decimal + b.low_decimal + b.close_decimal) / 4)
    MEDIAN = _of_bars(lambda bar: (bar.high_decimal + bar.low_decimal) / 2)
    TYPICAL = _of_bars(lambda bar: (bar.high_decimal + bar.low_decimal + bar.close_decimal) / 3)
    WEIGHTED = _of_bars(lambda bar: (bar.high_decimal + bar.low_decimal + 2 * bar.close_decimal) / 4)
    SEVEN_BAR = _of_bars(
        lambda b: (2 * b.open_decimal + b.high_decimal + b.low_decimal + 3 * b.close_decimal) / 7
    )
    VOLUME = FieldSelector(
        (TradeBar, lambda bar: bar.volume_decimal),
        (Tick, lambda tick: to_decimal(tick.quantity)),
        needs=TradeBar,
    )
    BID_PRICE, ASK_PRICE = _side_price("bid"), _side_price("ask")
    BID_OPEN, BID_HIGH = _of_quotes("bid", "open"), _of_quotes("bid", "high")
    BID_LOW, BID_CLOSE = _of_quotes("bid", "low"), _of_quotes("bid", "close")
    ASK_OPEN, ASK_HIGH = _of_quotes("ask", "open"), _of_quotes("ask", "high")
    ASK_LOW, ASK_CLOSE = _of_quotes("ask", "low"), _of_quotes("ask", "close")


for _name, _selector in list(vars(Field).items()):
    if isinstance(_selector, FieldSelector):
        # LEAN's Python knows them in every spelling
        setattr(Field, _name.lower(), _selector)
        setattr(Field, "".join(part.capitalize() for part in _name.split("_")), _selector)
