"""The JSON of orders and the hash of a run's orders, against LEAN's records (lean-semantics 2)."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from engine.common.enums import DataNormalizationMode, OrderStatus, OrderType, SecurityType
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol, get_alias
from engine.orders.group_order_manager import GroupOrderManager
from engine.orders.interactive_brokers_order_properties import InteractiveBrokersOrderProperties
from engine.orders.limit_order import LimitOrder
from engine.orders.order import Order
from engine.orders.order_json import order_json, order_list_hash
from engine.orders.order_properties import OrderProperties
from engine.orders.order_submission_data import OrderSubmissionData
from engine.orders.submit_order_request import SubmitOrderRequest
from engine.orders.time_in_force import TimeInForce

NOON = datetime(2021, 1, 5, 17)
SPY = Symbol.create("SPY", SecurityType.EQUITY, "usa")

# Bid, ask and last price when each order was sent, with the scale LEAN's decimals have: prices of the sample
# data times 0.0001 (4 places) times the price factor (7 more); they are not in the records.
_SPY_2013 = ("144.77307790400", "144.78172417000", "144.77307790400")
_SPY_2019, _IBM_2019 = ("237.37213229900",) * 3, ("101.46197376000",) * 3
SUBMISSIONS = {
    "StringToSymbolImplicitConversionRegressionAlgorithm": [_SPY_2013],
    "BasicTemplateDailyAlgorithm": [("143.07840976800",) * 3],
    "TrailingStopOrderRegressionAlgorithm": [
        _SPY_2013,
        ("144.64338391400", "144.65203018000", "144.64338391400"),
    ],
    "IndexOptionCallITMExpiryRegressionAlgorithm": [
        ("500.3000", "504.8000", "502.5500"),
        ("587.6000", "610.5000", "599.0500"),
    ],
    "ComboOrdersFillModelAlgorithm": [_SPY_2019, _IBM_2019] * 3,
}


def _symbol(identifier: str) -> Symbol:
    sid = SecurityIdentifier.parse(identifier)
    underlying = _symbol(identifier.partition("|")[2]) if "|" in identifier else None
    return Symbol(sid, get_alias(sid, underlying) or sid.symbol, underlying)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _order_of(
    row: dict[str, Any], submission: tuple[str, ...], groups: dict[int, GroupOrderManager]
) -> Order:
    group = None
    if "group" in row:
        known = row["group"]
        manager = GroupOrderManager(known["id"], known["count"], known["quantity"], known["limitPrice"])
        group = groups.setdefault(known["id"], manager)
    symbol = _symbol(row["symbol"])
    tag = row.get("tag")
    limit = group.limit_price if group is not None and "limitPrice" not in row else row.get("limitPrice", 0)
    request = SubmitOrderRequest(
        OrderType(row["type"]),
        symbol.security_type,
        symbol,
        row["quantity"],
        row.get("stopPrice", 0),
        limit,
        trailing_amount=float(tag.partition("$")[2]) if tag and "$" in tag else 0,
        time=_time(row["time"]),
        tag=tag,
        group_order_manager=group,
    )
    request.set_order_id(row["id"])
    order = Order.create_order(request)
    order.status = OrderStatus(row["status"])
    order.price = row["price"]
    order.price_currency = "USD"
    order.last_fill_time = _time(row["lastFillTime"])
    order.order_submission_data = OrderSubmissionData(*map(Decimal, submission))
    if order.type != OrderType.OPTION_EXERCISE:
        order.broker_id.append(str(order.id))
    if symbol.security_type == SecurityType.EQUITY:
        order.price_adjustment_mode = DataNormalizationMode.ADJUSTED
    return order


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_hash_is_the_one_lean_published(shared: Path, name: str) -> None:
    """Orders rebuilt from a record have the record's OrderListHash."""
    record = json.loads((shared / "lean-golden" / "regressions" / f"{name}.json").read_text())
    groups: dict[int, GroupOrderManager] = {}
    orders = [
        _order_of(row, data, groups) for row, data in zip(record["orders"], SUBMISSIONS[name], strict=True)
    ]
    assert order_list_hash(reversed(orders)) == record["statistics"]["OrderListHash"]


def test_hash_of_no_orders() -> None:
    """A run without orders has the MD5 of nothing."""
    assert order_list_hash([]) == "d41d8cd98f00b204e9800998ecf8427e"


