"""Strategies that contain the underlying (LEAN: OptionStrategies.cs)."""

from __future__ import annotations

from datetime import datetime

from engine.common.symbol import Symbol
from engine.securities.option.option_strategy import OptionStrategy
from engine.securities.option.strategies.strategy_factory import CALL, PUT, Number, StrategyFactory, require


class CoveredStrategies:
    """Covered and protective options, collar and conversion."""

    @staticmethod
    def covered_call(canonical_option: Symbol, strike: Number, expiration: datetime) -> OptionStrategy:
        return StrategyFactory.build("Covered Call", canonical_option, (CALL, -1, strike, expiration), lots=1)

    @staticmethod
    def protective_call(canonical_option: Symbol, strike: Number, expiration: datetime) -> OptionStrategy:
        return StrategyFactory.inverted(
            CoveredStrategies.covered_call(canonical_option, strike, expiration), "Protective Call"
        )

    @staticmethod
    def covered_put(canonical_option: Symbol, strike: Number, expiration: datetime) -> OptionStrategy:
        return StrategyFactory.build("Covered Put", canonical_option, (PUT, -1, strike, expiration), lots=-1)

    @staticmethod
    def protective_put(canonical_option: Symbol, strike: Number, expiration: datetime) -> OptionStrategy:
        return StrategyFactory.inverted(
            CoveredStrategies.covered_put(canonical_option, strike, expiration), "Protective Put"
        )

    @staticmethod
    def protective_collar(
        canonical_option: Symbol, call_strike: Number, put_strike: Number, expiration: datetime
    ) -> OptionStrategy:
        require(
            call_strike >= put_strike,
            "ProtectiveCollar: callStrike must be greater than putStrike",
            "callStrike, putStrike",
        )
        return StrategyFactory.combined(
            "Protective Collar",
            canonical_option,
            CoveredStrategies.covered_call(canonical_option, call_strike, expiration),
            CoveredStrategies.protective_put(canonical_option, put_strike, expiration),
        )

    @staticmethod
    def conversion(canonical_option: Symbol, strike: Number, expiration: datetime) -> OptionStrategy:
        strategy = CoveredStrategies.protective_collar(canonical_option, strike, strike, expiration)
        strategy.name = "Conversion"
        return strategy

    @staticmethod
    def reverse_conversion(canonical_option: Symbol, strike: Number, expiration: datetime) -> OptionStrategy:
        return StrategyFactory.inverted(
            CoveredStrategies.conversion(canonical_option, strike, expiration), "Reverse Conversion"
        )
