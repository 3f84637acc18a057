"""What brokers charge (lean-semantics 4; LEAN: Common/Orders/Fees)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.brokerages.brokerage_model_factory import create_brokerage_model
from engine.common.enums import BrokerageName, SecurityType
from engine.orders.combo_limit_order import ComboLimitOrder
from engine.orders.fees.constant_fee_model import ConstantFeeModel
from engine.orders.fees.interactive_brokers_fee_model import InteractiveBrokersFeeModel
from engine.orders.fees.interactive_brokers_futures import futures_fee_per_contract
from engine.orders.fees.order_fee import OrderFee
from engine.orders.fees.order_fee_parameters import OrderFeeParameters
from engine.orders.fees.trade_station_fee_model import TradeStationFeeModel
from engine.orders.group_order_manager import GroupOrderManager
from engine.orders.limit_order import LimitOrder
from engine.orders.market_order import MarketOrder
from engine.orders.option_exercise_order import OptionExerciseOrder
from engine.orders.stop_market_order import StopMarketOrder
from tests.unit.trading.trading_desk import Desk


def _fee(model: Any, security: Any, order: Any) -> float:
    return model.get_order_fee(OrderFeeParameters(security, order)).value.amount


@pytest.mark.parametrize(
    ("quantity", "price", "fee"),
    [
        (1, 370, 1.0),
        (200, 370, 1.0),
        (201, 370, 1.005),
        (-1000, 370, 5.0),
        (100, 0.05, 1.0),
        (1000, 0.5, 2.5),
    ],
)
def test_interactive_brokers_shares(desk: Desk, quantity: int, price: float, fee: float) -> None:
    """Half a cent a share, a dollar at least; half a percent at most, which never undercuts the dollar."""
    spy = desk.equity()
    desk.trade(spy, price)
    assert _fee(InteractiveBrokersFeeModel(), spy, MarketOrder(spy.symbol, quantity, 0)) == fee


@pytest.mark.parametrize(
    ("bid", "ask", "quantity", "fee"),
    [
        (0.10, 0.20, 10, 6.5),
        (0.09, 0.20, 10, 5.0),
        (0.05, 0.20, 10, 5.0),
        (0.04, 0.20, 10, 2.5),
        (0.04, 0.10, -10, 6.5),
        (0.04, 0.09, -10, 5.0),
        (0.04, 0.20, 1, 1.0),
    ],
)
def test_interactive_brokers_options_at_market(
    desk: Desk, bid: float, ask: float, quantity: int, fee: float
) -> None:
    """The bid decides the rate of a buy and the ask that of a sale; a dollar an order at least."""
    option = desk.option(360)
    desk.quote(option, bid, ask)
    assert _fee(InteractiveBrokersFeeModel(), option, MarketOrder(option.symbol, quantity, 0)) == fee


def test_interactive_brokers_options_with_a_price_of_their_own(desk: Desk) -> None:
    """Limit, stop and the limit of the combo decide the rate, whatever the market."""
    option = desk.option(360)
    desk.quote(option, 2, 2.2)
    symbol = option.symbol
    model = InteractiveBrokersFeeModel()
    assert _fee(model, option, LimitOrder(symbol, 10, 0.09, 0)) == 5.0
    assert _fee(model, option, StopMarketOrder(symbol, 10, 0.04, 0)) == 2.5
    group = GroupOrderManager(1, 2, 10, Decimal("-0.5"))
    assert _fee(model, option, ComboLimitOrder(symbol, 10, Decimal("-0.5"), 0, group)) == 2.5


@pytest.mark.parametrize(
    ("monthly", "fee"), [(10_000, 65.0), (50_000, 50.0), (100_000, 25.0), (100_001, 15.0)]
)
def test_interactive_brokers_option_volume_schedule(desk: Desk, monthly: int, fee: float) -> None:
    """More contracts a month cost less each."""
    option = desk.option(360)
    desk.quote(option, 2, 2.2)
    model = InteractiveBrokersFeeModel(0, monthly)
    assert _fee(model, option, MarketOrder(option.symbol, 100, 0)) == fee


def test_exercising_equity_options_is_free_and_others_pay(desk: Desk) -> None:
    """Only equity options are exercised without a fee."""
    equity_option, index_option = desk.option(360), desk.index_option(3600)
    desk.quote(index_option, 2, 2.2)
    model = InteractiveBrokersFeeModel()
    assert _fee(model, equity_option, OptionExerciseOrder(equity_option.symbol, -10, 0)) == 0
    assert _fee(model, index_option, OptionExerciseOrder(index_option.symbol, -10, 0)) == 2.5


class _Symbol:
    def __init__(self, root: str, market: str, underlying: Any = None) -> None:
        self.id = type("Id", (), {"symbol": root, "market": market})()
        self.underlying = underlying


class _Contract:
    """A future, or an option on one, of any root and market."""

    def __init__(self, root: str, market: str, is_option: bool = False, currency: str = "USD") -> None:
        future = _Symbol(root, market)
        self.symbol = _Symbol("option", market, future) if is_option else future
        self.type = SecurityType.FUTURE_OPTION if is_option else SecurityType.FUTURE
        self.quote_currency = type("Cash", (), {"symbol": currency})()
        self.price_decimal = Decimal(400)
        multiplier = Decimal(250_000)
        self.symbol_properties = type("Properties", (), {"contract_multiplier_decimal": multiplier})()


@pytest.mark.parametrize(
    ("root", "market", "is_option", "currency", "amount", "paid_in"),
    [
        ("ES", "cme", False, "USD", "2.15", "USD"),
        ("NQ", "cme", False, "USD", "2.15", "USD"),
        ("MES", "cme", False, "USD", "0.57", "USD"),
        ("CL", "nymex", False, "USD", "2.47", "USD"),
        ("GC", "comex", False, "USD", "2.47", "USD"),
        ("BTC", "cme", False, "USD", "11.02", "USD"),
        ("M6E", "cme", False, "USD", "0.41", "USD"),
        ("ES", "cme", True, "USD", "1.42", "USD"),
        ("MES", "cme", True, "USD", "0.47", "USD"),
        ("CL", "nymex", True, "USD", "2.47", "USD"),
        ("HSI", "hkfe", False, "HKD", "40", "HKD"),
        ("HTI", "hkfe", False, "HKD", "30.0", "HKD"),
        ("FESX", "eurex", False, "EUR", "1.02", "EUR"),
        ("KM", "krx", False, "KRW", "4000", "KRW"),
    ],
)
def test_interactive_brokers_futures(
    root: str, market: str, is_option: bool, currency: str, amount: str, paid_in: str
) -> None:
    """Broker, exchange and regulator charge per contract, by root, in the market's currency."""
    fee = futures_fee_per_contract(_Contract(root, market, is_option, currency))  # type: ignore[arg-type]
    assert (fee.amount_decimal, fee.currency) == (Decimal(amount), paid_in)


