"""Promises that hold for each indicator: when it is ready, and that a reset forgets everything."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.common.enums import MovingAverageType
from engine.indicators.adaptive_averages import (
    ArnaudLegouxMovingAverage,
    KaufmanAdaptiveMovingAverage,
    KaufmanEfficiencyRatio,
    McGinleyDynamic,
    ZeroLagExponentialMovingAverage,
    moving_average,
)
from engine.indicators.bar_oscillators import (
    CommodityChannelIndex,
    MidPrice,
    Stochastic,
    UltimateOscillator,
    WilliamsPercentR,
)
from engine.indicators.composite_indicator import Delay, Identity, WindowIdentity
from engine.indicators.ichimoku import IchimokuKinkoHyo
from engine.indicators.indicator_base import IndicatorBase
from engine.indicators.moving_averages import (
    DoubleExponentialMovingAverage,
    ExponentialMovingAverage,
    HullMovingAverage,
    LinearWeightedMovingAverage,
    RelativeMovingAverage,
    SimpleMovingAverage,
    T3MovingAverage,
    TriangularMovingAverage,
    TripleExponentialMovingAverage,
    WilderMovingAverage,
)
from engine.indicators.oscillators import (
    AbsolutePriceOscillator,
    ChandeMomentumOscillator,
    MovingAverageConvergenceDivergence,
    PercentagePriceOscillator,
    RelativeStrengthIndex,
    StochasticRelativeStrengthIndex,
    Trix,
    TrueStrengthIndex,
)
from engine.indicators.simple_indicators import (
    LogReturn,
    Maximum,
    MidPoint,
    Minimum,
    Momentum,
    MomentumPercent,
    RateOfChange,
    RateOfChangePercent,
    RateOfChangeRatio,
    Sum,
)
from engine.indicators.trend import (
    AroonOscillator,
    AverageDirectionalIndex,
    AverageDirectionalMovementIndexRating,
    HeikinAshi,
    LeastSquaresMovingAverage,
    ParabolicStopAndReverse,
    ParabolicStopAndReverseExtended,
)
from engine.indicators.volatility import (
    AverageTrueRange,
    BollingerBands,
    DonchianChannel,
    KeltnerChannels,
    MeanAbsoluteDeviation,
    NormalizedAverageTrueRange,
    StandardDeviation,
    SuperTrend,
    TrueRange,
    Variance,
)
from engine.indicators.volume_indicators import (
    AccumulationDistribution,
    ChaikinMoneyFlow,
    IntradayVwap,
    MoneyFlowIndex,
    OnBalanceVolume,
    VolumeWeightedAveragePriceIndicator,
    VolumeWeightedMovingAverage,
)

EXPONENTIAL = MovingAverageType.EXPONENTIAL
PERIOD_ONLY = (
    ChaikinMoneyFlow,
    ChandeMomentumOscillator,
    CommodityChannelIndex,
    Delay,
    DoubleExponentialMovingAverage,
    ExponentialMovingAverage,
    AverageDirectionalIndex,
    AverageDirectionalMovementIndexRating,
    AverageTrueRange,
    ArnaudLegouxMovingAverage,
    DonchianChannel,
    HullMovingAverage,
    KaufmanAdaptiveMovingAverage,
    KaufmanEfficiencyRatio,
    LeastSquaresMovingAverage,
    LinearWeightedMovingAverage,
    LogReturn,
    Maximum,
    McGinleyDynamic,
    MeanAbsoluteDeviation,
    MidPoint,
    MidPrice,
    Minimum,
    Momentum,
    MomentumPercent,
    MoneyFlowIndex,
    NormalizedAverageTrueRange,
    RateOfChange,
    RateOfChangePercent,
    RateOfChangeRatio,
    RelativeMovingAverage,
    RelativeStrengthIndex,
    SimpleMovingAverage,
    StandardDeviation,
    Sum,
    T3MovingAverage,
    TriangularMovingAverage,
    TripleExponentialMovingAverage,
    Trix,
    Variance,
    VolumeWeightedAveragePriceIndicator,
    VolumeWeightedMovingAverage,
    WilderMovingAverage,
    WilliamsPercentR,
    WindowIdentity,
    ZeroLagExponentialMovingAverage,
)
OTHERS: dict[str, Callable[[], IndicatorBase]] = {
    "AbsolutePriceOscillator": lambda: AbsolutePriceOscillator(5, 9),
    "AccumulationDistribution": AccumulationDistribution,
    "AroonOscillator": lambda: AroonOscillator(8, 9),
    "BollingerBands": lambda: BollingerBands(9, 2),
    "HeikinAshi": HeikinAshi,
    "IchimokuKinkoHyo": lambda: IchimokuKinkoHyo(9, 26, 26, 52, 26, 26),
    "Identity": lambda: Identity("x"),
    "IntradayVwap": IntradayVwap,
    "KeltnerChannels": lambda: KeltnerChannels(9, 1.5),
    "MovingAverageConvergenceDivergence": lambda: MovingAverageConvergenceDivergence(5, 9, 4),
    "OnBalanceVolume": OnBalanceVolume,
    "ParabolicStopAndReverse": ParabolicStopAndReverse,
    "ParabolicStopAndReverseExtended": ParabolicStopAndReverseExtended,
    "PercentagePriceOscillator": lambda: PercentagePriceOscillator(5, 9),
    "RelativeStrengthIndex with exponential averages": lambda: RelativeStrengthIndex(9, EXPONENTIAL),
    "Stochastic": lambda: Stochastic(9, 3, 3),
    "StochasticRelativeStrengthIndex": lambda: StochasticRelativeStrengthIndex(9, 9, 3, 3),
    "SuperTrend": lambda: SuperTrend(9, 3),
    "TrueRange": TrueRange,
    "TrueStrengthIndex": lambda: TrueStrengthIndex(9, 5, 3),
    "UltimateOscillator": lambda: UltimateOscillator(3, 6, 9),
}
EVERY = {kind.__name__: (lambda kind=kind: kind(9)) for kind in PERIOD_ONLY} | OTHERS
WITHOUT_WARM_UP = {"IntradayVwap"}

every_indicator = pytest.mark.parametrize("make", EVERY.values(), ids=EVERY.keys())


def _values(indicator: IndicatorBase, bars) -> list[tuple]:
    found = []
    for bar in bars:
        ready = indicator.update(bar)
        found.append((ready, indicator.value_decimal, indicator.current.end_time, indicator.samples))
    return found


@pytest.mark.parametrize("name", [name for name in EVERY if name not in WITHOUT_WARM_UP])
def test_an_indicator_is_ready_after_its_warm_up_period(name: str, bars) -> None:
    """Not one input earlier, and for good."""
    indicator = EVERY[name]()
    period = indicator.warm_up_period
    states = [ready for ready, *_ in _values(indicator, bars[: period + 30])]
    assert states == [False] * (period - 1) + [True] * 31


@every_indicator
def test_a_reset_indicator_is_like_a_new_one(make, bars) -> None:
    """The same inputs give the same values once more."""
    indicator = make()
    first = _values(indicator, bars[:120])
    indicator.reset()
    assert (indicator.samples, indicator.is_ready, indicator.current.value) == (0, False, 0)
    assert _values(indicator, bars[:120]) == first
    assert first == _values(make(), bars[:120])


@every_indicator
def test_every_input_moves_the_window(make, bars) -> None:
    """`indicator[0]` is the current value, `indicator[1]` the one before."""
    indicator = make()
    for bar in bars[:119]:
        indicator.update(bar)
    before = indicator.current
    indicator.update(bars[119])
    assert indicator[0] is indicator.current
    assert indicator[1] == before
    assert indicator.current.end_time == bars[119].end_time


@every_indicator
def test_an_input_from_the_past_is_left_out(make, bars) -> None:
    """Data that are older than the newest change nothing."""
    indicator = make()
    for bar in bars[:60]:
        indicator.update(bar)
    before = (indicator.value_decimal, indicator.samples)
    indicator.update(bars[10])
    assert (indicator.value_decimal, indicator.samples) == before


@pytest.mark.parametrize("kind", list(MovingAverageType))
def test_each_kind_of_moving_average_can_be_named(kind: MovingAverageType, bars) -> None:
    """Indicators that take a type of average get one of that type."""
    average = moving_average(kind, "average", 10)
    for bar in bars:
        average.update(bar.end_time, bar.close)
    assert average.is_ready
    assert average.name == "average"
    assert min(b.low for b in bars) < average.current.value < max(b.high for b in bars)
