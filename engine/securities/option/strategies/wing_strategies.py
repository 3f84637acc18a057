"""Strategies of three and four options (LEAN: OptionStrategies.cs)."""

from __future__ import annotations

from datetime import datetime

from engine.common.numbers import to_decimal
from engine.common.symbol import Symbol
from engine.securities.option.option_strategy import OptionStrategy
from engine.securities.option.strategies.spread_strategies import SpreadStrategies
from engine.securities.option.strategies.strategy_factory import CALL, PUT, Number, StrategyFactory, require


class WingStrategies:
    """Butterflies, condors, boxes, jelly rolls and ladders."""

    @staticmethod
    def call_butterfly(
        canonical_option: Symbol,
        higher_strike: Number,
        middle_strike: Number,
        lower_strike: Number,
        expiration: datetime,
    ) -> OptionStrategy:
        check_wings("ButterflyCall", higher_strike, middle_strike, lower_strike)
        return StrategyFactory.build(
            "Butterfly Call",
            canonical_option,
            (CALL, 1, higher_strike, expiration),
            (CALL, -2, middle_strike, expiration),
            (CALL, 1, lower_strike, expiration),
        )

    butterfly_call = call_butterfly

    @staticmethod
    def short_butterfly_call(
        canonical_option: Symbol,
        higher_strike: Number,
        middle_strike: Number,
        lower_strike: Number,
        expiration: datetime,
    ) -> OptionStrategy:
        strategy = WingStrategies.call_butterfly(
            canonical_option, higher_strike, middle_strike, lower_strike, expiration
        )
        return StrategyFactory.inverted(strategy, "Short Butterfly Call")

    @staticmethod
    def put_butterfly(
        canonical_option: Symbol,
        higher_strike: Number,
        middle_strike: Number,
        lower_strike: Number,
        expiration: datetime,
    ) -> OptionStrategy:
        check_wings("ButterflyPut", higher_strike, middle_strike, lower_strike)
        return StrategyFactory.build(
            "Butterfly Put",
            canonical_option,
            (PUT, 1, higher_strike, expiration),
            (PUT, -2, middle_strike, expiration),
            (PUT, 1, lower_strike, expiration),
        )

    butterfly_put = put_butterfly

    @staticmethod
    def short_butterfly_put(
        canonical_option: Symbol,
        higher_strike: Number,
        middle_strike: Number,
        lower_strike: Number,
        expiration: datetime,
    ) -> OptionStrategy:
        strategy = WingStrategies.put_butterfly(
            canonical_option, higher_strike, middle_strike, lower_strike, expiration
        )
        return StrategyFactory.inverted(strategy, "Short Butterfly Put")

    @staticmethod
    def iron_condor(
        canonical_option: Symbol,
        long_put_strike: Number,
        short_put_strike: Number,
        short_call_strike: Number,
        long_call_strike: Number,
        expiration: datetime,
    ) -> OptionStrategy:
        require(
            long_put_strike < short_put_strike <= short_call_strike < long_call_strike,
            "IronCondor: strike prices must be in ascending order",
            "longPutStrike, shortPutStrike, shortCallStrike, longCallStrike",
        )
        return StrategyFactory.build(
            "Iron Condor",
            canonical_option,
            (PUT, 1, long_put_strike, expiration),
            (PUT, -1, short_put_strike, expiration),
            (CALL, -1, short_call_strike, expiration),
            (CALL, 1, long_call_strike, expiration),
        )

    @staticmethod
    def short_iron_condor(
        canonical_option: Symbol,
        short_put_strike: Number,
        long_put_strike: Number,
        long_call_strike: Number,
        short_call_strike: Number,
        expiration: datetime,
    ) -> OptionStrategy:
        strategy = WingStrategies.iron_condor(
            canonical_option,
            short_put_strike,
            long_put_strike,
            long_call_strike,
            short_call_strike,
            expiration,
        )
        return StrategyFactory.inverted(strategy, "Short Iron Condor")

    @staticmethod
    def iron_butterfly(
        canonical_option: Symbol,
        otm_put_strike: Number,
        atm_strike: Number,
        otm_call_strike: Number,
        expiration: datetime,
    ) -> OptionStrategy:
        low, middle, high = map(to_decimal, (otm_put_strike, atm_strike, otm_call_strike))
        require(
            middle - low == high - middle, "IronButterfly: intervals between exercise prices must be equal"
        )
        strategy = WingStrategies.iron_condor(
            canonical_option, otm_put_strike, atm_strike, atm_strike, otm_call_strike, expiration
        )
        strategy.name = "Iron Butterfly"
        return strategy

    @staticmethod
    def short_iron_butterfly(
        canonical_option: Symbol,
        otm_put_strike: Number,
        atm_strike: Number,
        otm_call_strike: Number,
        expiration: datetime,
    ) -> OptionStrategy:
        strategy = WingStrategies.iron_butterfly(
            canonical_option, otm_put_strike, atm_strike, otm_call_strike, expiration
        )
        return StrategyFactory.inverted(strategy, "Short Iron Butterfly")

    @staticmethod
    def box_spread(
        canonical_option: Symbol, higher_strike: Number, lower_strike: Number, expiration: datetime
    ) -> OptionStrategy:
        require(
            higher_strike > lower_strike,
            "BoxSpread: strike prices must be in descending order, higherStrike, lowerStrike",
        )
        return StrategyFactory.combined(
            "Box Spread",
            canonical_option,
            SpreadStrategies.bear_put_spread(canonical_option, higher_strike, lower_strike, expiration),
            SpreadStrategies.bull_call_spread(canonical_option, lower_strike, higher_strike, expiration),
        )

    @staticmethod
    def short_box_spread(
        canonical_option: Symbol, higher_strike: Number, lower_strike: Number, expiration: datetime
    ) -> OptionStrategy:
        strategy = WingStrategies.box_spread(canonical_option, higher_strike, lower_strike, expiration)
        return StrategyFactory.inverted(strategy, "Short Box Spread")

    @staticmethod
    def jelly_roll(
        canonical_option: Symbol, strike: Number, near_expiration: datetime, far_expiration: datetime
    ) -> OptionStrategy:
        return StrategyFactory.combined(
            "Jelly Roll",
            canonical_option,
            SpreadStrategies.call_calendar_spread(canonical_option, strike, near_expiration, far_expiration),
            SpreadStrategies.short_put_calendar_spread(
                canonical_option, strike, near_expiration, far_expiration
            ),
        )

    @staticmethod
    def short_jelly_roll(
        canonical_option: Symbol, strike: Number, near_expiration: datetime, far_expiration: datetime
    ) -> OptionStrategy:
        strategy = WingStrategies.jelly_roll(canonical_option, strike, near_expiration, far_expiration)
        return StrategyFactory.inverted(strategy, "Short Jelly Roll")

    @staticmethod
    def bear_call_ladder(
        canonical_option: Symbol,
        lower_strike: Number,
        middle_strike: Number,
        higher_strike: Number,
        expiration: datetime,
    ) -> OptionStrategy:
        require(
            lower_strike < middle_strike < higher_strike,
            "BearCallLadder: strike prices must be in ascending order",
            "lowerStrike, middleStrike, higherStrike",
        )
        return StrategyFactory.build(
            "Bear Call Ladder",
            canonical_option,
            (CALL, -1, lower_strike, expiration),
            (CALL, 1, middle_strike, expiration),
            (CALL, 1, higher_strike, expiration),
        )

    @staticmethod
    def bull_call_ladder(
        canonical_option: Symbol,
        lower_strike: Number,
        middle_strike: Number,
        higher_strike: Number,
        expiration: datetime,
    ) -> OptionStrategy:
        strategy = WingStrategies.bear_call_ladder(
            canonical_option, lower_strike, middle_strike, higher_strike, expiration
        )
        return StrategyFactory.inverted(strategy, "Bull Call Ladder")

    @staticmethod
    def bear_put_ladder(
        canonical_option: Symbol,
        higher_strike: Number,
        middle_strike: Number,
        lower_strike: Number,
        expiration: datetime,
    ) -> OptionStrategy:
        require(
            higher_strike > middle_strike > lower_strike,
            "BearPutLadder: strike prices must be in descending order",
            "higherStrike, middleStrike, lowerStrike",
        )
        return StrategyFactory.build(
            "Bear Put Ladder",
            canonical_option,
            (PUT, 1, higher_strike, expiration),
            (PUT, -1, middle_strike, expiration),
            (PUT, -1, lower_strike, expiration),
        )

    @staticmethod
    def bull_put_ladder(
        canonical_option: Symbol,
        higher_strike: Number,
        middle_strike: Number,
        lower_strike: Number,
        expiration: datetime,
    ) -> OptionStrategy:
        strategy = WingStrategies.bear_put_ladder(
            canonical_option, higher_strike, middle_strike, lower_strike, expiration
        )
        return StrategyFactory.inverted(strategy, "Bull Put Ladder")


def check_wings(name: str, higher: Number, middle: Number, lower: Number) -> None:
    """Raise LEAN's exception unless both wings are as far from the middle."""
    high, mid, low = map(to_decimal, (higher, middle, lower))
    require(
        high > mid > low and high - mid == mid - low,
        f"{name}: upper and lower strikes must both be equidistant from the middle strike",
        "higherStrike, middleStrike, lowerStrike",
    )
