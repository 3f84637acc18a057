"""Prices and greeks by QuantLib (LEAN: Common/Securities/Option/QLOptionPriceModel.cs and its estimators)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import OptionRight, OptionStyle
from engine.common.errors import ArgumentException
from engine.common.numbers import double_to_decimal, to_float
from engine.data.interest_rate_provider import InterestRateProvider
from engine.data.market.greeks import ModeledGreeks
from engine.securities.option.indicator_based_option_price_model_provider import (
    IndicatorBasedOptionPriceModelProvider,
)
from engine.securities.option.option_price_model import OptionPriceModel
from engine.securities.option.option_price_model_result import OptionPriceModelResult

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.securities.option.option_price_model_parameters import OptionPriceModelParameters
    from engine.securities.security_exchange_hours import SecurityExchangeHours

PricingEngine = Callable[["Symbol", Any], Any]
"""From a contract and a QuantLib process to a QuantLib engine."""

_TREE_STEPS = 100
_GRID = 100
_SETTLEMENT_DAYS = 1
_BOTH_STYLES = (OptionStyle.EUROPEAN, OptionStyle.AMERICAN)
_LOWEST, _HIGHEST, _TOLERANCE, _TRIES = 1e-7, 4.0, 1e-3, 10


def engine(name: str) -> PricingEngine:
    """Return the maker of a QuantLib engine by its class name."""

    def make(symbol: Symbol, process: Any) -> Any:
        import QuantLib

        return getattr(QuantLib, name)(process)

    return make


def binomial_engine(tree: str) -> PricingEngine:
    """Return the maker of a binomial engine with 100 steps."""

    def make(symbol: Symbol, process: Any) -> Any:
        import QuantLib

        return QuantLib.BinomialVanillaEngine(process, tree, _TREE_STEPS)

    return make


def finite_difference_engine(symbol: Symbol, process: Any) -> Any:
    """Return QuantLib's Crank-Nicolson engine."""
    import QuantLib

    scheme = QuantLib.FdmSchemeDesc.CrankNicolson()
    return QuantLib.FdBlackScholesVanillaEngine(process, _GRID, _GRID - 1, 0, scheme)


class ConstantQLDividendYieldEstimator:
    """The same yield always."""

    def __init__(self, dividend_yield: float = 0.0) -> None:
        self._yield = dividend_yield

    def estimate(self, security: Any, slice: Any, contract: Any) -> float:
        return self._yield


class ConstantQLRiskFreeRateEstimator:
    """The same rate always."""

    def __init__(self, risk_free_rate: float | Decimal = 0.01) -> None:
        self._rate = float(risk_free_rate)

    def estimate(self, security: Any, slice: Any, contract: Any) -> float:
        return self._rate


class FedRateQLRiskFreeRateEstimator:
    """The data source's rate of the slice's date."""

    def estimate(self, security: Any, slice: Any, contract: Any) -> float:
        rates = IndicatorBasedOptionPriceModelProvider.INSTANCE.interest_rates
        if slice is None or rates is None:
            return float(InterestRateProvider.DEFAULT_RISK_FREE_RATE)
        return rates.get_interest_rate(slice.time.date())


class ConstantQLUnderlyingVolatilityEstimator:
    """What the underlying's volatility model says; not ready before it says something."""

    def __init__(self) -> None:
        self.is_ready = False

    def estimate(self, security: Any, slice: Any, contract: Any) -> float:
        model = getattr(security.underlying, "volatility_model", None)
        volatility = 0.0 if model is None else model.volatility
        if volatility > 0:
            self.is_ready = True
            return volatility
        return 0.0


_VOLATILITY = ConstantQLUnderlyingVolatilityEstimator()
"""LEAN shares one among all models: once any underlying has a volatility, it counts as ready."""


class QLOptionPriceModel(OptionPriceModel):
    """Theoretical price at the underlying's volatility; greeks at the implied one."""

    def __init__(
        self,
        pricing_engine: PricingEngine,
        underlying_volatility_estimator: Any = None,
        risk_free_rate_estimator: Any = None,
        dividend_yield_estimator: Any = None,
        allowed_option_styles: Sequence[OptionStyle] | None = None,
    ) -> None:
        self._engine = pricing_engine
        self._volatility = underlying_volatility_estimator or _VOLATILITY
        self._rate = risk_free_rate_estimator or FedRateQLRiskFreeRateEstimator()
        self._yield = dividend_yield_estimator or ConstantQLDividendYieldEstimator()
        self.allowed_option_styles = tuple(allowed_option_styles or _BOTH_STYLES)
        self.enable_greek_approximation = True

    @property
    def volatility_estimator_warmed_up(self) -> bool:
        return self._volatility.is_ready

    def evaluate_parameters(self, parameters: OptionPriceModelParameters) -> OptionPriceModelResult:
        security, contract = parameters.security, parameters.contract
        assert security is not None
        assert contract is not None
        style = contract.symbol.id.option_style
        if style not in self.allowed_option_styles:
            raise ArgumentException(
                f"{style.to_string()} style options are not supported by option price model "
                f"'{type(self).__name__}'"
            )
        if contract.time.date() > contract.expiry.date():
            return OptionPriceModelResult.NONE
        hours = security.exchange.hours
        maturity_date = _settled(contract.expiry, hours)
        maturity = (maturity_date - contract.time.date()).days / 365.0
        premium, spot = security.price, security.underlying.price
        if maturity < 0 or spot <= 0 or premium <= 0:
            return OptionPriceModelResult.NONE
        estimates = [e.estimate(security, parameters.slice, contract) for e in (self._yield, self._rate)]
        guess = math.sqrt(2 * math.pi / maturity) * premium / spot
        volatility = self._volatility.estimate(security, parameters.slice, contract)
        valuation = _Valuation(contract, premium, spot, maturity, self.enable_greek_approximation)
        try:
            valuation.build(
                self._engine,
                *estimates,
                volatility if self._volatility.is_ready else guess,
                guess,
                (_settled(contract.time, hours), maturity_date),
            )
            return valuation.result()
        except RuntimeError:  # QuantLib's, when an engine cannot value the option
            return OptionPriceModelResult.NONE


