"""Values of indicators agree with their definitions, computed in another way."""

from __future__ import annotations

import itertools
import math
import statistics
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from engine.common.enums import MovingAverageType
from engine.indicators.bar_oscillators import (
    CommodityChannelIndex,
    MidPrice,
    Stochastic,
    UltimateOscillator,
    WilliamsPercentR,
)
from engine.indicators.composite_indicator import Delay
from engine.indicators.moving_averages import (
    DoubleExponentialMovingAverage,
    ExponentialMovingAverage,
    HullMovingAverage,
    LinearWeightedMovingAverage,
    SimpleMovingAverage,
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
)
from engine.indicators.simple_indicators import (
    LogReturn,
    Maximum,
    MidPoint,
    Minimum,
    Momentum,
    MomentumPercent,
    RateOfChange,
    RateOfChangeRatio,
    Sum,
)
from engine.indicators.trend import AroonOscillator, HeikinAshi, LeastSquaresMovingAverage
from engine.indicators.volatility import (
    AverageTrueRange,
    BollingerBands,
    DonchianChannel,
    KeltnerChannels,
    MeanAbsoluteDeviation,
    StandardDeviation,
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

N = 14
SIMPLE, WILDERS = MovingAverageType.SIMPLE, MovingAverageType.WILDERS
Values = Sequence[float]


def _ema(values: Values, period: int, factor: float | None = None) -> list[float]:
    # LEAN starts from the mean of the first `period` values.
    k = 2 / (period + 1) if factor is None else factor
    averages = [math.nan] * (period - 1) + [sum(values[:period]) / period]
    for value in values[period:]:
        averages.append(value * k + averages[-1] * (1 - k))
    return averages


def _repeated(values: Values, period: int, times: int) -> list[float]:
    for _ in range(times):
        known = [v for v in values if not math.isnan(v)]
        averages = _ema(known, period)
        values = [math.nan] * (len(values) - len(averages)) + averages
    return list(values)


def _weighted(values: Values) -> float:
    return sum(v * w for w, v in enumerate(values, 1)) / (len(values) * (len(values) + 1) / 2)


def _hull(values: Values) -> float:
    raw = [
        2 * _weighted(values[end - N // 2 : end]) - _weighted(values[end - N : end])
        for end in range(len(values) - 3, len(values) + 1)
    ]
    return _weighted(raw[-round(math.sqrt(N)) :])


def _true_ranges(bars) -> list[float]:
    ranges = [bars[0].high - bars[0].low]
    for before, bar in itertools.pairwise(bars):
        ranges.append(max(bar.high, before.close) - min(bar.low, before.close))
    return ranges


def _rsi(values: Values, wilder: bool) -> float:
    changes = [b - a for a, b in itertools.pairwise(values)]
    ups, downs = [max(c, 0) for c in changes], [max(-c, 0) for c in changes]
    if wilder:
        up, down = (_ema(part, N, 1 / N)[-1] for part in (ups, downs))
    else:
        up, down = (sum(part[-N:]) / N for part in (ups, downs))
    return 100 - 100 / (1 + up / down)


OF_VALUES: dict[str, tuple[Callable[[], object], Callable[[Values], float]]] = {
    "SMA": (lambda: SimpleMovingAverage(N), lambda v: statistics.fmean(v[-N:])),
    "EMA": (lambda: ExponentialMovingAverage(N), lambda v: _ema(v, N)[-1]),
    "EMA with a factor": (lambda: ExponentialMovingAverage(N, 0.3), lambda v: _ema(v, N, 0.3)[-1]),
    "Wilder": (lambda: WilderMovingAverage(N), lambda v: _ema(v, N, 1 / N)[-1]),
    "LWMA": (lambda: LinearWeightedMovingAverage(N), lambda v: _weighted(v[-N:])),
    "DEMA": (
        lambda: DoubleExponentialMovingAverage(N),
        lambda v: 2 * _repeated(v, N, 1)[-1] - _repeated(v, N, 2)[-1],
    ),
    "TEMA": (
        lambda: TripleExponentialMovingAverage(N),
        lambda v: 3 * (_repeated(v, N, 1)[-1] - _repeated(v, N, 2)[-1]) + _repeated(v, N, 3)[-1],
    ),
    "HMA": (lambda: HullMovingAverage(N), _hull),
    "TRIMA": (
        lambda: TriangularMovingAverage(N),
        lambda v: statistics.fmean(
            statistics.fmean(v[end - N // 2 : end]) for end in range(len(v) - N // 2, len(v) + 1)
        ),
    ),
    "LSMA": (
        lambda: LeastSquaresMovingAverage(N),
        lambda v: np.polyval(np.polyfit(range(1, N + 1), v[-N:], 1), N),
    ),
    "SUM": (lambda: Sum(N), lambda v: math.fsum(v[-N:])),
    "MAX": (lambda: Maximum(N), lambda v: max(v[-N:])),
    "MIN": (lambda: Minimum(N), lambda v: min(v[-N:])),
    "MIDPOINT": (lambda: MidPoint(N), lambda v: (max(v[-N:]) + min(v[-N:])) / 2),
    "MOM": (lambda: Momentum(N), lambda v: v[-1] - v[-1 - N]),
    "MOMP": (lambda: MomentumPercent(N), lambda v: 100 * (v[-1] / v[-1 - N] - 1)),
    "ROC": (lambda: RateOfChange(N), lambda v: v[-1] / v[-1 - N] - 1),
    "ROCR": (lambda: RateOfChangeRatio(N), lambda v: v[-1] / v[-1 - N]),
    "LOGR": (lambda: LogReturn(N), lambda v: math.log(v[-1] / v[-1 - N])),
    "DELAY": (lambda: Delay(N), lambda v: v[-1 - N]),
    "VAR": (lambda: Variance(N), lambda v: statistics.pvariance(v[-N:])),
    "STD": (lambda: StandardDeviation(N), lambda v: statistics.pstdev(v[-N:])),
    "MAD": (
        lambda: MeanAbsoluteDeviation(N),
        lambda v: statistics.fmean(abs(x - statistics.fmean(v[-N:])) for x in v[-N:]),
    ),
    "RSI": (lambda: RelativeStrengthIndex(N), lambda v: _rsi(v, True)),
    "RSI of simple averages": (lambda: RelativeStrengthIndex(N, SIMPLE), lambda v: _rsi(v, False)),
    "CMO": (
        lambda: ChandeMomentumOscillator(N),
        lambda v: (lambda up, down: 100 * (up - down) / (up + down))(
            _ema([max(b - a, 0) for a, b in itertools.pairwise(v)], N, 1 / N)[-1],
            _ema([max(a - b, 0) for a, b in itertools.pairwise(v)], N, 1 / N)[-1],
        ),
    ),
    "MACD": (
        lambda: MovingAverageConvergenceDivergence(5, N, 4),
        lambda v: _ema(v, 5)[-1] - _ema(v, N)[-1],
    ),
    "APO": (
        lambda: AbsolutePriceOscillator(5, N),
        lambda v: statistics.fmean(v[-5:]) - statistics.fmean(v[-N:]),
    ),
    "PPO": (
        lambda: PercentagePriceOscillator(5, N),
        lambda v: 100 * (statistics.fmean(v[-5:]) / statistics.fmean(v[-N:]) - 1),
    ),
}


@pytest.mark.parametrize(("make", "definition"), OF_VALUES.values(), ids=OF_VALUES.keys())
def test_indicators_of_values_follow_their_definition(make, definition, bars) -> None:
    """At several moments of a random walk."""
    indicator, closes = make(), []
    for bar in bars:
        indicator.update(bar.end_time, bar.close)
        closes.append(bar.close)
        if len(closes) in (60, 150, 300):
            assert indicator.current.value == pytest.approx(definition(closes), rel=1e-9, abs=1e-9)


def _typical(bar) -> float:
    return (bar.high + bar.low + bar.close) / 3


def _location(bar) -> float:
    return ((bar.close - bar.low) - (bar.high - bar.close)) / (bar.high - bar.low)


def _cci(bars) -> float:
    prices = [_typical(bar) for bar in bars[-N:]]
    mean = statistics.fmean(prices)
    return (prices[-1] - mean) / (0.015 * statistics.fmean(abs(p - mean) for p in prices))


def _money_flow(bars) -> float:
    prices = [_typical(bar) for bar in bars]
    flows = [(b - a, b * bar.volume) for a, b, bar in zip(prices, prices[1:], bars[1:])][-N:]
    up, down = (sum(f for c, f in flows if c > 0), sum(f for c, f in flows if c < 0))
    return 100 * up / (up + down)


def _raw_k(bars) -> float:
    low, high = min(b.low for b in bars[-N:]), max(b.high for b in bars[-N:])
    return 100 * (bars[-1].close - low) / (high - low)


def _ultimate(bars) -> float:
    pressures = [b.close - min(b.low, a.close) for a, b in itertools.pairwise(bars)]
    ranges = _true_ranges(bars)[1:]
    parts = [sum(pressures[-n:]) / sum(ranges[-n:]) for n in (4, 8, 16)]
    return 100 * (4 * parts[0] + 2 * parts[1] + parts[2]) / 7


def _aroon(bars) -> float:
    # The latest of equal extremes counts.
    window = bars[-N - 1 :][::-1]
    since_high = min(range(N + 1), key=lambda n: (-window[n].high, n))
    since_low = min(range(N + 1), key=lambda n: (window[n].low, n))
    return 100 * (since_low - since_high) / N


def _obv(bars) -> float:
    total = bars[0].volume
    for before, bar in itertools.pairwise(bars):
        total += bar.volume * ((bar.close > before.close) - (bar.close < before.close))
    return total


OF_BARS: dict[str, tuple[Callable[[], object], Callable[[list], float]]] = {
    "TR": (TrueRange, lambda b: _true_ranges(b)[-1]),
    "ATR of simple averages": (
        lambda: AverageTrueRange(N, SIMPLE),
        lambda b: statistics.fmean(_true_ranges(b)[-N:]),
    ),
    "CCI": (lambda: CommodityChannelIndex(N), _cci),
    "WILR": (
        lambda: WilliamsPercentR(N),
        lambda b: _raw_k(b) - 100,
    ),
    "MIDPRICE": (
        lambda: MidPrice(N),
        lambda b: (max(x.high for x in b[-N:]) + min(x.low for x in b[-N:])) / 2,
    ),
    "STO": (lambda: Stochastic(N, 3, 3), _raw_k),
    "ULTOSC": (lambda: UltimateOscillator(4, 8, 16), _ultimate),
    "AROON": (lambda: AroonOscillator(N, N), _aroon),
    "MFI": (lambda: MoneyFlowIndex(N), _money_flow),
    "OBV": (OnBalanceVolume, _obv),
    "AD": (AccumulationDistribution, lambda b: sum(_location(x) * x.volume for x in b)),
    "CMF": (
        lambda: ChaikinMoneyFlow(N),
        lambda b: sum(_location(x) * x.volume for x in b[-N:]) / sum(x.volume for x in b[-N:]),
    ),
    "VWMA": (
        lambda: VolumeWeightedMovingAverage(N),
        lambda b: sum(x.close * x.volume for x in b[-N:]) / sum(x.volume for x in b[-N:]),
    ),
    "VWAP": (
        lambda: VolumeWeightedAveragePriceIndicator(N),
        lambda b: (
            sum((x.open + x.high + x.low + x.close) / 4 * x.volume for x in b[-N:])
            / sum(x.volume for x in b[-N:])
        ),
    ),
    "VWAP of the day": (
        IntradayVwap,
        lambda b: sum(_typical(x) * x.volume for x in b) / sum(x.volume for x in b),
    ),
    "DCH": (
        lambda: DonchianChannel(N),
        lambda b: (max(x.high for x in b[-N:]) + min(x.low for x in b[-N:])) / 2,
    ),
}


@pytest.mark.parametrize(("make", "definition"), OF_BARS.values(), ids=OF_BARS.keys())
def test_indicators_of_bars_follow_their_definition(make, definition, bars) -> None:
    """At several moments of a random walk."""
    indicator = make()
    for count, bar in enumerate(bars, start=1):
        indicator.update(bar)
        if count in (60, 150, 300):
            assert indicator.current.value == pytest.approx(definition(bars[:count]), rel=1e-9, abs=1e-9)


def test_bollinger_bands_are_deviations_around_the_average(bars) -> None:
    """Upper and lower band, width and position."""
    bands = BollingerBands(N, 2)
    for bar in bars:
        bands.update(bar.end_time, bar.close)
    closes = [bar.close for bar in bars[-N:]]
    middle, deviation = statistics.fmean(closes), statistics.pstdev(closes)
    assert bands.middle_band.current.value == pytest.approx(middle)
    assert bands.upper_band.current.value == pytest.approx(middle + 2 * deviation)
    assert bands.lower_band.current.value == pytest.approx(middle - 2 * deviation)
    assert bands.band_width.current.value == pytest.approx(100 * 4 * deviation / middle)
    assert bands.percent_b.current.value == pytest.approx(
        (closes[-1] - middle + 2 * deviation) / (4 * deviation)
    )


def test_keltner_channels_are_true_ranges_around_the_average(bars) -> None:
    """Middle of the typical prices, one and a half average true ranges away."""
    channels = KeltnerChannels(N, 1.5)
    for bar in bars:
        channels.update(bar)
    middle = statistics.fmean(_typical(bar) for bar in bars[-N:])
    width = 1.5 * statistics.fmean(_true_ranges(bars)[-N:])
    assert channels.upper_band.current.value == pytest.approx(middle + width)
    assert channels.lower_band.current.value == pytest.approx(middle - width)


def test_macd_has_a_signal_and_a_histogram(bars) -> None:
    """The signal is the average of the differences since the slow average is known."""
    macd = MovingAverageConvergenceDivergence(5, N, 4)
    for bar in bars:
        macd.update(bar.end_time, bar.close)
    closes = [bar.close for bar in bars]
    differences = [f - s for f, s in zip(_ema(closes, 5), _ema(closes, N)) if not math.isnan(s)]
    signal = _ema(differences, 4)[-1]
    assert macd.signal.current.value == pytest.approx(signal)
    assert macd.histogram.current.value == pytest.approx(differences[-1] - signal)


def test_stochastic_lines_are_averages_of_the_raw_one(bars) -> None:
    """%K is the mean of three raw values, %D that of three %K."""
    stochastic = Stochastic(N, 3, 3)
    for bar in bars:
        stochastic.update(bar)
    raw = [_raw_k(bars[: len(bars) - n]) for n in range(5)]
    k = [statistics.fmean(raw[n : n + 3]) for n in range(3)]
    assert stochastic.stoch_k.current.value == pytest.approx(k[0])
    assert stochastic.stoch_d.current.value == pytest.approx(statistics.fmean(k))


def test_heikin_ashi_bars_follow_from_the_bars_before(bars) -> None:
    """Close is the mean of the bar; open the middle of the body before."""
    smoothed = HeikinAshi()
    opens = close = None
    for bar in bars:
        smoothed.update(bar)
        opens = (bar.open + bar.close) / 2 if opens is None else (opens + close) / 2
        close = (bar.open + bar.high + bar.low + bar.close) / 4
    assert smoothed.open.current.value == pytest.approx(opens)
    assert smoothed.close.current.value == pytest.approx(close)
    assert smoothed.high.current.value == pytest.approx(max(bars[-1].high, opens, close))
    assert smoothed.low.current.value == pytest.approx(min(bars[-1].low, opens, close))


def test_wilder_s_average_true_range_smooths_the_ranges(bars) -> None:
    """The default type of average is Wilder's, from the mean of the first ranges on."""
    indicator = AverageTrueRange(N, WILDERS)
    for bar in bars:
        indicator.update(bar)
    assert indicator.current.value == pytest.approx(_ema(_true_ranges(bars), N, 1 / N)[-1], rel=1e-3)
