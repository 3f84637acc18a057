"""Members of securities as algorithms use them (LEAN: Security.cs, SecurityTests.cs)."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest

from engine.common.enums import (
    DataNormalizationMode,
    OptionRight,
    OptionStyle,
    Resolution,
    SecurityType,
    TickType,
)
from engine.common.errors import ArgumentException
from engine.common.symbol import Symbol
from engine.data.market.trade_bar import TradeBar
from engine.securities.buying_power_model import BuyingPowerModel, SecurityMarginModel
from engine.securities.delayed_settlement_model import DelayedSettlementModel
from engine.securities.security_initializer import (
    BrokerageModelSecurityInitializer,
    CompositeSecurityInitializer,
    FuncSecurityInitializer,
    FuncSecuritySeeder,
)

NOON = datetime(2015, 12, 24, 12)
SPX = Symbol.create("SPX", SecurityType.INDEX, "usa")
SPXW = Symbol.create_option(
    SPX, "SPXW", "usa", OptionStyle.EUROPEAN, OptionRight.CALL, 3800, datetime(2021, 1, 4)
)


# properties of the algorithm's own


def test_unknown_attributes_are_the_algorithms_own(spy) -> None:
    """Attribute, indexer and generic methods reach one dictionary."""
    _, security = spy
    security.slow_ema = 1
    security["bb"] = 2
    security.add("fast_ema", 3)
    assert (security["slow_ema"], security.bb, security.get[int]("fast_ema"), security.get("bb")) == (
        1,
        2,
        3,
        2,
    )
    assert security.try_get[int]("bb") == (True, 2)
    assert security.remove("bb")
    with pytest.raises(AttributeError, match="'Equity' object has no attribute 'bb'"):
        _ = security.bb
    with pytest.raises(KeyError):
        security["bb"]
    security.clear()
    assert not hasattr(security, "slow_ema")


def test_members_that_lean_only_reads_cannot_be_set(spy) -> None:
    """Setting the price is an error, not a property of the algorithm's own."""
    _, security = spy
    with pytest.raises(AttributeError):
        security.price = 5


# prices


def test_bid_and_open_fall_back_to_the_price_but_not_for_options(spy) -> None:
    """An equity without quotes shows its price as bid; an option shows 0."""
    account, stock = spy
    account.trade(stock, 200.0)
    assert (stock.bid_price, stock.ask_price, stock.high) == (200.0, 200.0, 200.0)
    symbol = Symbol.create_option(
        stock.symbol, "usa", OptionStyle.AMERICAN, OptionRight.CALL, 200, datetime(2016, 1, 15)
    )
    option = account.trade(account.add(symbol), 5.0)
    assert (option.price, option.bid_price, option.ask_price) == (5.0, 0.0, 0.0)


def test_set_market_price_none_is_ignored(spy) -> None:
    """A security without data stays without."""
    _, security = spy
    security.set_market_price(None)
    assert (security.has_data, security.price, security.get_last_data()) == (False, 0, None)


# subscriptions


def test_subscriptions_set_resolution_and_mode(spy) -> None:
    """The finest resolution counts, the mode is that of the first subscription."""
    account, security = spy
    daily = account.config(security.symbol, TickType.QUOTE).with_changes(resolution=Resolution.SECOND)
    security.add_data(daily)
    assert security.resolution == Resolution.SECOND
    assert len(security.subscriptions) == 2
    assert security.data_normalization_mode == DataNormalizationMode.ADJUSTED
    with pytest.raises(ArgumentException, match="Symbols must match"):
        security.add_data(account.config(SPX))
    security.reset()
    assert security.subscriptions == []
    assert not security.is_tradable


def test_internal_feeds_make_no_tradable_security_until_the_algorithm_asks(new_account) -> None:
    """A second, non-internal subscription makes the same security tradable."""
    account = new_account()
    symbol = Symbol.create("SPY", SecurityType.EQUITY, "usa")
    internal = account.service.create_security(symbol, account.config(symbol, is_internal_feed=True))
    account.securities.add(internal)
    assert not internal.is_tradable
    again = account.service.create_security(symbol, account.config(symbol, TickType.QUOTE))
    assert again is internal
    assert internal.is_tradable


# models and initializers