def _settled(moment: datetime, hours: SecurityExchangeHours) -> date:
    following = datetime(moment.year, moment.month, moment.day) + timedelta(_SETTLEMENT_DAYS)
    return (following if hours.is_date_open(following) else hours.get_next_trading_day(following)).date()


class _Valuation:
    # The QuantLib objects of one contract at one moment.

    def __init__(
        self, contract: Any, premium: float, spot: float, maturity: float, approximate: bool
    ) -> None:
        self._contract = contract
        self._premium, self._spot, self._maturity = premium, spot, maturity
        self._approximate = approximate
        self._calculator: Any = None

    def build(
        self,
        make_engine: PricingEngine,
        dividend_yield: float,
        rate: float,
        volatility: float,
        guess: float,
        dates: tuple[date, date],
    ) -> None:
        import QuantLib as ql

        sid = self._contract.symbol.id
        calendar, days = ql.UnitedStates(ql.UnitedStates.Settlement), ql.Actual365Fixed()
        self._set_date()

        def curve(value: float) -> Any:
            quote = ql.QuoteHandle(ql.SimpleQuote(value))
            return ql.YieldTermStructureHandle(ql.FlatForward(0, calendar, quote, days))

        yields, rates = curve(dividend_yield), curve(rate)
        self._discount = rates.discount(self._maturity)
        self._forward = self._spot * yields.discount(self._maturity) / self._discount
        self._quote = ql.SimpleQuote(volatility)
        surface = ql.BlackConstantVol(0, calendar, ql.QuoteHandle(self._quote), days)
        process = ql.BlackScholesMertonProcess(
            ql.QuoteHandle(ql.SimpleQuote(self._spot)), yields, rates, ql.BlackVolTermStructureHandle(surface)
        )
        kind = ql.Option.Call if sid.option_right == OptionRight.CALL else ql.Option.Put
        self._payoff = ql.PlainVanillaPayoff(kind, sid.strike_price)
        earliest, latest = (ql.Date(day.day, day.month, day.year) for day in dates)
        american = sid.option_style == OptionStyle.AMERICAN
        exercise = ql.AmericanExercise(earliest, latest) if american else ql.EuropeanExercise(latest)
        self._option = ql.VanillaOption(self._payoff, exercise)
        self._option.setPricingEngine(make_engine(self._contract.symbol, process))
        self._price = _price_of(self._option)
        self._implied = self._imply(process, guess)
        self._quote.setValue(self._implied)

    def _set_date(self) -> None:
        import QuantLib as ql

        day = self._contract.time
        ql.Settings.instance().evaluationDate = ql.Date(day.day, day.month, day.year)

    def _imply(self, process: Any, guess: float) -> float:
        try:
            return self._option.impliedVolatility(self._premium, process)
        except RuntimeError:
            return self._newton(guess)

    def _newton(self, guess: float) -> float:
        # LEAN gives the formula a volatility where it expects a standard deviation; the numbers show it.
        estimate, error, tries = guess, math.inf, _TRIES
        while error > _TOLERANCE and tries > 0:
            before = estimate
            self._calculator = self._black(before)
            slope = self._calculator.vega(self._maturity)
            step = (self._calculator.value() - self._premium) / slope if slope else math.nan
            estimate = min(max(before - step, _LOWEST), _HIGHEST)
            error = abs(estimate - before) / estimate
            tries -= 1
        return estimate if tries else 0.0

    def _black(self, deviation: float) -> Any:
        import QuantLib as ql

        return ql.BlackCalculator(self._payoff, self._forward, deviation, self._discount)

    def result(self) -> OptionPriceModelResult:
        implied = self._implied if math.isfinite(self._implied) else 0.0
        return OptionPriceModelResult(self._price, to_float(double_to_decimal(implied)), self._greeks)

    def _greeks(self) -> ModeledGreeks:
        option, spot, maturity = self._option, self._spot, self._maturity
        return ModeledGreeks(
            delta=lambda: self._greek(option.delta, lambda black: black.delta(spot)),
            gamma=lambda: self._greek(option.gamma, lambda black: black.gamma(spot)),
            vega=lambda: self._greek(option.vega, lambda black: black.vega(maturity), 100),
            theta=lambda: self._greek(option.theta, lambda black: black.theta(spot, maturity)),
            rho=lambda: self._greek(option.rho, lambda black: black.rho(maturity), 100),
            lambda_=lambda: self._greek(option.elasticity, lambda black: black.elasticity(spot)),
        )

    def _greek(self, exact: Callable[[], float], approximate: Callable[[Any], float], unit: int = 1) -> float:
        # Some engines do not know every greek; the formula of Black then gives it.
        try:
            self._set_date()
            value = exact()
        except RuntimeError:
            if not self._approximate:
                return 0.0
            if self._calculator is None:
                self._calculator = self._black(self._quote.value())
            value = approximate(self._calculator)
        return to_float(double_to_decimal(value) / unit) if math.isfinite(value) else 0.0


def _price_of(option: Any) -> float:
    try:
        price = option.NPV()
    except RuntimeError:
        return 0.0
    return to_float(double_to_decimal(max(0.0, price))) if math.isfinite(price) else 0.0
