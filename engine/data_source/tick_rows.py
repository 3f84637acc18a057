"""Decoded ticks of one file (LEAN: the reading constructors of Common/Data/Market/Tick.cs)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.common.enums import SecurityType, TickType
from engine.common.errors import DataFileError
from engine.common.numbers import ZERO
from engine.data_source.csv_numbers import normalized

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.data_source.rows import FileClock

# LEAN scales the ticks of these, unlike bars not those of index options.
_SCALED = frozenset((SecurityType.EQUITY, SecurityType.OPTION))
_TRADE = ("value", "quantity", "exchange", "sale_condition", "suspicious")
_EQUITY_QUOTE = ("bid_price", "bid_size", "ask_price", "ask_size", "exchange", "sale_condition", "suspicious")
_QUOTE = ("bid_price", "bid_size", "ask_price", "ask_size", "exchange", "suspicious")
_PRICES = frozenset(("bid_price", "ask_price"))
_TEXTS = frozenset(("exchange", "sale_condition"))


class TickRows:
    """Stamps of the ticks, and per field a list of what LEAN's Tick holds; prices and sizes as decimals."""

    __slots__ = ("end", "fields", "start")

    def __init__(self, stamps: np.ndarray, fields: dict[str, list[Any]]) -> None:
        self.start = self.end = stamps
        self.fields = fields


def decode_ticks(
    text: bytes, symbol: Symbol, tick_type: TickType, clock: FileClock, path: object
) -> TickRows:
    """Return the ticks of a file.

    Raises
    ------
    DataFileError
        If a row has too few columns or a field is no number.
    """
    names = _names(symbol.security_type, tick_type)
    scale = Decimal(10_000) if symbol.security_type in _SCALED else Decimal(1)
    fields: dict[str, list[Any]] = {name: [] for name in (*names, "value")}
    milliseconds: list[float] = []
    for number, line in enumerate(normalized(text).decode("ascii", "replace").splitlines(), start=1):
        cells = line.split(",")
        if len(cells) < (2 if tick_type == TickType.OPEN_INTEREST else 5):
            raise DataFileError(path, number, f"expected {len(names) + 1} columns, found {len(cells)}")
        try:
            milliseconds.append(float(cells[0]))
            for name, cell in zip(names, cells[1:] + [""] * len(names)):
                fields[name].append(_value(name, cell, tick_type, scale))
        except (InvalidOperation, ValueError):
            raise DataFileError(path, number, f"{line!r} is not a tick") from None
        if tick_type == TickType.QUOTE:
            fields["value"].append(_mid(fields["bid_price"][-1], fields["ask_price"][-1]))
    return TickRows(clock.stamps(np.array(milliseconds))[0], fields)


def _names(security_type: SecurityType, tick_type: TickType) -> tuple[str, ...]:
    if tick_type == TickType.TRADE:
        return _TRADE
    if tick_type == TickType.OPEN_INTEREST:
        return ("value",)
    return _EQUITY_QUOTE if security_type == SecurityType.EQUITY else _QUOTE


def _value(name: str, cell: str, tick_type: TickType, scale: Decimal) -> Any:
    if name in _TEXTS:
        return cell
    if name == "suspicious":
        return cell == "1"
    number = Decimal(cell) if cell else ZERO
    is_price = name in _PRICES or (name == "value" and tick_type == TickType.TRADE)
    return number / scale if is_price else number


def _mid(bid: Decimal, ask: Decimal) -> Decimal:
    return (bid + ask) / 2 if bid and ask else bid + ask
