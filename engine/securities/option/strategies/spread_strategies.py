"""Strategies of one option, or of two kinds of options (LEAN: OptionStrategies.cs)."""

from __future__ import annotations

from datetime import datetime

from engine.common.symbol import Symbol
from engine.securities.option.option_strategy import OptionStrategy
from engine.securities.option.strategies.strategy_factory import CALL, PUT, Number, StrategyFactory, require


class SpreadStrategies:
    """Naked options, spreads, straddles, strangles, calendars and backspreads."""

    @staticmethod
    def naked_call(canonical_option: Symbol, strike: Number, expiration: datetime) -> OptionStrategy:
        return StrategyFactory.build("Naked Call", canonical_option, (CALL, -1, strike, expiration))

    @staticmethod
    def naked_put(canonical_option: Symbol, strike: Number, expiration: datetime) -> OptionStrategy:
        return StrategyFactory.build("Naked Put", canonical_option, (PUT, -1, strike, expiration))

    @staticmethod
    def bear_call_spread(
        canonical_option: Symbol, leg1_strike: Number, leg2_strike: Number, expiration: datetime
    ) -> OptionStrategy:
        require(
            leg1_strike < leg2_strike,
            "BearCallSpread: leg1Strike must be less than leg2Strike",
            "leg1Strike, leg2Strike",
        )
        legs = (CALL, -1, leg1_strike, expiration), (CALL, 1, leg2_strike, expiration)
        return StrategyFactory.build("Bear Call Spread", canonical_option, *legs)

    @staticmethod
    def bear_put_spread(
        canonical_option: Symbol, leg1_strike: Number, leg2_strike: Number, expiration: datetime
    ) -> OptionStrategy:
        require(
            leg1_strike > leg2_strike,
            "BearPutSpread: leg1Strike must be greater than leg2Strike",
            "leg1Strike, leg2Strike",
        )
        legs = (PUT, 1, leg1_strike, expiration), (PUT, -1, leg2_strike, expiration)
        return StrategyFactory.build("Bear Put Spread", canonical_option, *legs)

    @staticmethod
    def bull_call_spread(
        canonical_option: Symbol, leg1_strike: Number, leg2_strike: Number, expiration: datetime
    ) -> OptionStrategy:
        require(
            leg1_strike < leg2_strike,
            "BullCallSpread: leg1Strike must be less than leg2Strike",
            "leg1Strike, leg2Strike",
        )
        legs = (CALL, 1, leg1_strike, expiration), (CALL, -1, leg2_strike, expiration)
        return StrategyFactory.build("Bull Call Spread", canonical_option, *legs)

    @staticmethod
    def bull_put_spread(
        canonical_option: Symbol, leg1_strike: Number, leg2_strike: Number, expiration: datetime
    ) -> OptionStrategy:
        require(
            leg1_strike > leg2_strike,
            "BullPutSpread: leg1Strike must be greater than leg2Strike",
            "leg1Strike, leg2Strike",
        )
        legs = (PUT, -1, leg1_strike, expiration), (PUT, 1, leg2_strike, expiration)
        return StrategyFactory.build("Bull Put Spread", canonical_option, *legs)

    @staticmethod
    def straddle(canonical_option: Symbol, strike: Number, expiration: datetime) -> OptionStrategy:
        legs = (CALL, 1, strike, expiration), (PUT, 1, strike, expiration)
        return StrategyFactory.build("Straddle", canonical_option, *legs)

    @staticmethod
    def short_straddle(canonical_option: Symbol, strike: Number, expiration: datetime) -> OptionStrategy:
        return StrategyFactory.inverted(
            SpreadStrategies.straddle(canonical_option, strike, expiration), "Short Straddle"
        )

    @staticmethod
    def strangle(
        canonical_option: Symbol, call_leg_strike: Number, put_leg_strike: Number, expiration: datetime
    ) -> OptionStrategy:
        require(
            call_leg_strike > put_leg_strike,
            "Strangle: callLegStrike must be greater than putLegStrike",
            "callLegStrike, putLegStrike",
        )
        legs = (CALL, 1, call_leg_strike, expiration), (PUT, 1, put_leg_strike, expiration)
        return StrategyFactory.build("Strangle", canonical_option, *legs)

    @staticmethod
    def short_strangle(
        canonical_option: Symbol, call_leg_strike: Number, put_leg_strike: Number, expiration: datetime
    ) -> OptionStrategy:
        strategy = SpreadStrategies.strangle(canonical_option, call_leg_strike, put_leg_strike, expiration)
        return StrategyFactory.inverted(strategy, "Short Strangle")

    @staticmethod
    def call_calendar_spread(
        canonical_option: Symbol, strike: Number, near_expiration: datetime, far_expiration: datetime
    ) -> OptionStrategy:
        check_calendar("CallCalendarSpread", near_expiration, far_expiration)
        legs = (CALL, -1, strike, near_expiration), (CALL, 1, strike, far_expiration)
        return StrategyFactory.build("Call Calendar Spread", canonical_option, *legs)

    @staticmethod
    def short_call_calendar_spread(
        canonical_option: Symbol, strike: Number, near_expiration: datetime, far_expiration: datetime
    ) -> OptionStrategy:
        strategy = SpreadStrategies.call_calendar_spread(
            canonical_option, strike, near_expiration, far_expiration
        )
        return StrategyFactory.inverted(strategy, "Short Call Calendar Spread")

    @staticmethod
    def put_calendar_spread(
        canonical_option: Symbol, strike: Number, near_expiration: datetime, far_expiration: datetime
    ) -> OptionStrategy:
        check_calendar("PutCalendarSpread", near_expiration, far_expiration)
        legs = (PUT, -1, strike, near_expiration), (PUT, 1, strike, far_expiration)
        return StrategyFactory.build("Put Calendar Spread", canonical_option, *legs)

    @staticmethod
    def short_put_calendar_spread(
        canonical_option: Symbol, strike: Number, near_expiration: datetime, far_expiration: datetime
    ) -> OptionStrategy:
        strategy = SpreadStrategies.put_calendar_spread(
            canonical_option, strike, near_expiration, far_expiration
        )
        return StrategyFactory.inverted(strategy, "Short Put Calendar Spread")

    @staticmethod
    def call_backspread(
        canonical_option: Symbol, lower_strike: Number, higher_strike: Number, expiration: datetime
    ) -> OptionStrategy:
        require(
            lower_strike < higher_strike,
            "CallBackspread: strike prices must be in ascending order, lowerStrike, higherStrike",
        )
        legs = (CALL, -1, lower_strike, expiration), (CALL, 2, higher_strike, expiration)
        return StrategyFactory.build("Call Backspread", canonical_option, *legs)

    @staticmethod
    def short_call_backspread(
        canonical_option: Symbol, lower_strike: Number, higher_strike: Number, expiration: datetime
    ) -> OptionStrategy:
        strategy = SpreadStrategies.call_backspread(canonical_option, lower_strike, higher_strike, expiration)
        return StrategyFactory.inverted(strategy, "Short Call Backspread")

    @staticmethod
    def put_backspread(
        canonical_option: Symbol, higher_strike: Number, lower_strike: Number, expiration: datetime
    ) -> OptionStrategy:
        require(
            higher_strike > lower_strike,
            "PutBackspread: strike prices must be in descending order, higherStrike, lowerStrike",
        )
        legs = (PUT, -1, higher_strike, expiration), (PUT, 2, lower_strike, expiration)
        return StrategyFactory.build("Put Backspread", canonical_option, *legs)

    @staticmethod
    def short_put_backspread(
        canonical_option: Symbol, higher_strike: Number, lower_strike: Number, expiration: datetime
    ) -> OptionStrategy:
        strategy = SpreadStrategies.put_backspread(canonical_option, higher_strike, lower_strike, expiration)
        return StrategyFactory.inverted(strategy, "Short Put Backspread")


def check_calendar(name: str, near_expiration: datetime, far_expiration: datetime) -> None:
    """Raise LEAN's exception unless the first expiration comes first."""
    require(
        near_expiration < far_expiration,
        f"{name}: near expiration must be less than far expiration",
        "nearExpiration, farExpiration",
    )
