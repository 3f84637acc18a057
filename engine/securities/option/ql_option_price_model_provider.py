"""QuantLib's models by option style (LEAN: Common/Securities/Option/QLOptionPriceModelProvider.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.common.enums import OptionPricingModelType, OptionStyle
from engine.common.errors import ArgumentException
from engine.securities.option.ql_option_price_model import QLOptionPriceModel, binomial_engine, engine

if TYPE_CHECKING:
    from engine.common.symbol import Symbol


class QLOptionPriceModelProvider:
    """A binomial tree for American, the formula for European options."""

    INSTANCE: QLOptionPriceModelProvider

    def get_option_price_model(
        self, symbol: Symbol | None, pricing_model_type: OptionPricingModelType | None = None
    ) -> QLOptionPriceModel:
        if pricing_model_type is None:
            assert symbol is not None
            american = symbol.id.option_style == OptionStyle.AMERICAN
            kinds = OptionPricingModelType
            pricing_model_type = kinds.BINOMIAL_COX_ROSS_RUBINSTEIN if american else kinds.BLACK_SCHOLES
        if pricing_model_type == OptionPricingModelType.BLACK_SCHOLES:
            return QLOptionPriceModel(
                engine("AnalyticEuropeanEngine"), allowed_option_styles=(OptionStyle.EUROPEAN,)
            )
        if pricing_model_type == OptionPricingModelType.BINOMIAL_COX_ROSS_RUBINSTEIN:
            return QLOptionPriceModel(binomial_engine("crr"))
        raise ArgumentException(f"Unsupported pricing model type: {pricing_model_type.to_string()}")


QLOptionPriceModelProvider.INSTANCE = QLOptionPriceModelProvider()
