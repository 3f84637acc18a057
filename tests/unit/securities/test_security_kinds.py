"""Kinds of securities and what is special about each (LEAN: SecurityService.cs, Option.cs, Index.cs)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest

from engine.common.enums import (
    DataNormalizationMode,
    OptionRight,
    OptionStyle,
    SecurityType,
    SettlementType,
)
from engine.common.errors import ArgumentException, InvalidOperationException, UnsupportedMemberError
from engine.common.symbol import Symbol
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
from tests.unit.securities.log_replay import symbol_of

SPX = Symbol.create("SPX", SecurityType.INDEX, "usa")
SPXW = Symbol.create_option(
    SPX, "SPXW", "usa", OptionStyle.EUROPEAN, OptionRight.CALL, 3800, datetime(2021, 1, 4)
)


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
