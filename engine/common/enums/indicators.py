"""Indicators and option price models. Values: LEAN's."""

from __future__ import annotations

from engine.common.enums.lean_enum import LeanEnum


class MovingAverageType(LeanEnum):
    SIMPLE = 0
    EXPONENTIAL = 1
    WILDERS = 2
    LINEAR_WEIGHTED_MOVING_AVERAGE = 3
    DOUBLE_EXPONENTIAL = 4
    TRIPLE_EXPONENTIAL = 5
    TRIANGULAR = 6
    T_3 = 7
    KAMA = 8
    HULL = 9
    ALMA = 10
    ZLEMA = 11
    MGD = 12


class IndicatorStatus(LeanEnum):
    SUCCESS = 0
    INVALID_INPUT = 1
    MATH_ERROR = 2
    VALUE_NOT_READY = 3


class OptionPricingModelType(LeanEnum):
    BLACK_SCHOLES = 0
    BINOMIAL_COX_ROSS_RUBINSTEIN = 1
    FORWARD_TREE = 2


class CorrelationType(LeanEnum):
    PEARSON = 0
    SPEARMAN = 1


class PivotPointType(LeanEnum):
    LOW = -1
    NONE = 0
    HIGH = 1
    BOTH = 2


class SwissArmyKnifeTool(LeanEnum):
    GAUSS = 0
    BUTTER = 1
    HIGH_PASS = 2
    TWO_POLE_HIGH_PASS = 3
    BAND_PASS = 4


class TomDemarkSequentialPhase(LeanEnum):
    NONE = 0
    BUY_SETUP = 1
    SELL_SETUP = 2
    BUY_COUNTDOWN = 3
    SELL_COUNTDOWN = 4
    BUY_SETUP_PERFECT = 5
    SELL_SETUP_PERFECT = 6


class CandleSettingType(LeanEnum):
    BODY_LONG = 0
    BODY_VERY_LONG = 1
    BODY_SHORT = 2
    BODY_DOJI = 3
    SHADOW_LONG = 4
    SHADOW_VERY_LONG = 5
    SHADOW_SHORT = 6
    SHADOW_VERY_SHORT = 7
    NEAR = 8
    FAR = 9
    EQUAL = 10


class CandleRangeType(LeanEnum):
    REAL_BODY = 0
    HIGH_LOW = 1
    SHADOWS = 2


class CandleColor(LeanEnum):
    WHITE = 1
    BLACK = -1
