"""LEAN's default price model (LEAN: Indicators/IndicatorBasedOptionPriceModel.cs, GreeksIndicators.cs).

Call and put of a strike share one implied volatility: that of the one out of the money. LEAN feeds a set of
indicators with the prices of the moment and reads them off; the same numbers, with the same roundings, are
computed here directly, and only when they are read.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import OptionPricingModelType
from engine.common.numbers import ZERO, double_to_decimal, round_decimal, to_float
from engine.common.symbol_mapping import get_mirror_option_symbol
from engine.data.dividend_yield_provider import ask_exactly
from engine.data.market.greeks import ModeledGreeks
from engine.indicators import option_pricing
from engine.indicators.option_pricing import OptionInputs
from engine.securities.option.indicator_based_option_price_model_provider import (
    IndicatorBasedOptionPriceModelProvider,
)
from engine.securities.option.option_price_model import OptionPriceModel
from engine.securities.option.option_price_model_result import OptionPriceModelResult
from engine.securities.option.option_symbol import OptionSymbol

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.securities.option.option_price_model_parameters import OptionPriceModelParameters

_YEAR = timedelta(days=365)
_PLACES = 7
"""LEAN rounds what its option indicators give."""

Greek = Callable[[OptionPricingModelType, OptionInputs, float], float]


class IndicatorBasedOptionPriceModel(OptionPriceModel):
    """Black-Scholes for European, a tree for American options, unless a model is named."""

    def __init__(
        self,
        option_model: OptionPricingModelType | None = None,
        iv_model: OptionPricingModelType | None = None,
        dividend_yield_model: Any = None,
        risk_free_interest_rate_model: Any = None,
        use_mirror_contract: bool = True,
        provider: IndicatorBasedOptionPriceModelProvider | None = None,
    ) -> None:
        self._option_model = option_model
        self._iv_model = iv_model
        self._dividends = dividend_yield_model
        self._rates = risk_free_interest_rate_model
        self._use_mirror = use_mirror_contract
        self._provider = provider or IndicatorBasedOptionPriceModelProvider.INSTANCE

    def evaluate_parameters(self, parameters: OptionPriceModelParameters) -> OptionPriceModelResult:
        contract, option = parameters.contract, parameters.security
        assert contract is not None
        assert option is not None
        if contract.time.date() > contract.expiry.date():
            return OptionPriceModelResult.NONE
        underlying = option.underlying
        if not option.price_decimal or not underlying.price_decimal:
            return OptionPriceModelResult.NONE
        valuation = _Valuation(contract.symbol, option.local_time, self._option_model, self._iv_model)
        spot = underlying.price_decimal
        rates, dividends = self._rates_model(), self._dividend_model(contract.symbol)
        valuation.prepare(
            spot,
            option.price_decimal,
            self._mirror_price(contract.symbol),
            ask_exactly(rates, "get_interest_rate", valuation.time),
            ask_exactly(dividends, "get_dividend_yield", valuation.time, spot),
        )
        return valuation.result()

    def _mirror_price(self, symbol: Symbol) -> Decimal | None:
        if not self._use_mirror:
            return None
        securities = self._provider.securities
        mirror = None if securities is None else securities.get(get_mirror_option_symbol(symbol))
        return None if mirror is None or not mirror.price_decimal else mirror.price_decimal

    def _dividend_model(self, symbol: Symbol) -> Any:
        return self._dividends or self._provider.dividend_yield_model(symbol)

    def _rates_model(self) -> Any:
        return self._rates or self._provider.interest_rates


class _Valuation:
    # Prices of one moment, and what follows from them when asked.

    __slots__ = (
        "_greek_model",
        "_inputs",
        "_iv_model",
        "_mirror",
        "_price",
        "_symbol",
        "_volatility",
        "time",
    )

    def __init__(
        self,
        symbol: Symbol,
        time: datetime,
        option_model: OptionPricingModelType | None,
        iv_model: OptionPricingModelType | None,
    ) -> None:
        default = option_pricing.default_model(symbol.id.option_style)
        self._symbol = symbol
        self.time = time
        self._greek_model = default if option_model is None else option_model
        self._iv_model = default if iv_model is None else iv_model
        self._volatility: Decimal | None = None

    def prepare(
        self, spot: Decimal, price: Decimal, mirror: Decimal | None, rate: Decimal, dividend_yield: Decimal
    ) -> None:
        sid = self._symbol.id
        years = (OptionSymbol.get_settlement_date_time(self._symbol) - self.time) / _YEAR
        self._price = to_float(price)
        self._mirror = None if mirror is None else to_float(mirror)
        self._inputs = OptionInputs(
            to_float(spot),
            to_float(sid.strike_price_decimal),
            years,
            to_float(rate),
            to_float(dividend_yield),
            option_pricing.is_call(sid.option_right),
        )

    def result(self) -> OptionPriceModelResult:
        return OptionPriceModelResult(
            self._theoretical_price, lambda: to_float(self._implied_volatility()), self._greeks
        )

    def _implied_volatility(self) -> Decimal:
        if self._volatility is None:
            own, mirror = self._solve(self._price, self._inputs), None
            if self._mirror is not None:
                mirror = self._solve(self._mirror, self._inputs.change(is_call=not self._inputs.is_call))
            found = mirror if own is None or (mirror is not None and self._is_in_the_money()) else own
            self._volatility = ZERO if found is None else round_decimal(found, _PLACES)
        return self._volatility

    def _solve(self, price: float, inputs: OptionInputs) -> Decimal | None:
        # LEAN keeps the time as a decimal of 15 digits here.
        inputs = inputs.change(time=to_float(double_to_decimal(inputs.time)))
        found = option_pricing.implied_volatility(self._iv_model, inputs, price)
        return None if found is None else double_to_decimal(found)

    def _is_in_the_money(self) -> bool:
        o = self._inputs
        return o.strike < o.spot if o.is_call else o.strike > o.spot

    def _theoretical_price(self) -> float:
        # LEAN names no model here, so it is always Black-Scholes.
        volatility = self._implied_volatility()
        if not volatility:
            return 0.0
        black = OptionPricingModelType.BLACK_SCHOLES
        return _number(lambda: option_pricing.theoretical_price(black, self._inputs, to_float(volatility)))

    def _greek(self, greek: Greek) -> Decimal:
        if self._inputs.time < 0:
            return ZERO
        inputs = self._inputs.change(time=to_float(double_to_decimal(self._inputs.time)))
        volatility = to_float(self._implied_volatility())
        try:
            return round_decimal(double_to_decimal(greek(self._greek_model, inputs, volatility)), _PLACES)
        except (ArithmeticError, ValueError):
            return ZERO

    def _greeks(self) -> ModeledGreeks:
        return ModeledGreeks(
            delta=lambda: to_float(self._greek(option_pricing.delta)),
            gamma=lambda: to_float(self._greek(option_pricing.gamma)),
            vega=lambda: to_float(self._greek(option_pricing.vega)),
            theta=lambda: to_float(self._greek(option_pricing.theta_per_day) * 365),
            rho=lambda: to_float(self._greek(option_pricing.rho)),
            lambda_=lambda: 0.0,
        )


def _number(compute: Callable[[], float]) -> float:
    try:
        return to_float(double_to_decimal(compute()))
    except (ArithmeticError, ValueError):
        return 0.0