_COMMON = [
    "id",
    "contingentId",
    "brokerId",
    "symbol",
    "price",
    "priceCurrency",
    "time",
    "createdTime",
    "quantity",
    "status",
    "tag",
    "properties",
    "securityType",
    "direction",
    "value",
    "orderSubmissionData",
    "isMarketable",
    "priceAdjustmentMode",
]
OWN = {
    OrderType.MARKET: ["type"],
    OrderType.MARKET_ON_OPEN: ["type"],
    OrderType.MARKET_ON_CLOSE: ["type"],
    OrderType.OPTION_EXERCISE: ["type"],
    OrderType.LIMIT: ["limitPrice", "type"],
    OrderType.STOP_MARKET: ["stopPrice", "type"],
    OrderType.STOP_LIMIT: ["stopPrice", "stopTriggered", "limitPrice", "type"],
    OrderType.TRAILING_STOP: ["trailingAmount", "trailingAsPercentage", "type", "stopPrice"],
    OrderType.LIMIT_IF_TOUCHED: ["type", "triggerPrice", "limitPrice", "triggerTouched"],
    OrderType.COMBO_MARKET: ["type", "quantity"],
    OrderType.COMBO_LIMIT: ["type", "quantity"],
    OrderType.COMBO_LEG_LIMIT: ["type", "limitPrice", "quantity"],
}


@pytest.mark.parametrize("kind", OWN)
def test_members_come_in_leans_order(kind: OrderType) -> None:
    """What a class declares comes first, then the base class; nothing twice."""
    is_combo = kind.name.startswith("COMBO")
    group = GroupOrderManager(1, 2, 1) if is_combo else None
    request = SubmitOrderRequest(kind, SPY.security_type, SPY, 1, 1, 1, time=NOON, group_order_manager=group)
    members = list(json.loads(order_json(Order.create_order(request))))
    expected = OWN[kind] + [name for name in _COMMON if name not in OWN[kind]]
    if is_combo:
        expected.insert(-1, "groupOrderManager")
    assert members == expected


def _json_of(properties: OrderProperties, tag: str | None = "") -> dict[str, Any]:
    return json.loads(order_json(LimitOrder(SPY, 1, Decimal("10.500"), NOON, tag, properties)))


def test_time_in_force_carries_its_class() -> None:
    """Good till cancelled is empty, day names its class, a date has no zone."""
    properties = OrderProperties()
    assert _json_of(properties)["properties"] == {"timeInForce": {}}
    names = "QuantConnect.Orders.TimeInForces."
    properties.time_in_force = TimeInForce.DAY
    assert _json_of(properties)["properties"] == {"timeInForce": {"$type": names + "DayTimeInForce"}}
    properties.time_in_force = TimeInForce.good_til_date(datetime(2013, 10, 10))
    assert _json_of(properties)["properties"] == {
        "timeInForce": {"$type": names + "GoodTilDateTimeInForce", "Expiry": "2013-10-10T00:00:00"}
    }


def test_broker_properties_come_before_the_common_ones() -> None:
    """A brokerage's own members lead, as the derived class does."""
    properties = InteractiveBrokersOrderProperties()
    properties.fa_percentage = 10
    assert list(_json_of(properties)["properties"]) == [
        "Account",
        "FaGroup",
        "FaMethod",
        "FaPercentage",
        "FaProfile",
        "OutsideRegularTradingHours",
        "timeInForce",
    ]


def test_null_tag_is_left_out_and_an_empty_one_written() -> None:
    """LEAN omits a null tag only."""
    assert "tag" not in _json_of(OrderProperties(), None)
    assert _json_of(OrderProperties(), "")["tag"] == ""


@pytest.mark.parametrize(
    ("limit", "written"),
    [
        ("10", "10.0"),
        ("10.500", "10.5"),
        ("1234.56789", "1234.5679"),
        ("144.78172417", "144.7817"),
        ("-0.050", "-0.05"),
    ],
)
def test_limits_are_rounded_for_the_hash(limit: str, written: str) -> None:
    """Above 1000 four places, below seven digits, and a decimal always shows a point."""
    text = order_json(LimitOrder(SPY, 1, Decimal(limit), NOON))
    assert text.startswith(f'{{"limitPrice":{written},')


@pytest.mark.parametrize(
    ("quantity", "limit", "quote", "marketable"),
    [
        # order 8 and 14 of LEAN's LimitFillRegressionAlgorithm (OrderListHash b25621656830fb81b093f3c315830ea3)
        (10, "144.85954056400", ("144.85089429800", "144.85954056400"), False),
        (10, "143.07840976800", ("143.06976350200", "143.07840976800"), False),
        # order 18: the limit is at the bid and rounded below it, order 30: rounded above it
        (-10, "142.70662033000", ("142.70662033000", "142.71526659600"), True),
        (-10, "146.39857591200", ("146.39857591200", "146.40722217800"), False),
    ],
)
def test_limit_at_the_market_is_marketable_after_its_rounding(
    quantity: int, limit: str, quote: tuple[str, str], marketable: bool
) -> None:
    """LEAN rounds limits to seven digits before it writes whether they crossed the market."""
    order = LimitOrder(SPY, quantity, Decimal(limit), NOON)
    order.order_submission_data = OrderSubmissionData(*map(Decimal, (*quote, quote[0])))
    assert order.is_marketable
    assert json.loads(order_json(order))["isMarketable"] is marketable
