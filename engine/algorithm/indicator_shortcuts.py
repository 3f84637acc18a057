"""`self.sma(symbol, 20)` and its kin: which indicator, which arguments, which name (LEAN: QCAlgorithm.Indicators.cs)."""

from __future__ import annotations

import importlib
import pkgutil
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from engine.algorithm.option_indicator_shortcuts import create_option_indicator
from engine.common.enums import CorrelationType, MovingAverageType, Resolution
from engine.common.symbol import symbol_of
from engine.data.market.field import Field
from engine.data.market.trade_bar import TradeBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol

_REQUIRED: Any = object()
_SIMPLE, _EXPONENTIAL, _WILDERS = (
    MovingAverageType.SIMPLE,
    MovingAverageType.EXPONENTIAL,
    MovingAverageType.WILDERS,
)


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Class, arguments with their defaults (in LEAN's order) and the text that LEAN names the indicator by."""

    class_name: str
    arguments: tuple[tuple[str, Any], ...]
    text: str
    of: str = "symbol"
    """What comes before the arguments: a symbol, an option's, a pair (target and reference) or a list of symbols."""


def _of(class_name: str, text: str, *arguments: Any, of: str = "symbol") -> Shortcut:
    pairs = tuple(a if isinstance(a, tuple) else (a, _REQUIRED) for a in arguments)
    return Shortcut(class_name, pairs, text, of)


SHORTCUTS: dict[str, Shortcut] = {
    "identity": _of("Identity", "close"),
    "sma": _of("SimpleMovingAverage", "SMA({period})", "period"),
    "ema": _of("ExponentialMovingAverage", "EMA({period})", "period", ("smoothing_factor", None)),
    "wma": _of("LinearWeightedMovingAverage", "LWMA({period})", "period"),
    "lwma": _of("LinearWeightedMovingAverage", "LWMA({period})", "period"),
    "wwma": _of("WilderMovingAverage", "WWMA({period})", "period"),
    "dema": _of("DoubleExponentialMovingAverage", "DEMA({period})", "period"),
    "tema": _of("TripleExponentialMovingAverage", "TEMA({period})", "period"),
    "hma": _of("HullMovingAverage", "HMA({period})", "period"),
    "kama": _of(
        "KaufmanAdaptiveMovingAverage",
        "KAMA({period},{fast_ema_period},{slow_ema_period})",
        "period",
        ("fast_ema_period", 2),
        ("slow_ema_period", 30),
    ),
    "rsi": _of(
        "RelativeStrengthIndex",
        "RSI({period},{moving_average_type})",
        "period",
        ("moving_average_type", _WILDERS),
    ),
    "macd": _of(
        "MovingAverageConvergenceDivergence",
        "MACD({fast_period},{slow_period},{signal_period})",
        "fast_period",
        "slow_period",
        "signal_period",
        ("type", _EXPONENTIAL),
    ),
    "bb": _of("BollingerBands", "BB({period},{k})", "period", "k", ("moving_average_type", _SIMPLE)),
    "std": _of("StandardDeviation", "STD({period})", "period"),
    "var": _of("Variance", "V({period})", "period"),
    "max": _of("Maximum", "MAX({period})", "period"),
    "min": _of("Minimum", "MIN({period})", "period"),
    "sum": _of("Sum", "SUM({period})", "period"),
    "mom": _of("Momentum", "MOM({period})", "period"),
    "momp": _of("MomentumPercent", "MOMP({period})", "period"),
    "roc": _of("RateOfChange", "ROC({period})", "period"),
    "rocp": _of("RateOfChangePercent", "ROCP({period})", "period"),
    "rocr": _of("RateOfChangeRatio", "ROCR({period})", "period"),
    "logr": _of("LogReturn", "LOGR({period})", "period"),
    "ad": _of("AccumulationDistribution", "AD"),
    "obv": _of("OnBalanceVolume", "OBV"),
    "tr": _of("TrueRange", "TR"),
    "atr": _of("AverageTrueRange", "ATR({period})", "period", ("type", _SIMPLE)),
    "natr": _of("NormalizedAverageTrueRange", "NATR({period})", "period"),
    "adx": _of("AverageDirectionalIndex", "ADX({period})", "period"),
    "cci": _of("CommodityChannelIndex", "CCI({period})", "period", ("moving_average_type", _SIMPLE)),
    "mfi": _of("MoneyFlowIndex", "MFI({period})", "period"),
    "wilr": _of("WilliamsPercentR", "WILR({period})", "period"),
    "sto": _of(
        "Stochastic", "STO({period},{k_period},{d_period})", "period", ("k_period", "period"), ("d_period", 3)
    ),
    "aroon": _of(
        "AroonOscillator", "AROON({up_period},{down_period})", "up_period", ("down_period", "up_period")
    ),
    "dch": _of(
        "DonchianChannel",
        "DCH({upper_period},{lower_period})",
        "upper_period",
        ("lower_period", "upper_period"),
    ),
    "kch": _of("KeltnerChannels", "KCH({period},{k})", "period", "k", ("moving_average_type", _SIMPLE)),
    "psar": _of(
        "ParabolicStopAndReverse",
        "PSAR({af_start},{af_increment},{af_max})",
        ("af_start", 0.02),
        ("af_increment", 0.02),
        ("af_max", 0.2),
    ),
    "vwap": _of("VolumeWeightedAveragePriceIndicator", "VWAP({period})", "period"),
    "midpoint": _of("MidPoint", "MIDPOINT({period})", "period"),
    "midprice": _of("MidPrice", "MIDPRICE({period})", "period"),
    "trix": _of("Trix", "TRIX({period})", "period"),
    "ultosc": _of(
        "UltimateOscillator", "ULTOSC({period1},{period2},{period3})", "period1", "period2", "period3"
    ),
    "apo": _of(
        "AbsolutePriceOscillator",
        "APO({fast_period},{slow_period})",
        "fast_period",
        "slow_period",
        ("moving_average_type", _SIMPLE),
    ),
    "ppo": _of(
        "PercentagePriceOscillator",
        "PPO({fast_period},{slow_period})",
        "fast_period",
        "slow_period",
        ("moving_average_type", _SIMPLE),
    ),
    "adxr": _of("AverageDirectionalMovementIndexRating", "ADXR({period})", "period"),
    "alma": _of(
        "ArnaudLegouxMovingAverage",
        "ALMA({period},{sigma},{offset})",
        "period",
        ("sigma", 6),
        ("offset", 0.85),
    ),
    "cmf": _of("ChaikinMoneyFlow", "CMF({period})", "period"),
    "cmo": _of("ChandeMomentumOscillator", "CMO({period})", "period"),
    "heikin_ashi": _of("HeikinAshi", "HA"),
    "ichimoku": _of(
        "IchimokuKinkoHyo",
        "ICHIMOKU({tenkan_period},{kijun_period},{senkou_a_period},{senkou_b_period},"
        "{senkou_a_delay_period},{senkou_b_delay_period})",
        "tenkan_period",
        "kijun_period",
        "senkou_a_period",
        "senkou_b_period",
        "senkou_a_delay_period",
        "senkou_b_delay_period",
    ),
    "ker": _of("KaufmanEfficiencyRatio", "KER({period})", ("period", 2)),
    "rc": _of("RegressionChannel", "RC({period},{k})", "period", "k"),
    "arima": _of(
        "AutoRegressiveIntegratedMovingAverage",
        "ARIMA({ar_order},{diff_order},{ma_order},{period})",
        "ar_order",
        "diff_order",
        "ma_order",
        "period",
        ("intercept", True),
    ),
    "lsma": _of("LeastSquaresMovingAverage", "LSMA({period})", "period"),
    "mass": _of("MassIndex", "MASS({ema_period},{sum_period})", ("ema_period", 9), ("sum_period", 25)),
    "mad": _of("MeanAbsoluteDeviation", "MAD({period})", "period"),
    "mgd": _of("McGinleyDynamic", "MGD({period})", "period"),
    "rma": _of("RelativeMovingAverage", "RMA({period})", "period"),
    "srsi": _of(
        "StochasticRelativeStrengthIndex",
        "SRSI({rsi_period},{stoch_period},{k_smoothing_period},{d_smoothing_period})",
        "rsi_period",
        "stoch_period",
        "k_smoothing_period",
        "d_smoothing_period",
        ("moving_average_type", _SIMPLE),
    ),
    "str": _of(
        "SuperTrend",
        "STR({period},{multiplier})",
        "period",
        "multiplier",
        ("moving_average_type", _WILDERS),
    ),
    "sarext": _of(
        "ParabolicStopAndReverseExtended",
        "SAREXT({sar_start},{offset_on_reverse},{af_start_short},{af_increment_short},{af_max_short},"
        "{af_start_long},{af_increment_long},{af_max_long})",
        ("sar_start", 0.0),
        ("offset_on_reverse", 0.0),
        ("af_start_short", 0.02),
        ("af_increment_short", 0.02),
        ("af_max_short", 0.2),
        ("af_start_long", 0.02),
        ("af_increment_long", 0.02),
        ("af_max_long", 0.2),
    ),
    "t3": _of("T3MovingAverage", "T3({period},{volume_factor})", "period", ("volume_factor", 0.7)),
    "tsi": _of(
        "TrueStrengthIndex",
        "TSI({long_term_period},{short_term_period},{signal_period})",
        ("long_term_period", 25),
        ("short_term_period", 13),
        ("signal_period", 7),
        ("signal_type", _EXPONENTIAL),
    ),
    "trima": _of("TriangularMovingAverage", "TRIMA({period})", "period"),
    "vwma": _of("VolumeWeightedMovingAverage", "VWMA({period})", "period"),
    "zlema": _of("ZeroLagExponentialMovingAverage", "ZLEMA({period})", "period"),
    "b": _of("Beta", "B({period})", "period", of="pair"),
    "c": _of(
        "Correlation", "C({period})", "period", ("correlation_type", CorrelationType.PEARSON), of="pair"
    ),
    "cov": _of("Covariance", "COV({period})", "period", of="pair"),
    "trin": _of("ArmsIndex", "TRIN", of="symbols"),
    "adr": _of("AdvanceDeclineRatio", "A/D Ratio", of="symbols"),
    "advr": _of("AdvanceDeclineVolumeRatio", "A/D Volume Rate", of="symbols"),
    "addiff": _of("AdvanceDeclineDifference", "A/D Difference", of="symbols"),
}
_PAIR = ("target", "reference")
_OPTION_ARGUMENTS = (
    ("mirror_option", None),
    ("risk_free_rate", None),
    ("dividend_yield", None),
    ("option_model", None),
)
SHORTCUTS |= {
    "iv": _of("ImpliedVolatility", "", *_OPTION_ARGUMENTS, of="option"),
    **{
        name: _of(greek, "", *_OPTION_ARGUMENTS, ("iv_model", None), of="option")
        for name, greek in (("d", "Delta"), ("g", "Gamma"), ("v", "Vega"), ("t", "Theta"), ("r", "Rho"))
    },
}
_OF_TRADES = {"max": Field.HIGH, "min": Field.LOW}
"""What these take of trade bars when the algorithm does not say."""


@cache
def indicator_class(name: str) -> Any:
    """Return an indicator's class by LEAN's name, None where the engine has none."""
    package = importlib.import_module("engine.indicators")
    for info in pkgutil.iter_modules(package.__path__, "engine.indicators."):
        found = vars(importlib.import_module(info.name)).get(name)
        if isinstance(found, type) and found.__module__ == info.name:
            return found
    return None


def create_shortcut(algorithm: QCAlgorithm, name: str) -> Callable[..., Any] | None:
    """Return the function of a shortcut's name, None where there is none."""
    shortcut = SHORTCUTS.get(name)
    kind = None if shortcut is None else indicator_class(shortcut.class_name)
    if shortcut is None or kind is None:
        return None

    def create(*args: Any, **named: Any) -> Any:
        if name == "v" and ("period" in named or isinstance((*args, None, None)[1], int)):
            # LEAN's V is the variance with a period, and vega without
            return create_shortcut(algorithm, "var")(*args, **named)  # type: ignore[misc]
        symbols, args = _symbols(shortcut, args, named)
        values, rest = _values(name, shortcut, args, named)
        resolution = rest.get("resolution")
        if shortcut.of == "option":
            return create_option_indicator(algorithm, kind, symbols[0], values, resolution)
        text = shortcut.text.format(
            **{k: getattr(v, "to_string", lambda v=v: v)() for k, v in values.items()}
        )
        given = [v for v in values.values() if v is not None]
        selector = rest.get("selector")
        if selector is None and name in _OF_TRADES:
            trades = issubclass(algorithm.get_subscription(symbols[0]).type, TradeBar)
            selector = _OF_TRADES[name] if trades else None
        if shortcut.of == "symbol":
            full = algorithm.create_indicator_name(symbols[0], text, resolution)
            return algorithm.initialize_indicator(kind(full, *given), resolution, selector, *symbols)
        if shortcut.of == "pair":
            full = algorithm.create_indicator_name(None, text, resolution)
            return algorithm.initialize_indicator(
                kind(full, *symbols, *given), resolution, selector, *symbols
            )
        shown = algorithm.get_subscription(symbols[0]).resolution if resolution is None else resolution
        indicator = kind(algorithm.create_indicator_name(None, text, shown))
        for symbol in symbols:
            indicator.add(symbol)
        return algorithm.initialize_indicator(indicator, resolution, selector, *symbols)

    return create


def _symbols(
    shortcut: Shortcut, args: tuple[Any, ...], named: dict[str, Any]
) -> tuple[list[Symbol], tuple[Any, ...]]:
    """Return the symbols of a call and the arguments that follow them."""
    names = {"pair": _PAIR, "symbols": ("symbols",)}.get(shortcut.of, ("symbol",))
    found = [*args[: len(names)]]
    found += [named[name] for name in names[len(found) :]]
    symbols = found[0] if shortcut.of == "symbols" else found
    return [symbol_of(symbol) for symbol in symbols], args[len(names) :]


def _values(
    name: str, shortcut: Shortcut, args: tuple[Any, ...], named: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    values: dict[str, Any] = {}
    remaining = list(args)
    for argument, default in shortcut.arguments:
        if argument in named:
            values[argument] = named[argument]
        elif remaining and not _ends_arguments(remaining[0], default):
            values[argument] = remaining.pop(0)
        elif default is _REQUIRED:
            raise TypeError(f"{name}() needs {argument}")
        else:
            values[argument] = values.get(default, default)  # a default may be another argument's value
    rest = dict(zip(("resolution", "selector"), remaining))
    rest.update({key: value for key, value in named.items() if key in ("resolution", "selector")})
    return values, rest


def _ends_arguments(value: Any, default: Any) -> bool:
    # LEAN's overloads leave optional numbers out: a resolution or selector in their place ends the list
    return default is not _REQUIRED and (isinstance(value, (Resolution, timedelta)) or callable(value))
