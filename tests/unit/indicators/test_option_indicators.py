"""Implied volatility and greeks as indicators, and the price models that option chains use."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.common.enums import OptionPricingModelType, OptionRight, OptionStyle, SecurityType
from engine.common.errors import ArgumentException
from engine.common.market import Market
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.data.dividend_yield_provider import (
    ConstantDividendYieldModel,
    ConstantRiskFreeRateInterestRateModel,
)
from engine.data.market.option_contract import OptionContract
from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.data_source.modelled.source import ModelledSource
from engine.indicators import option_pricing
from engine.indicators.indicator_data_point import IndicatorDataPoint
from engine.indicators.option_indicators import Delta, Gamma, ImpliedVolatility, Rho, Theta, Vega
from engine.indicators.option_pricing import OptionInputs
from engine.securities.market_hours_database import MarketHoursDatabase
from engine.securities.option.indicator_based_option_price_model_provider import (
    IndicatorBasedOptionPriceModelProvider,
)
from engine.securities.option.option_price_model import CurrentPriceOptionPriceModel
from engine.securities.option.option_price_model_parameters import OptionPriceModelParameters
from engine.securities.option.option_price_models import OptionPriceModels

AT = datetime(2015, 6, 1, 10)
BLACK = OptionPricingModelType.BLACK_SCHOLES
GREEKS = {Delta: option_pricing.delta, Gamma: option_pricing.gamma, Vega: option_pricing.vega}
GREEKS |= {Theta: option_pricing.theta_per_day, Rho: option_pricing.rho}


@pytest.fixture(autouse=True, scope="module")
def _hours() -> Iterator[None]:
    before = MarketHoursDatabase.current
    MarketHoursDatabase.current = ModelledSource().market_hours
    yield
    MarketHoursDatabase.current = before


@pytest.fixture
def call() -> Symbol:
    """Return a European call on SPX at 2100 that settles on the evening of June 19."""
    return _option(OptionRight.CALL)


def _option(right: OptionRight) -> Symbol:
    spx = Symbol.create("SPX", SecurityType.INDEX, Market.USA)
    return Symbol.create_option(
        spx, "SPXW", Market.USA, OptionStyle.EUROPEAN, right, 2100, datetime(2015, 6, 19)
    )


def _feed(indicator, call: Symbol, price: float, spot: float, put: float | None = None) -> None:
    points = [(call, price), (call.underlying, spot)]
    if put is not None:
        points.append((_option(OptionRight.PUT), put))
    for symbol, value in points:
        indicator.update(IndicatorDataPoint(symbol, AT, value))


def _inputs(indicator, spot: float = 2105.0) -> OptionInputs:
    years = (indicator.expiry - AT).total_seconds() / 86_400 / 365
    return OptionInputs(spot, 2100.0, years, 0.02, 0.015, True)


def test_the_volatility_gives_the_price_back(call: Symbol) -> None:
    """To LEAN's accuracy, a ten-thousandth of the price in volatility; the theoretical price is that price."""
    iv = ImpliedVolatility(call, 0.02, 0.015)
    _feed(iv, call, 30.0, 2105.0)
    assert iv.is_ready
    price = option_pricing.black_price(_inputs(iv), iv.current.value)
    tolerance = 0.003 * 100 * option_pricing.vega(BLACK, _inputs(iv), iv.current.value)
    assert price == pytest.approx(30, abs=tolerance)
    assert iv.theoretical_price.current.value == pytest.approx(price, rel=1e-12)


def test_nothing_is_computed_before_option_and_underlying_are_known(call: Symbol) -> None:
    """One price alone says nothing."""
    iv = ImpliedVolatility(call, 0.02)
    iv.update(IndicatorDataPoint(call, AT, 30.0))
    assert (iv.is_ready, iv.current.value) == (False, 0)


