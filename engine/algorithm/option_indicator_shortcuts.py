"""`self.iv(option)`, `self.d(option)` and the other greeks (LEAN: QCAlgorithm.Indicators.cs, InitializeOptionIndicator)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.common.symbol import symbol_of
from engine.data.dividend_yield_provider import (
    ConstantDividendYieldModel,
    ConstantRiskFreeRateInterestRateModel,
    DividendYieldProvider,
    FuncRiskFreeRateInterestRateModel,
)
from engine.data.market.quote_bar import QuoteBar
from engine.indicators.option_indicator_base import OptionIndicatorBase

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol


def create_option_indicator(
    algorithm: QCAlgorithm, kind: type, symbol: Symbol, values: dict[str, Any], resolution: Any
) -> Any:
    """Return an indicator that hears an option, its underlying and perhaps its mirror contract."""
    rate, dividends = values.pop("risk_free_rate"), values.pop("dividend_yield")
    model = OptionIndicatorBase.get_option_model(values["option_model"], symbol.id.option_style)
    shown = ",".join("" if number is None else str(number) for number in (rate, dividends))
    name = algorithm.create_indicator_name(
        symbol, f"{kind.__name__}({shown},{model.to_string()})", resolution
    )
    mirror = values["mirror_option"] = (
        None if values["mirror_option"] is None else symbol_of(values["mirror_option"])
    )
    indicator = kind(
        name,
        symbol,
        _rate_model(algorithm, rate),
        DividendYieldProvider.create_for_option(symbol)
        if dividends is None
        else ConstantDividendYieldModel(dividends),
        **values,
    )
    underlying = symbol.underlying
    assert underlying is not None
    options = [symbol] if mirror is None else [symbol, mirror]
    for option in options:
        quotes = algorithm.resolve_consolidator(option, resolution, QuoteBar)
        algorithm.register_indicator(option, indicator, quotes)
    algorithm.register_indicator(
        underlying, indicator, algorithm.resolve_consolidator(underlying, resolution)
    )
    if algorithm.settings.automatic_indicator_warm_up or algorithm.enable_automatic_indicator_warm_up:
        algorithm.warm_up_indicator([symbol, underlying, *options[1:]], indicator, resolution)
    return indicator


def _rate_model(algorithm: QCAlgorithm, rate: float | None) -> Any:
    if rate is not None:
        return ConstantRiskFreeRateInterestRateModel(rate)
    # asked at every update: the algorithm may set another model later
    return FuncRiskFreeRateInterestRateModel(
        lambda moment: algorithm.risk_free_interest_rate_model.get_interest_rate(moment)
    )
