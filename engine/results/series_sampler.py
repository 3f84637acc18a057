"""Fewer candles for the short result file (LEAN: Common/SeriesSampler.cs)."""

from __future__ import annotations

from itertools import groupby

from engine.common.chart_points import Candlestick
from engine.common.chart_series import CandlestickSeries
from engine.common.time import DAY

_LONGEST_DAYS = 7
_CANDLES_PER_DAY = 100


def thin_out(series: CandlestickSeries) -> CandlestickSeries:
    """Return a series with one candle for every few days, a week at most; a short one as it is.

    A candle here is made of whole candles; LEAN's interpolates at the edges of a window.
    """
    days = min(_LONGEST_DAYS, len(series.values) // _CANDLES_PER_DAY)
    if days <= 1:
        return series
    span = days * DAY
    first = series.values[0].stamp
    thinned = series.clone(empty=True)
    for _, group in groupby(series.values, key=lambda candle: (candle.stamp - first - 1) // span):
        thinned.values.append(_merged(list(group)))
    return thinned


def _merged(candles: list[Candlestick]) -> Candlestick:
    highs = [candle.high_decimal for candle in candles if candle.high_decimal is not None]
    lows = [candle.low_decimal for candle in candles if candle.low_decimal is not None]
    return Candlestick(
        candles[-1].stamp,
        candles[0].open_decimal,
        max(highs, default=None),
        min(lows, default=None),
        candles[-1].close_decimal,
    )