@pytest.mark.parametrize("kind", GREEKS, ids=lambda kind: kind.__name__)
def test_a_greek_is_that_of_the_formula_at_the_implied_volatility(call: Symbol, kind) -> None:
    """Rounded to seven places, as LEAN rounds."""
    greek = kind(call, 0.02, 0.015)
    _feed(greek, call, 30.0, 2105.0)
    expected = GREEKS[kind](BLACK, _inputs(greek), greek.implied_volatility.current.value)
    assert greek.current.value == pytest.approx(expected, abs=6e-8)
    assert greek.value_decimal == round(greek.value_decimal, 7)
    greek.reset()
    assert (greek.is_ready, greek.price.samples) == (False, 0)


def test_the_contract_out_of_the_money_tells_the_volatility(call: Symbol) -> None:
    """With the mirror contract a call in the money takes the put's volatility."""
    put = _option(OptionRight.PUT)
    both = ImpliedVolatility(call, 0.02, 0.015, put)
    alone = ImpliedVolatility(put, 0.02, 0.015)
    _feed(both, call, 40.0, 2120.0, put=12.0)
    alone.update(IndicatorDataPoint(put, AT, 12.0))
    alone.update(IndicatorDataPoint(call.underlying, AT, 2120.0))
    assert both.current.value == alone.current.value
    assert both.use_mirror_contract


def test_an_algorithm_can_smooth_in_its_own_way(call: Symbol) -> None:
    """The function gets both volatilities."""
    put, given = _option(OptionRight.PUT), []
    both = ImpliedVolatility(call, 0.02, 0.015, put)
    both.set_smoothing_function(lambda iv, mirror: given.append((iv, mirror)) or max(iv, mirror))
    _feed(both, call, 40.0, 2120.0, put=12.0)
    assert both.current.value == pytest.approx(max(given[0]), abs=1e-7)


def test_greeks_can_share_a_volatility(call: Symbol) -> None:
    """A volatility that is set is fed by its owner, not by the greek."""
    iv, delta = ImpliedVolatility(call, 0.02), Delta(call, 0.02)
    delta.implied_volatility = iv
    _feed(iv, call, 30.0, 2105.0)
    _feed(delta, call, 30.0, 2105.0)
    assert iv.samples == 2
    assert 0.4 < delta.current.value < 0.7


def test_an_expired_option_has_no_greeks(call: Symbol) -> None:
    """After settlement every greek is zero."""
    delta = Delta(call, 0.02)
    for symbol, value in ((call, 10.0), (call.underlying, 2105.0)):
        delta.update(IndicatorDataPoint(symbol, datetime(2099, 1, 1), value))
    assert delta.current.value == 0


def test_rates_and_yields_may_be_numbers_or_models(call: Symbol) -> None:
    """Positional or named, with or without a name."""
    models = ConstantRiskFreeRateInterestRateModel(0.02), ConstantDividendYieldModel(0.015)
    variants = [
        ImpliedVolatility(call, 0.02, 0.015),
        ImpliedVolatility("mine", call, *models),
        ImpliedVolatility(call, risk_free_rate_model=models[0], dividend_yield_model=models[1]),
        ImpliedVolatility("mine", call, risk_free_rate=0.02, dividend_yield=0.015),
    ]
    for iv in variants:
        _feed(iv, call, 30.0, 2105.0)
    assert len({iv.value_decimal for iv in variants}) == 1
    assert variants[1].name == "mine"


def test_an_indicator_of_an_option_needs_an_option() -> None:
    """A stock has no implied volatility; an unknown argument is named."""
    spy = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
    with pytest.raises(ArgumentException, match=r"only support SecurityType\.Option"):
        ImpliedVolatility(spy)
    with pytest.raises(TypeError, match="there is no argument named colour"):
        ImpliedVolatility(_option(OptionRight.CALL), colour=1)


# -- price models ----------------------------------------------------------------------------------


