"""Members of securities as algorithms use them (LEAN: Security.cs, SecurityTests, SecurityManagerTests)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from engine.common.enums import (
    DataNormalizationMode,
    OptionRight,
    OptionStyle,
    Resolution,
    SecurityType,
    SettlementType,
    TickType,
)
from engine.common.errors import ArgumentException, InvalidOperationException, UnsupportedMemberError
from engine.common.symbol import Symbol
from engine.data.market.trade_bar import TradeBar
from engine.securities.buying_power_model import BuyingPowerModel, SecurityMarginModel
from engine.securities.delayed_settlement_model import DelayedSettlementModel
from engine.securities.equity.equity import Equity
from engine.securities.future.future import Future
from engine.securities.future_option.future_option import FutureOption
from engine.securities.index.index import Index
from engine.securities.index_option.index_option import IndexOption
from engine.securities.option.option import Option
from engine.securities.price_variation_models import (
    AdjustedPriceVariationModel,
    EquityPriceVariationModel,
    GetMinimumPriceVariationParameters,
)
from engine.securities.security_initializer import (
    BrokerageModelSecurityInitializer,
    CompositeSecurityInitializer,
    FuncSecurityInitializer,
    FuncSecuritySeeder,
)
from tests.unit.securities.log_replay import symbol_of

NOON = datetime(2015, 12, 24, 12)
SPX = Symbol.create("SPX", SecurityType.INDEX, "usa")
SPXW = Symbol.create_option(
    SPX, "SPXW", "usa", OptionStyle.EUROPEAN, OptionRight.CALL, 3800, datetime(2021, 1, 4)
)


@pytest.fixture
def spy(new_account):
    """Return an account with SPY."""
    account = new_account()
    account.at(NOON)
    return account, account.add(Symbol.create("SPY", SecurityType.EQUITY, "usa"))


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


# kinds


@pytest.mark.parametrize(
    ("symbol", "kind", "unit", "multiplier", "tradable", "leverage"),
    [
        (Symbol.create("SPY", SecurityType.EQUITY, "usa"), Equity, None, 1, True, 2),
        (SPX, Index, None, 1, False, 1),
        (SPXW, IndexOption, 100, 100, True, 1),
        (symbol_of("ES20H20"), Future, None, 50, True, 1),
        (symbol_of("ES20H20").canonical, Future, None, 50, False, 1),
        (symbol_of("ES20H20  200320C03200000"), FutureOption, 1, 50, True, 1),
        (symbol_of("GOOG  151224C00750000"), Option, 100, 100, True, 1),
    ],
)
def test_service_makes_the_right_kind(
    new_account, symbol, kind, unit, multiplier, tradable, leverage
) -> None:
    """Class, units, multiplier, tradability and leverage follow the type of the symbol."""
    account = new_account()
    if symbol.has_underlying:
        account.add(symbol.underlying)
    security = account.add(symbol)
    assert type(security) is kind
    assert security.symbol_properties.contract_multiplier == multiplier
    assert getattr(security, "contract_unit_of_trade", None) == unit
    assert security.is_tradable is tradable
    assert security.leverage == leverage


def test_symbols_of_other_types_are_refused_by_name(new_account) -> None:
    """A type the engine has no security for is one clear line."""
    account = new_account()
    with pytest.raises(UnsupportedMemberError, match="securities of type Cfd"):
        account.service.create_security(Symbol.create("XAUUSD", SecurityType.CFD, "oanda"))


def test_an_index_becomes_tradable_only_by_hand(new_account) -> None:
    """The feed's make_tradable does nothing until the algorithm set it once."""
    index = new_account().add(SPX)
    index.make_tradable()
    assert not index.is_tradable
    index.is_tradable = True
    index.is_tradable = False
    index.make_tradable()
    assert index.is_tradable
    index.reset()
    index.make_tradable()
    assert not index.is_tradable


def test_option_members(new_account) -> None:
    """Strike, expiry, right, style, settlement and pay-off of contracts."""
    account = new_account()
    index = account.add(SPX)
    option = account.add(SPXW)
    assert option.underlying is index
    assert (option.strike_price, option.right, option.style) == (
        3800.0,
        OptionRight.CALL,
        OptionStyle.EUROPEAN,
    )
    assert option.exercise_settlement == SettlementType.CASH
    assert option.expiry == datetime(2021, 1, 4)
    assert (option.get_intrinsic_value(3810), option.get_intrinsic_value(3790)) == (10.0, 0.0)
    assert (option.get_pay_off(3790), option.out_of_the_money_amount(3790)) == (-10.0, 10.0)
    assert (option.is_auto_exercised(3800.01), option.is_auto_exercised(3800)) == (True, False)
    assert option.get_exercise_quantity(-2) == 200.0
    assert (option.is_option_contract, option.is_option_chain) == (True, False)
    with pytest.raises(ArgumentException, match="Raw must be used with options"):
        option.set_data_normalization_mode(DataNormalizationMode.ADJUSTED)
    with pytest.raises(InvalidOperationException, match="different leverage cannot be set"):
        option.buying_power_model.set_leverage(option, 2)
    option.set_leverage(5)
    assert option.leverage == 1


