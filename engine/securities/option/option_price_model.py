"""Base of price models, and the one that knows only the price.

LEAN: Common/Securities/Option/OptionPriceModel.cs, CurrentPriceOptionPriceModel.cs.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from engine.securities.option.option_price_model_parameters import OptionPriceModelParameters
from engine.securities.option.option_price_model_result import OptionPriceModelResult


class OptionPriceModel(ABC):
    """`evaluate(parameters)`, or as LEAN's older form `evaluate(security, slice, contract)`."""

    def evaluate(self, *arguments: Any) -> OptionPriceModelResult:
        """Return price, implied volatility and greeks of a contract at this moment."""
        if len(arguments) == 1:
            return self.evaluate_parameters(arguments[0])
        return self.evaluate_parameters(OptionPriceModelParameters(*arguments))

    @abstractmethod
    def evaluate_parameters(self, parameters: OptionPriceModelParameters) -> OptionPriceModelResult: ...


class CurrentPriceOptionPriceModel(OptionPriceModel):
    """The market's price, and no greeks."""

    def evaluate_parameters(self, parameters: OptionPriceModelParameters) -> OptionPriceModelResult:
        assert parameters.security is not None
        return OptionPriceModelResult(parameters.security.price)
