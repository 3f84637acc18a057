"""Strategies by name (LEAN: Common/Securities/Option/OptionStrategies.cs)."""

from __future__ import annotations

from engine.securities.option.strategies.covered_strategies import CoveredStrategies
from engine.securities.option.strategies.spread_strategies import SpreadStrategies
from engine.securities.option.strategies.strategy_factory import StrategyFactory
from engine.securities.option.strategies.wing_strategies import WingStrategies


class OptionStrategies(CoveredStrategies, SpreadStrategies, WingStrategies, StrategyFactory):
    """Factory of every strategy LEAN knows; strikes are those of the contracts."""
