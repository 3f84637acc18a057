"""Price models by name (LEAN: Common/Securities/Option/OptionPriceModels.cs, ...QuantLib.cs)."""

from __future__ import annotations

from typing import Any

from engine.common.enums import OptionPricingModelType, OptionStyle
from engine.securities.option.indicator_based_option_price_model_provider import (
    IndicatorBasedOptionPriceModelProvider,
)
from engine.securities.option.option_price_model import CurrentPriceOptionPriceModel, OptionPriceModel
from engine.securities.option.ql_option_price_model import (
    ConstantQLRiskFreeRateEstimator,
    QLOptionPriceModel,
    binomial_engine,
    engine,
    finite_difference_engine,
)
from engine.securities.option.ql_option_price_model_provider import QLOptionPriceModelProvider

_AMERICAN, _EUROPEAN = (OptionStyle.AMERICAN,), (OptionStyle.EUROPEAN,)


def _indicators(kind: OptionPricingModelType) -> OptionPriceModel:
    return IndicatorBasedOptionPriceModelProvider.INSTANCE.get_option_price_model(kind, kind)


class _QuantLib:
    """QuantLib's engines."""

    @staticmethod
    def create(
        price_engine_name: str, risk_free: float, allowed_option_styles: Any = None
    ) -> QLOptionPriceModel:
        """Return the model of the engine of a class name in QuantLib."""
        return QLOptionPriceModel(
            engine(price_engine_name),
            risk_free_rate_estimator=ConstantQLRiskFreeRateEstimator(risk_free),
            allowed_option_styles=allowed_option_styles,
        )

    @staticmethod
    def black_scholes() -> QLOptionPriceModel:
        return QLOptionPriceModelProvider.INSTANCE.get_option_price_model(
            None, OptionPricingModelType.BLACK_SCHOLES
        )

    @staticmethod
    def barone_adesi_whaley() -> QLOptionPriceModel:
        name = "BaroneAdesiWhaleyApproximationEngine"
        return QLOptionPriceModel(engine(name), allowed_option_styles=_AMERICAN)

    @staticmethod
    def bjerksund_stensland() -> QLOptionPriceModel:
        name = "BjerksundStenslandApproximationEngine"
        return QLOptionPriceModel(engine(name), allowed_option_styles=_AMERICAN)

    @staticmethod
    def integral() -> QLOptionPriceModel:
        return QLOptionPriceModel(engine("IntegralEngine"), allowed_option_styles=_EUROPEAN)

    @staticmethod
    def crank_nicolson_fd() -> QLOptionPriceModel:
        return QLOptionPriceModel(finite_difference_engine)

    @staticmethod
    def binomial_cox_ross_rubinstein() -> QLOptionPriceModel:
        return QLOptionPriceModelProvider.INSTANCE.get_option_price_model(
            None, OptionPricingModelType.BINOMIAL_COX_ROSS_RUBINSTEIN
        )

    @staticmethod
    def binomial_jarrow_rudd() -> QLOptionPriceModel:
        return QLOptionPriceModel(binomial_engine("jr"))

    @staticmethod
    def additive_equiprobabilities() -> QLOptionPriceModel:
        return QLOptionPriceModel(binomial_engine("eqp"))

    @staticmethod
    def binomial_trigeorgis() -> QLOptionPriceModel:
        return QLOptionPriceModel(binomial_engine("trigeorgis"))

    @staticmethod
    def binomial_tian() -> QLOptionPriceModel:
        return QLOptionPriceModel(binomial_engine("tian"))

    @staticmethod
    def binomial_leisen_reimer() -> QLOptionPriceModel:
        return QLOptionPriceModel(binomial_engine("lr"))

    @staticmethod
    def binomial_joshi() -> QLOptionPriceModel:
        return QLOptionPriceModel(binomial_engine("j4"))


class OptionPriceModels:
    """LEAN's own models; QuantLib's are in `OptionPriceModels.QuantLib`."""

    QuantLib = _QuantLib

    @staticmethod
    def null() -> CurrentPriceOptionPriceModel:
        return CurrentPriceOptionPriceModel()

    @staticmethod
    def black_scholes() -> OptionPriceModel:
        return _indicators(OptionPricingModelType.BLACK_SCHOLES)

    @staticmethod
    def binomial_cox_ross_rubinstein() -> OptionPriceModel:
        return _indicators(OptionPricingModelType.BINOMIAL_COX_ROSS_RUBINSTEIN)

    @staticmethod
    def forward_tree() -> OptionPriceModel:
        return _indicators(OptionPricingModelType.FORWARD_TREE)
