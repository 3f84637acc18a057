"""Base of data that says something of a symbol and is no price."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.common.enums import MarketDataType
from engine.data.base_data import BaseData

if TYPE_CHECKING:
    from datetime import datetime


class AuxiliaryData(BaseData):
    """A dividend, split, delisting or rename."""

    __slots__ = ()

    _KIND = MarketDataType.AUXILIARY


def general_date(moment: datetime) -> str:
    """Return .NET's invariant general text of a time."""
    return moment.strftime("%m/%d/%Y %H:%M:%S")