def test_every_model_can_be_replaced(spy) -> None:
    """The setters of LEAN's Python set the attribute of the same name."""
    _, security = spy
    for name in (
        "fee_model",
        "fill_model",
        "slippage_model",
        "settlement_model",
        "volatility_model",
        "buying_power_model",
        "margin_interest_rate_model",
        "shortable_provider",
        "data_filter",
    ):
        model = SimpleNamespace()
        getattr(security, f"set_{name}")(model)
        assert getattr(security, name) is model
    other = SimpleNamespace()
    security.set_margin_model(other)
    assert security.margin_model is security.buying_power_model is other


def test_explicit_leverage_wins_over_the_brokerages(new_account) -> None:
    """create_security(leverage=...) is applied after the initializer; below 1 is refused."""
    account = new_account()
    security = account.add(Symbol.create("SPY", SecurityType.EQUITY, "usa"), leverage=4)
    assert security.leverage == 4
    with pytest.raises(ArgumentException, match="greater than or equal to 1"):
        security.set_leverage(0.5)


def test_initializers_run_once_and_in_order(new_account) -> None:
    """A composite runs the brokerage's first; a security that exists is not initialized again."""
    account = new_account()
    seen = []
    known = account.algorithm.security_initializer
    account.algorithm.security_initializer = CompositeSecurityInitializer(
        known, FuncSecurityInitializer(lambda security: seen.append(security.leverage))
    )
    symbol = Symbol.create("SPY", SecurityType.EQUITY, "usa")
    account.add(symbol)
    account.service.create_security(symbol, account.config(symbol, TickType.QUOTE))
    assert seen == [2.0]
    replacement = BrokerageModelSecurityInitializer()
    account.algorithm.security_initializer.replace_brokerage_initializer(replacement)
    assert account.algorithm.security_initializer.initializers[0] is replacement


@pytest.mark.parametrize("as_list", [True, False])
def test_a_seeder_gives_the_first_price(spy, as_list) -> None:
    """The function may return one bar or several; an error or nothing leaves no price."""
    account, security = spy
    bar = TradeBar(NOON, security.symbol, 1.0, 1.0, 1.0, 7.0, 1.0, timedelta(minutes=1))
    assert FuncSecuritySeeder(lambda _: [bar] if as_list else bar).seed_security(security)
    account.prices_came()
    assert security.price == 7.0
    assert not FuncSecuritySeeder(lambda _: 1 / 0).seed_security(security)
    assert not FuncSecuritySeeder(lambda _: None).seed_security(security)
    canonical = account.add(Symbol.create_canonical_option(security.symbol))
    assert FuncSecuritySeeder(lambda _: 1 / 0).seed_security(canonical)


def test_initial_prices_are_seeded_where_the_settings_say_so(new_account) -> None:
    """New securities without a price get their last known prices."""
    account = new_account()
    account.at(NOON)
    account.settings.seed_initial_prices = True
    symbol = Symbol.create("SPY", SecurityType.EQUITY, "usa")
    bar = TradeBar(NOON, symbol, 1.0, 1.0, 1.0, 7.0, 1.0, timedelta(minutes=1))
    account.algorithm.get_last_known_prices = lambda symbols: {symbol: [bar] for symbol in symbols}
    assert account.add(symbol).price == 7.0


def test_models_that_differ_from_the_canonicals_are_reported_once(new_account) -> None:
    """LEAN warns when a contract's models are of other types than its chain's."""
    account = new_account()
    stock = account.add(Symbol.create("SPY", SecurityType.EQUITY, "usa"))
    canonical = account.add(Symbol.create_canonical_option(stock.symbol))
    canonical.set_settlement_model(DelayedSettlementModel(1, timedelta(hours=6)))
    for strike in (200, 210):
        account.add(
            Symbol.create_option(
                stock.symbol, "usa", OptionStyle.AMERICAN, OptionRight.CALL, strike, datetime(2016, 1, 15)
            )
        )
    assert len(account.messages) == 1
    assert account.messages[0].startswith("Warning: Security SPY")


def test_null_model_is_shared_and_needs_nothing(spy) -> None:
    """BuyingPowerModel.NULL lets every order pass."""
    account, security = spy
    account.trade(security, 100.0)
    security.set_buying_power_model(BuyingPowerModel.NULL)
    order = account.market_order(security, 1_000_000)
    assert account.portfolio.has_sufficient_buying_power_for_order([order]).is_sufficient


@pytest.mark.parametrize("requirements", [(-0.1, 0.5, 0), (0.5, 1.1, 0), (0.5, 0.5, 2)])
def test_margin_requirements_lie_between_0_and_1(requirements) -> None:
    """Each of the three is checked."""
    with pytest.raises(ArgumentException, match="must be between 0 and 1"):
        SecurityMarginModel(*requirements)
