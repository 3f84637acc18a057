"""Charts and trades. Values: LEAN's."""

from __future__ import annotations

from engine.common.enums.lean_enum import LeanEnum


class ChartType(LeanEnum):
    OVERLAY = 0
    STACKED = 1


class SeriesType(LeanEnum):
    LINE = 0
    SCATTER = 1
    CANDLE = 2
    BAR = 3
    FLAG = 4
    STACKED_AREA = 5
    PIE = 6
    TREEMAP = 7
    HEATMAP = 9
    SCATTER_3D = 10


class ScatterMarkerSymbol(LeanEnum):
    NONE = 0
    CIRCLE = 1
    SQUARE = 2
    DIAMOND = 3
    TRIANGLE = 4
    TRIANGLE_DOWN = 5


class TradeDirection(LeanEnum):
    LONG = 0
    SHORT = 1


class FillGroupingMethod(LeanEnum):
    FILL_TO_FILL = 0
    FLAT_TO_FLAT = 1
    FLAT_TO_REDUCED = 2


class FillMatchingMethod(LeanEnum):
    FIFO = 0
    LIFO = 1