@pytest.mark.parametrize(
    ("ticker", "price", "tick"),
    [
        ("SPXW", 2.99, "0.05"),
        ("SPXW", 3, "0.1"),
        ("VIX", 2.5, "0.01"),
        ("VIX", 3, "0.05"),
        ("VIXW", 9, "0.01"),
    ],
)
def test_ticks_of_index_options_depend_on_the_price(new_account, ticker, price, tick) -> None:
    """Nickels below three dollars, dimes above; VIX has its own."""
    account = new_account()
    index = account.add(
        Symbol.create("VIX" if ticker.startswith("VIX") else "SPX", SecurityType.INDEX, "usa")
    )
    option = account.add(
        Symbol.create_option(
            index.symbol, ticker, "usa", OptionStyle.EUROPEAN, OptionRight.CALL, 20, datetime(2021, 1, 4)
        )
    )
    parameters = GetMinimumPriceVariationParameters(option, price)
    assert option.price_variation_model.get_minimum_price_variation(parameters) == Decimal(tick)


def test_adjusted_equities_have_no_tick_and_raw_ones_a_cent_or_less(spy) -> None:
    """Below one dollar the tick is a hundredth of a cent."""
    _, security = spy

    def tick(price):
        parameters = GetMinimumPriceVariationParameters(security, price)
        return security.price_variation_model.get_minimum_price_variation(parameters)

    assert (type(security.price_variation_model), tick(5)) == (AdjustedPriceVariationModel, 0)
    security.set_data_normalization_mode(DataNormalizationMode.RAW)
    assert type(security.price_variation_model) is EquityPriceVariationModel
    assert (tick(5), tick(0.5)) == (Decimal("0.01"), Decimal("0.0001"))


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
    account.time_keeper.step += 1
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


# the dictionary


def test_the_manager_is_a_dictionary_by_symbol_ticker_or_security(spy) -> None:
    """Symbols, tickers and securities are keys; iterating yields pairs."""
    account, security = spy
    securities = account.securities
    assert securities[security.symbol] is securities["SPY"] is securities[security] is security
    assert "SPY" in securities
    assert "IBM" not in securities
    assert securities.get("IBM") is None
    assert securities.contains_key(security.symbol)
    assert [pair.value for pair in securities] == securities.values() == [security]
    assert securities.items() == [(security.symbol, security)]
    assert (len(securities), securities.count) == (1, 1)


def test_missing_securities_are_leans_errors(spy) -> None:
    """A ticker nobody added, and a symbol nobody added, each have their message."""
    account, _ = spy
    with pytest.raises(KeyError, match="The ticker IBM was not found in the SymbolCache"):
        account.securities["IBM"]
    with pytest.raises(KeyError, match="was not found in your security list"):
        account.securities[Symbol.create("IBM", SecurityType.EQUITY, "usa")]


def test_removed_securities_are_not_listed_but_can_be_looked_up(spy) -> None:
    """`total` keeps them; adding them again lists them again."""
    account, security = spy
    assert account.securities.remove(security.symbol)
    assert not account.securities.remove(security.symbol)
    assert (len(account.securities), account.securities.total) == (0, [security])
    assert account.securities["SPY"] is security
    account.securities.add(security)
    assert len(account.securities) == 1
    with pytest.raises(ArgumentException, match="Unable to overwrite existing Security"):
        account.securities["SPY"] = account.service.create_benchmark_security(security.symbol)


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


def test_the_old_name_of_the_greek_approximation_reaches_the_model(new_account) -> None:
    """Models without approximation have none to switch."""
    account = new_account()
    account.add(SPX)
    option = account.add(SPXW)
    model = SimpleNamespace(enable_greek_approximation=True)
    option.set_price_model(model)
    option.enable_greek_approximation = False
    assert (model.enable_greek_approximation, option.enable_greek_approximation) == (False, False)
    option.set_price_model(SimpleNamespace())
    option.enable_greek_approximation = True
    assert option.enable_greek_approximation is False