# Fee of buying 10 contracts of an equity option and an index option at 2.00/2.20, and 10 shares, from flat.
OPENING_FEES = {
    BrokerageName.QUANT_CONNECT_BROKERAGE: (6.5, 0.0, 1.0),
    BrokerageName.INTERACTIVE_BROKERS_BROKERAGE: (6.5, 6.5, 1.0),
    BrokerageName.TASTYTRADE: (10.0, 10.0, 0.0),
    BrokerageName.TRADE_STATION: (6.0, 10.0, 0.0),
    BrokerageName.CHARLES_SCHWAB: (6.5, 10.0, 0.0),
    BrokerageName.TRADIER_BROKERAGE: (0.0, 0.0, 0.0),
    BrokerageName.WEBULL: (0.0, 11.6, 0.0),
    BrokerageName.ALPACA: (0.0, 0.0, 0.0),
}


@pytest.mark.parametrize("name", OPENING_FEES)
def test_fees_of_every_brokerage(desk: Desk, name: BrokerageName) -> None:
    """Equity options, index options and shares cost what each brokerage's model says."""
    option, index_option = desk.option(360), desk.index_option(3600)
    model = create_brokerage_model(None, name)
    fees = []
    for security in (option, index_option, desk.algorithm.securities["SPY"]):
        if security.type != SecurityType.EQUITY:
            desk.quote(security, 2, 2.2)
        fees.append(_fee(model.get_fee_model(security), security, MarketOrder(security.symbol, 10, 0)))
    assert tuple(fees) == OPENING_FEES[name]


def test_tastytrade_closes_for_free(desk: Desk) -> None:
    """Contracts pay when they are opened only."""
    option = desk.option(360)
    desk.quote(option, 2, 2.2)
    model = create_brokerage_model(None, BrokerageName.TASTYTRADE).get_fee_model(option)
    option.holdings.set_holdings(2, -10)
    assert _fee(model, option, MarketOrder(option.symbol, 10, 0)) == 0
    assert _fee(model, option, MarketOrder(option.symbol, -10, 0)) == 10


def test_trade_station_abroad(desk: Desk) -> None:
    """Who lives abroad pays five dollars more for each trade."""
    spy = desk.equity()
    assert _fee(TradeStationFeeModel(us_resident=False), spy, MarketOrder(spy.symbol, 10, 0)) == 5


def test_constant_fee_is_never_negative() -> None:
    """The amount is taken without its sign."""
    fee = ConstantFeeModel(-2.5).get_order_fee(None)  # type: ignore[arg-type]
    assert (fee.value.amount, fee.value.currency) == (2.5, "USD")


def test_own_fee_model_of_an_algorithm_is_charged(desk: Desk) -> None:
    """A model written in Python decides the fee, and the cash book pays it."""
    from engine.securities.cash_amount import CashAmount

    class Mine:
        def get_order_fee(self, parameters: OrderFeeParameters) -> OrderFee:
            return OrderFee(CashAmount(parameters.order.absolute_quantity * 0.25, "USD"))

    spy = desk.equity()
    desk.trade(spy, 370)
    spy.set_fee_model(Mine())
    desk.algorithm.market_order("SPY", 10)
    assert desk.algorithm.portfolio.cash == 100_000 - 3_700 - 2.5
    assert str(desk.algorithm.told[-1].order_fee) == "2.5 USD"