class _Twx:
    """The call and the put of TWX at 62.50 as LEAN's record opt_chain_greeks has them on 2014-06-05 at 09:31."""

    def __init__(self, source: LeanFolder) -> None:
        self.at = datetime(2014, 6, 5, 9, 31)
        twx = Symbol.create("TWX", SecurityType.EQUITY, Market.USA)
        self.underlying = self._security(source, twx, 70.56)
        self.call, self.put = (
            self._security(source, self._symbol(twx, right), price)
            for right, price in ((OptionRight.CALL, 8.15), (OptionRight.PUT, 0.06))
        )
        self.contract = OptionContract(self.call.symbol, None, self.at)

    @staticmethod
    def _symbol(twx: Symbol, right: OptionRight) -> Symbol:
        return Symbol.create_option(twx, Market.USA, OptionStyle.AMERICAN, right, 62.5, datetime(2014, 6, 21))

    def _security(self, source: LeanFolder, symbol: Symbol, price: float) -> SimpleNamespace:
        entry = source.market_hours.get_entry(Market.USA, symbol, symbol.security_type)
        return SimpleNamespace(
            symbol=symbol,
            price=price,
            price_decimal=Decimal(str(price)),
            underlying=getattr(self, "underlying", None),
            local_time=self.at,
            exchange=SimpleNamespace(hours=entry.exchange_hours),
        )

    def evaluate(self, model):
        return model.evaluate(OptionPriceModelParameters(self.call, None, self.contract))


@pytest.fixture
def twx(shared: Path, monkeypatch: pytest.MonkeyPatch) -> _Twx:
    """Return TWX's options with LEAN's rates and dividends."""
    source = LeanFolder(shared / "lean-data")
    monkeypatch.setattr(MarketHoursDatabase, "current", source.market_hours)
    monkeypatch.setattr(SecurityIdentifier, "first_ticker", source.first_ticker)
    found = _Twx(source)
    options = {found.call.symbol: found.call, found.put.symbol: found.put}
    IndicatorBasedOptionPriceModelProvider.INSTANCE.initialize(options, source)
    return found


def test_the_default_model_gives_lean_s_numbers(twx: _Twx) -> None:
    """Volatility, price and greeks of LEAN's record, digit for digit."""
    provider = IndicatorBasedOptionPriceModelProvider.INSTANCE
    result = twx.evaluate(provider.get_option_price_model(twx.call.symbol))
    greeks = result.greeks
    assert round(result.implied_volatility, 7) == 0.3263774
    assert (round(greeks.delta, 4), round(greeks.theta, 6)) == (0.9677, -4.365838)
    assert round(result.theoretical_price, 4) == 8.0905


def test_without_a_price_there_is_no_value(twx: _Twx) -> None:
    """An option or underlying that was never traded nor quoted has no greeks."""
    model = IndicatorBasedOptionPriceModelProvider.INSTANCE.get_option_price_model(twx.call.symbol)
    twx.call.price_decimal = Decimal(0)
    assert (twx.evaluate(model).implied_volatility, twx.evaluate(model).greeks.delta) == (0, 0)


def test_the_current_price_is_a_model_too(twx: _Twx) -> None:
    """Its theoretical price is the market's."""
    assert twx.evaluate(CurrentPriceOptionPriceModel()).theoretical_price == 8.15


@pytest.mark.parametrize(
    "name",
    [
        "black_scholes",
        "barone_adesi_whaley",
        "bjerksund_stensland",
        "integral",
        "crank_nicolson_fd",
        "binomial_jarrow_rudd",
        "binomial_cox_ross_rubinstein",
        "additive_equiprobabilities",
        "binomial_trigeorgis",
        "binomial_tian",
        "binomial_leisen_reimer",
        "binomial_joshi",
    ],
)
def test_quantlib_s_models_agree_on_a_liquid_option(twx: _Twx, name: str) -> None:
    """At the underlying's volatility each values the call near its price, or refuses American options."""
    model = getattr(OptionPriceModels.QuantLib, name)()
    if OptionStyle.AMERICAN not in model.allowed_option_styles:
        with pytest.raises(ArgumentException, match="American style options are not supported"):
            twx.evaluate(model)
        return
    twx.underlying.volatility_model = SimpleNamespace(volatility=0.33)
    result = twx.evaluate(model)
    assert result.theoretical_price == pytest.approx(8.1, abs=0.1)
    assert 0.85 < result.greeks.delta <= 1.0001
