"""Settings of a run (LEAN: Common/AlgorithmSettings.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.errors import ArgumentOutOfRangeException, UnsupportedMemberError
from engine.common.numbers import to_decimal

if TYPE_CHECKING:
    from datetime import timedelta

    from engine.common.enums import Resolution


class AlgorithmSettings:
    """`settings` of an algorithm; every name is LEAN's, an unknown one is an error."""

    __slots__ = (
        "_free_portfolio_value_percentage",
        "automatic_indicator_warm_up",
        "daily_consolidation_use_extended_market_hours",
        "daily_precise_end_time",
        "data_subscription_limit",
        "databases_refresh_period",
        "free_portfolio_value",
        "ignore_unknown_asset_holdings",
        "initial_margin_requirement",
        "liquidate_enabled",
        "max_absolute_portfolio_target_percentage",
        "min_absolute_portfolio_target_percentage",
        "minimum_order_margin_portfolio_percentage",
        "performance_sample_period",
        "rebalance_portfolio_on_insight_changes",
        "rebalance_portfolio_on_security_changes",
        "seed_initial_prices",
        "stale_price_time_span",
        "trading_days_per_year",
        "warmup_resolution",
    )

    def __init__(self) -> None:
        from datetime import timedelta

        self.liquidate_enabled = True
        self.data_subscription_limit = 2**31 - 1
        self.free_portfolio_value: float | None = None
        self._free_portfolio_value_percentage = Decimal("0.0025")
        self.minimum_order_margin_portfolio_percentage = 0.001
        self.stale_price_time_span: timedelta = timedelta(hours=1)
        self.warmup_resolution: Resolution | None = None
        self.max_absolute_portfolio_target_percentage = 1_000_000_000.0
        self.min_absolute_portfolio_target_percentage = 0.0000000001
        self.rebalance_portfolio_on_security_changes: bool | None = None
        self.rebalance_portfolio_on_insight_changes: bool | None = None
        self.trading_days_per_year: int | None = None
        self.automatic_indicator_warm_up = False
        self.daily_precise_end_time = True
        self.daily_consolidation_use_extended_market_hours = False
        self.seed_initial_prices = False
        self.ignore_unknown_asset_holdings = False
        self.performance_sample_period: timedelta | None = None
        self.databases_refresh_period: timedelta = timedelta(days=1)
        self.initial_margin_requirement: Any = None

    @property
    def free_portfolio_value_percentage(self) -> float:
        return float(self._free_portfolio_value_percentage)

    @free_portfolio_value_percentage.setter
    def free_portfolio_value_percentage(self, value: float) -> None:
        exact = to_decimal(value)
        if not 0 <= exact < 1:
            raise ArgumentOutOfRangeException(
                f"free_portfolio_value_percentage was {value}; it must be from 0 (inclusive) to 1", "value"
            )
        self._free_portfolio_value_percentage = exact

    @property
    def free_portfolio_value_percentage_decimal(self) -> Decimal:
        return self._free_portfolio_value_percentage

    @property
    def minimum_order_margin_portfolio_percentage_decimal(self) -> Decimal:
        return to_decimal(self.minimum_order_margin_portfolio_percentage)

    def __getattr__(self, name: str) -> Any:
        raise UnsupportedMemberError(f"settings.{name}")
