"""The maker of LEAN's default price models (LEAN: Indicators/IndicatorBasedOptionPriceModelProvider.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.common.enums import OptionPricingModelType, SecurityType
from engine.data.dividend_yield_provider import ConstantDividendYieldModel, DividendYieldProvider
from engine.data.interest_rate_provider import InterestRateProvider

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.data_source.source import DataSource
    from engine.securities.option.indicator_based_option_price_model import IndicatorBasedOptionPriceModel

_NO_DIVIDENDS = ConstantDividendYieldModel(0)


class IndicatorBasedOptionPriceModelProvider:
    """Makes price models that know the algorithm's securities and the data source's rates and dividends."""

    INSTANCE: IndicatorBasedOptionPriceModelProvider

    def __init__(self) -> None:
        self.securities: Any = None
        self._source: DataSource | None = None
        self._dividends: dict[Symbol, DividendYieldProvider] = {}
        self.interest_rates: Any = None

    def initialize(self, securities: Any, source: DataSource) -> None:
        """Begin a run (LEAN: Engine.cs sets the provider of a run)."""
        self.securities = securities
        self._source = DividendYieldProvider.source = InterestRateProvider.source = source
        self._dividends.clear()
        self.interest_rates = InterestRateProvider(source)

    def get_option_price_model(
        self,
        symbol: Symbol | OptionPricingModelType | None = None,
        pricing_model_type: OptionPricingModelType | None = None,
        *models: Any,
        **named: Any,
    ) -> IndicatorBasedOptionPriceModel:
        """Return a model.

        LEAN's forms: (symbol, type=None), (option model, iv model, dividends, rates, use mirror).
        """
        from engine.securities.option.indicator_based_option_price_model import (
            IndicatorBasedOptionPriceModel,
        )

        if symbol is None or isinstance(symbol, OptionPricingModelType):
            named.setdefault("option_model", symbol)
            named.setdefault("iv_model", pricing_model_type)
            names = ("dividend_yield_model", "risk_free_interest_rate_model", "use_mirror_contract")
            named.update(zip(names, models))
            return IndicatorBasedOptionPriceModel(**named, provider=self)
        return IndicatorBasedOptionPriceModel(pricing_model_type, pricing_model_type, provider=self)

    def dividend_yield_model(self, option_symbol: Symbol) -> Any:
        """Return the yield of an option's underlying; LEAN's greeks know none for indexes and futures."""
        if option_symbol.security_type != SecurityType.OPTION:
            return _NO_DIVIDENDS
        underlying = option_symbol.underlying
        model = self._dividends.get(underlying)
        if model is None:
            model = self._dividends[underlying] = DividendYieldProvider(underlying)
        return model


IndicatorBasedOptionPriceModelProvider.INSTANCE = IndicatorBasedOptionPriceModelProvider()
