"""What indicators of an option have in common.

LEAN: Indicators/OptionIndicatorBase.cs, OptionGreekIndicatorsHelper.cs.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from engine.common.enums import OptionPricingModelType, OptionRight, OptionStyle, SecurityType
from engine.common.errors import ArgumentException
from engine.common.numbers import ZERO, double_to_decimal, round_decimal
from engine.common.symbol import Symbol
from engine.data.base_data import BaseData
from engine.data.dividend_yield_provider import (
    ConstantDividendYieldModel,
    ConstantRiskFreeRateInterestRateModel,
    ask_exactly,
)
from engine.indicators import option_pricing
from engine.indicators.composite_indicator import Identity
from engine.indicators.option_pricing import OptionInputs
from engine.indicators.pair_indicators import MultiSymbolIndicator

_OPTIONS = (SecurityType.OPTION, SecurityType.FUTURE_OPTION, SecurityType.INDEX_OPTION)
_PLACES = 7
DEFAULT_RATE = Decimal("0.05")


class OptionIndicatorBase(MultiSymbolIndicator):
    """Prices and rates that an option's value depends on.

    LEAN's constructors: ([name], option, rate or its model = 0.05, dividend yield or its model = 0, mirror option,
    model); the greeks take the model of the implied volatility besides.
    """

    input_types = (BaseData,)

    def __init__(
        self,
        name: str,
        option: Symbol,
        risk_free_rate_model: Any,
        dividend_yield_model: Any,
        mirror_option: Symbol | None = None,
        option_model: OptionPricingModelType | None = None,
        period: int = 1,
    ) -> None:
        if option.security_type not in _OPTIONS:
            raise ArgumentException("OptionIndicatorBase only support SecurityType.Option.")
        symbols = [option, option.underlying] + ([] if mirror_option is None else [mirror_option])
        super().__init__(name, symbols, period)
        self.option_symbol = option
        self._mirror = mirror_option
        self._rates, self._dividends = risk_free_rate_model, dividend_yield_model
        self._option_model = self.get_option_model(option_model, option.id.option_style)
        self._expiry: datetime | None = None
        self.risk_free_rate = Identity(f"{name}_RiskFreeRate")
        self.dividend_yield = Identity(f"{name}_DividendYield")
        self.price = Identity(f"{name}_Close")
        self.underlying_price = Identity(f"{name}_UnderlyingClose")
        self.opposite_price = None if mirror_option is None else Identity(f"{name}_OppositeClose")
        self.parts = tuple(
            part
            for part in (
                self.risk_free_rate,
                self.dividend_yield,
                self.price,
                self.underlying_price,
                self.opposite_price,
            )
            if part is not None
        )
        self._prices = {option: self.price, option.underlying: self.underlying_price}
        if mirror_option is not None and self.opposite_price is not None:
            self._prices[mirror_option] = self.opposite_price

    @property
    def expiry(self) -> datetime:
        """When the option is settled."""
        if self._expiry is None:
            from engine.securities.option.option_symbol import OptionSymbol

            self._expiry = OptionSymbol.get_settlement_date_time(self.option_symbol)
        return self._expiry

    @property
    def right(self) -> OptionRight:
        return self.option_symbol.id.option_right

    @property
    def strike(self) -> float:
        return self.option_symbol.id.strike_price

    @property
    def style(self) -> OptionStyle:
        return self.option_symbol.id.option_style

    @property
    def use_mirror_contract(self) -> bool:
        return self._mirror is not None

    @staticmethod
    def get_option_model(
        option_model: OptionPricingModelType | None, option_style: OptionStyle
    ) -> OptionPricingModelType:
        return option_pricing.default_model(option_style) if option_model is None else option_model

    def compute_next_value(self, data: Any) -> Decimal:
        price = self._prices.get(data.symbol)
        if price is not None:
            price.feed(data)
        return round_decimal(super().compute_next_value(data), _PLACES)

    def _update_rates(self) -> Decimal:
        # Returns the time to expiry in years, with the 15 digits that LEAN keeps of it.
        time = self.price.current.end_time
        self.risk_free_rate.update(time, ask_exactly(self._rates, "get_interest_rate", time))
        spot = self.underlying_price.value_decimal
        self.dividend_yield.update(time, ask_exactly(self._dividends, "get_dividend_yield", time, spot))
        return double_to_decimal(OptionGreekIndicatorsHelper.time_till_expiry(self.expiry, time))

    def _inputs(self, years: float) -> OptionInputs:
        return OptionInputs(
            self.underlying_price.current.value,
            self.strike,
            years,
            self.risk_free_rate.current.value,
            self.dividend_yield.current.value,
            self.right == OptionRight.CALL,
        )


class OptionGreekIndicatorsHelper:
    """Prices of the models for given numbers (LEAN: Indicators/OptionGreekIndicatorsHelper.cs)."""

    STEPS: ClassVar[int] = option_pricing.STEPS

    @staticmethod
    def black_theoretical_price(
        volatility: float,
        spot_price: float,
        strike_price: float,
        time_to_expiration: float,
        risk_free_rate: float,
        dividend_yield: float,
        option_type: OptionRight,
    ) -> float:
        numbers = (spot_price, strike_price, time_to_expiration, risk_free_rate, dividend_yield)
        return option_pricing.black_price(OptionInputs(*numbers, option_type == OptionRight.CALL), volatility)

    @staticmethod
    def crr_theoretical_price(
        volatility: float,
        spot_price: float,
        strike_price: float,
        time_to_expiration: float,
        risk_free_rate: float,
        dividend_yield: float,
        option_type: OptionRight,
    ) -> float:
        numbers = (spot_price, strike_price, time_to_expiration, risk_free_rate, dividend_yield)
        return option_pricing.crr_price(OptionInputs(*numbers, option_type == OptionRight.CALL), volatility)

    @staticmethod
    def forward_tree_theoretical_price(
        volatility: float,
        spot_price: float,
        strike_price: float,
        time_to_expiration: float,
        risk_free_rate: float,
        dividend_yield: float,
        option_type: OptionRight,
    ) -> float:
        numbers = (spot_price, strike_price, time_to_expiration, risk_free_rate, dividend_yield)
        inputs = OptionInputs(*numbers, option_type == OptionRight.CALL)
        return option_pricing.forward_tree_price(inputs, volatility)

    @staticmethod
    def time_till_expiry(expiry: datetime, reference_date: datetime) -> float:
        """Return the years of 365 days between two moments."""
        return (expiry - reference_date).total_seconds() / 86_400.0 / 365.0


def named_arguments(
    label: Callable[[list[Any]], str], names: tuple[str, ...], args: tuple[Any, ...], named: dict[str, Any]
) -> tuple[str, dict[str, Any]]:
    # Sorts out LEAN's overloads: the name is optional, rate and yield are numbers or models.
    rest = list(args)
    name = named.pop("name", None)
    if name is None and rest and isinstance(rest[0], str):
        name = rest.pop(0)
    if len(rest) > len(names):
        raise TypeError(f"at most {len(names)} arguments after the name were expected, not {len(rest)}")
    values = dict.fromkeys(names)
    values.update(zip(names, rest))
    for alias, target in (
        ("risk_free_rate", "risk_free_rate_model"),
        ("dividend_yield", "dividend_yield_model"),
    ):
        if alias in named:
            named[target] = named.pop(alias)
    for key, value in named.items():
        if key not in values:
            raise TypeError(f"there is no argument named {key}")
        values[key] = value
    if values["option"] is None:
        raise TypeError("the option is missing")
    name = name or label([values[key] for key in names])
    rate, dividends = values["risk_free_rate_model"], values["dividend_yield_model"]
    if rate is None or isinstance(rate, (int, float, Decimal)):
        rate = ConstantRiskFreeRateInterestRateModel(DEFAULT_RATE if rate is None else rate)
    if dividends is None or isinstance(dividends, (int, float, Decimal)):
        dividends = ConstantDividendYieldModel(ZERO if dividends is None else dividends)
    values["risk_free_rate_model"], values["dividend_yield_model"] = rate, dividends
    return name, values
