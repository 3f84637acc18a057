"""Implied volatility and greeks as indicators of an option, its underlying and perhaps its mirror contract.

LEAN: Indicators/ImpliedVolatility.cs, OptionGreekIndicatorBase.cs, Delta.cs, Gamma.cs, Vega.cs, Theta.cs, Rho.cs.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from engine.common.enums import OptionPricingModelType, OptionRight
from engine.common.numbers import ZERO, double_to_decimal, to_decimal, to_float
from engine.indicators import option_pricing
from engine.indicators.composite_indicator import FunctionalIndicator
from engine.indicators.indicator_extensions import IndicatorExtensions
from engine.indicators.option_indicator_base import (
    DEFAULT_RATE,
    OptionGreekIndicatorsHelper,
    OptionIndicatorBase,
    named_arguments,
)
from engine.indicators.option_pricing import OptionInputs

_log = logging.getLogger(__name__)
_IV_ARGUMENTS = ("option", "risk_free_rate_model", "dividend_yield_model", "mirror_option", "option_model")

Smoothing = Callable[[float, float], float]


class ImpliedVolatility(OptionIndicatorBase):
    """The volatility at which the model gives the option's price.

    With a mirror contract that of the two contracts which is out of the money counts, unless the algorithm sets
    another smoothing function of (volatility, mirror's volatility).
    """

    def __init__(self, *args: Any, **named: Any) -> None:
        name, values = named_arguments(_volatility_label, _IV_ARGUMENTS, args, named)
        super().__init__(
            name,
            values["option"],
            values["risk_free_rate_model"],
            values["dividend_yield_model"],
            values["mirror_option"],
            values["option_model"],
        )
        self._smoothing: Smoothing = self._out_of_the_money
        self._price_model = values["option_model"] or OptionPricingModelType.BLACK_SCHOLES
        self.theoretical_price = IndicatorExtensions.of(
            FunctionalIndicator(f"{name}_TheoreticalPrice", self._theoretical_price, lambda _: self.is_ready),
            self,
        )
        self.parts = (*self.parts, self.theoretical_price)

    def _out_of_the_money(self, volatility: float, mirror_volatility: float) -> float:
        spot = self.underlying_price.current.value
        in_the_money = self.strike > spot if self.right == OptionRight.PUT else self.strike < spot
        return mirror_volatility if in_the_money else volatility

    def set_smoothing_function(self, function: Smoothing) -> None:
        self._smoothing = function

    def _theoretical_price(self, point: Any) -> Decimal:
        before = self.theoretical_price.value_decimal
        if point.value_decimal == 0:
            return before
        years = OptionGreekIndicatorsHelper.time_till_expiry(self.expiry, point.end_time)
        inputs = self._inputs(years)
        try:
            price = option_pricing.theoretical_price(self._price_model, inputs, point.value)
            return double_to_decimal(price)
        except (ArithmeticError, ValueError):
            return before

    def compute_indicator(self) -> Decimal:
        return to_decimal(self.calculate_iv(to_float(self._update_rates())))

    def calculate_iv(self, time_till_expiry: float) -> float | Decimal:
        """Return the volatility; an algorithm's own kind may compute it in another way."""
        inputs = self._inputs(time_till_expiry)
        own = self._solve(inputs, self.price.current.value)
        if self.opposite_price is None:
            return ZERO if own is None else own
        mirrored = inputs.change(is_call=not inputs.is_call)
        mirror = self._solve(mirrored, self.opposite_price.current.value)
        if own is None or mirror is None:
            return own or mirror or ZERO
        return to_decimal(self._smoothing(to_float(own), to_float(mirror)))

    def _solve(self, inputs: OptionInputs, price: float) -> Decimal | None:
        found = option_pricing.implied_volatility(self._option_model, inputs, price)
        if found is None:
            _log.info("%s: no implied volatility was found, 0 stands for it", self.name)
            return None
        return double_to_decimal(found)


def _volatility_label(values: list[Any]) -> str:
    option, rate, dividends, mirror, model = values
    parts = (
        option,
        mirror,
        DEFAULT_RATE if rate is None else rate,
        ZERO if dividends is None else dividends,
        None if model is None else model.to_string(),
    )
    return "IV({},{},{},{},{})".format(*("" if part is None else part for part in parts))


class OptionGreeksIndicatorBase(OptionIndicatorBase):
    """A greek at an implied volatility: its own, or that of an indicator that is set."""

    def __init__(self, *args: Any, **named: Any) -> None:
        names = (*_IV_ARGUMENTS, "iv_model")
        name, values = named_arguments(self._label, names, args, named)
        option, mirror = values["option"], values["mirror_option"]
        rates, dividends = values["risk_free_rate_model"], values["dividend_yield_model"]
        super().__init__(name, option, rates, dividends, mirror, values["option_model"])
        iv_model = self.get_option_model(values["iv_model"], option.id.option_style)
        self._volatility = ImpliedVolatility(f"{name}_IV", option, rates, dividends, mirror, iv_model)
        self._has_given_volatility = False

    @classmethod
    def _label(cls, values: list[Any]) -> str:
        option, mirror, model = values[0], values[3], values[4]
        model = cls.get_option_model(model, option.id.option_style)
        return f"{cls.__name__}({option},{'' if mirror is None else mirror},{model.to_string()})"

    @property
    def implied_volatility(self) -> ImpliedVolatility:
        return self._volatility

    @implied_volatility.setter
    def implied_volatility(self, value: ImpliedVolatility) -> None:
        self._volatility, self._has_given_volatility = value, True

    @property
    def is_ready(self) -> bool:
        return self._volatility.is_ready

    def compute_indicator(self) -> Decimal:
        if not self._has_given_volatility:
            for entry in self._by_symbol.values():
                self._volatility.feed(entry.current)
        years = self._update_rates()
        if years < 0:
            return ZERO
        try:
            return to_decimal(self.calculate_greek(to_float(years)))
        except (ArithmeticError, ValueError):
            return self._last  # a number that no decimal holds leaves the greek as it was

    def calculate_greek(self, time_till_expiry: float) -> float | Decimal:
        """Return the greek; an algorithm's own kind may compute it in another way."""
        volatility = self._volatility.current.value
        return double_to_decimal(self._greek(self._option_model, self._inputs(time_till_expiry), volatility))

    @staticmethod
    def _greek(model: OptionPricingModelType, inputs: OptionInputs, volatility: float) -> float:
        raise NotImplementedError

    def reset(self) -> None:
        self._volatility.reset()
        super().reset()


class Delta(OptionGreeksIndicatorBase):
    """Change of the option's price with the underlying's."""

    _greek = staticmethod(option_pricing.delta)


class Gamma(OptionGreeksIndicatorBase):
    """Change of delta with the underlying's price."""

    _greek = staticmethod(option_pricing.gamma)


class Vega(OptionGreeksIndicatorBase):
    """Change of the option's price with a point of volatility."""

    _greek = staticmethod(option_pricing.vega)


class Theta(OptionGreeksIndicatorBase):
    """Change of the option's price in a day."""

    _greek = staticmethod(option_pricing.theta_per_day)


class Rho(OptionGreeksIndicatorBase):
    """Change of the option's price with a point of the risk free rate."""

    _greek = staticmethod(option_pricing.rho)
