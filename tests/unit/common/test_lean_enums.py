"""Enums have LEAN's values and show LEAN's Python names."""

from __future__ import annotations

import json

import pytest

from engine.common import enums
from engine.common.enums import (
    BrokerageName,
    DayOfWeek,
    LeanEnum,
    MovingAverageType,
    OrderResponseErrorCode,
    OrderStatus,
    OrderType,
    Resolution,
    SecurityType,
    SeriesType,
)

ALL = [getattr(enums, name) for name in enums.__all__ if name != "LeanEnum"]


@pytest.mark.parametrize(
    ("member", "value"),
    [
        (OrderType.MARKET, 0),
        (OrderType.TRAILING_STOP, 11),
        (OrderStatus.CANCELED, 5),
        (OrderStatus.UPDATE_SUBMITTED, 9),
        (SecurityType.INDEX_OPTION, 10),
        (SecurityType.FUTURE_OPTION, 8),
        (BrokerageName.INTERACTIVE_BROKERS_BROKERAGE, 1),
        (BrokerageName.ALPACA, 13),
        (SeriesType.HEATMAP, 9),
        (OrderResponseErrorCode.MARKET_ON_OPEN_NOT_ALLOWED_DURING_REGULAR_HOURS, -35),
        (DayOfWeek.SUNDAY, 0),
    ],
)
def test_enum_value_is_leans(member: LeanEnum, value: int):
    """A member is the integer that LEAN writes into files."""
    assert member == value


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_enum_members_show_and_take_both_spellings(kind: type[LeanEnum]):
    """Text and f-string give UPPER_SNAKE, and the C# name finds the same member."""
    for member in kind:
        assert str(member) == f"{member}" == member.name
        assert getattr(kind, member.to_string()) is member
        assert json.dumps(member) == str(int(member))


def test_enum_default_brokerage_shows_leans_first_name():
    """LEAN's default brokerage prints as QUANT_CONNECT_BROKERAGE."""
    assert str(BrokerageName.DEFAULT) == "QUANT_CONNECT_BROKERAGE"


@pytest.mark.parametrize(
    ("member", "name"),
    [
        (OrderType.MARKET_ON_OPEN, "MarketOnOpen"),
        (BrokerageName.TD_AMERITRADE, "TDAmeritrade"),
        (BrokerageName.BINANCE_US, "BinanceUS"),
        (MovingAverageType.T_3, "T3"),
        (SeriesType.SCATTER_3D, "Scatter3d"),
    ],
)
def test_enum_to_string_is_the_csharp_name(member: LeanEnum, name: str):
    """LEAN's own messages use the C# name."""
    assert member.to_string() == name


def test_enum_unknown_member_is_an_attribute_error():
    """A name that no member has is an error naming enum and member."""
    with pytest.raises(AttributeError, match="Resolution has no member WEEKLY"):
        Resolution.WEEKLY  # noqa: B018
