"""Rows as the text of LEAN's bar files: the reverse of engine/data_source/rows.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.common.enums import SecurityType, TickType
from engine.common.time import DAY
from engine.data_source.rows import FIELDS, PRICE_EXPONENT

if TYPE_CHECKING:
    from engine.common.time import TimeZone
    from engine.data_source.rows import Rows

SCALED = frozenset((SecurityType.EQUITY, SecurityType.OPTION, SecurityType.INDEX_OPTION))
_SIZES = frozenset(("volume", "bid_size", "ask_size", "value"))


def minute_times(rows: Rows, data_zone: TimeZone) -> list[str]:
    """Return milliseconds since midnight of the data's zone."""
    local = data_zone.to_local(rows.start)
    return [str(time) for time in (local % DAY // 1000).tolist()]


def calendar_times(rows: Rows, data_zone: TimeZone) -> list[str]:
    """Return times like `20150605 09:00`, which hour and daily files have."""
    moments = data_zone.to_local(rows.start).astype("datetime64[us]").astype("datetime64[m]")
    return [text.replace("-", "").replace("T", " ") for text in np.datetime_as_string(moments).tolist()]


def bar_text(rows: Rows, tick_type: TickType, security_type: SecurityType, times: list[str]) -> str:
    """Return the lines of a file; a side without a quote is empty."""
    places = rows.exponent - (PRICE_EXPONENT if security_type in SCALED else 0)
    columns = [times]
    for name in FIELDS[tick_type]:
        values = rows.fields[name]
        columns.append(_whole(values) if name in _SIZES or not places else _decimal(values, places))
    return "\n".join(map(",".join, zip(*columns, strict=True))) + "\n"


def _whole(values: np.ndarray) -> list[str]:
    here = values == values
    if here.all():
        return list(map(str, values.astype(np.int64).tolist()))
    return [str(int(value)) if value == value else "" for value in values.tolist()]


def _decimal(values: np.ndarray, places: int) -> list[str]:
    form = f"%.{places}f"
    scaled = (values / 10.0**places).tolist()
    return [form % value if value == value else "" for value in scaled]
