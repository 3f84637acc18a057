"""Models that turn insights into targets (LEAN: Algorithm/Portfolio/PortfolioConstructionModel.cs)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.portfolio.portfolio_target import PortfolioTarget
from engine.common.enums import Resolution
from engine.common.errors import ArgumentException
from engine.common.numbers import double_to_decimal
from engine.common.time import END_OF_TIME
from engine.orders.exact import stamp_of

if TYPE_CHECKING:
    from engine.algorithm.framework.alphas.insight import Insight
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.data.universe_selection.security_changes import SecurityChanges

RebalancingFunc = Callable[[datetime], datetime | None]


class PortfolioConstructionModel:
    """Base: a derived class says in `determine_target_percent` what share each insight gets.

    `rebalance` tells when to make targets anew although no insight came or went: a resolution, a span, a date rule, or
    a function from the UTC time to the next time (None: ask again in the next step).
    """

    rebalance_on_security_changes = True
    rebalance_on_insight_changes = True
    # defaults of the class: a derived class need not call __init__
    algorithm: QCAlgorithm = None  # type: ignore[assignment]
    _rebalancing_func: RebalancingFunc | None = None
    _rebalancing_stamp: int | None = None
    _security_changes = False

    def __init__(self, rebalance: Any = None) -> None:
        self.set_rebalancing_func(rebalance)

    def set_rebalancing_func(self, rebalance: Any) -> None:
        self._rebalancing_func = _rebalancing_func(rebalance)

    def create_targets(self, algorithm: QCAlgorithm, insights: list[Insight]) -> list[PortfolioTarget]:
        """Return a target for each symbol with an active insight, and 0 where the last one ended."""
        self.algorithm = algorithm
        if not self.is_rebalance_due(insights, algorithm.utc_time):
            return []
        chosen = self.get_target_insights()
        percents = self.determine_target_percent(chosen)
        targets, errors = [], set()
        for insight in chosen:
            percent = percents.get(insight)
            if percent is None:
                continue
            target = PortfolioTarget.percent(algorithm, insight.symbol, double_to_decimal(float(percent)))
            if target is None:
                errors.add(insight.symbol)
            else:
                targets.append(target)
        return targets + self._flat_targets(algorithm, errors)

    def _flat_targets(self, algorithm: QCAlgorithm, errors: set[Symbol]) -> list[PortfolioTarget]:
        now = algorithm.utc_stamp
        ended = dict.fromkeys(i.symbol for i in algorithm.insights.remove_expired_insights(now))
        return [
            PortfolioTarget(symbol, 0)
            for symbol in ended
            if symbol not in errors and not algorithm.insights.has_active_insights(symbol, now)
        ]

    def on_securities_changed(self, algorithm: QCAlgorithm, changes: SecurityChanges) -> None:
        """End the insights of securities that went."""
        if self.algorithm is None:
            self.algorithm = algorithm
        self._security_changes = bool(changes)
        algorithm.insights.expire(security.symbol for security in changes.removed_securities)

    def get_target_insights(self) -> list[Insight]:
        """Return the insights to make targets for: of each symbol the newest that is active."""
        newest: dict[Symbol, Insight] = {}
        for insight in self.algorithm.insights.get_active_insights(self.algorithm.utc_stamp):
            if self.should_create_target_for_insight(insight):
                known = newest.get(insight.symbol)
                if known is None or insight.generated_stamp >= known.generated_stamp:
                    newest[insight.symbol] = insight
        return list(newest.values())

    def should_create_target_for_insight(self, insight: Insight) -> bool:
        return True

    def determine_target_percent(self, active_insights: list[Insight]) -> dict[Insight, float]:
        """Return the share of the portfolio that each insight gets, negative to go short."""
        raise NotImplementedError(
            "Types deriving from 'PortfolioConstructionModel' must implement the 'Dictionary<Insight, double>"
            " DetermineTargetPercent(ICollection<Insight>)' method."
        )

    def is_rebalance_due(self, insights: Iterable[Insight], algorithm_utc: datetime) -> bool:
        """Return whether targets are to be made now; without a rebalancing rule they always are."""
        rule = self._rebalancing_func
        if rule is None:
            self.refresh_rebalance(algorithm_utc)
            return True
        now = stamp_of(algorithm_utc)
        if self._rebalancing_stamp is None:
            self._rebalancing_stamp = _stamp(rule(algorithm_utc))
            if self._rebalancing_stamp is not None and self._rebalancing_stamp <= now:
                # The rule is asked for the following time in the next step: asked twice now it would say the same.
                self._rebalancing_stamp = None
                self._security_changes = False
                return True
        due = self._rebalancing_stamp is not None and self._rebalancing_stamp <= now
        if due or self._has_relevant_changes(insights, now):
            self.refresh_rebalance(algorithm_utc)
            return True
        return False

    def _has_relevant_changes(self, insights: Iterable[Insight], now: int) -> bool:
        if self.rebalance_on_security_changes and self._security_changes:
            return True
        if not self.rebalance_on_insight_changes:
            return False
        if insights:
            return True
        expiry = self.algorithm.insights.next_expiry_stamp()
        return expiry is not None and expiry < now

    def refresh_rebalance(self, algorithm_utc: datetime) -> None:
        """Ask the rule for the time of the next rebalance."""
        if self._rebalancing_func is not None:
            self._rebalancing_stamp = _stamp(self._rebalancing_func(algorithm_utc))
        self._security_changes = False

    @staticmethod
    def filter_invalid_insight_magnitude(algorithm: QCAlgorithm, insights: list[Insight]) -> list[Insight]:
        """Leave out insights whose magnitude no target may have."""
        settings = algorithm.settings
        highest = settings.max_absolute_portfolio_target_percentage
        lowest = settings.min_absolute_portfolio_target_percentage
        valid = []
        for insight in insights:
            if insight.magnitude and not lowest <= abs(insight.magnitude) <= highest:
                algorithm.error(
                    "PortfolioConstructionModel.FilterInvalidInsightMagnitude():The insight target Magnitude:"
                    f" {insight.magnitude}, will not comply with the current 'Algorithm.Settings'"
                    f" 'MaxAbsolutePortfolioTargetPercentage': {highest} or"
                    f" 'MinAbsolutePortfolioTargetPercentage': {lowest}. Skipping insight."
                )
            else:
                valid.append(insight)
        return valid


class NullPortfolioConstructionModel(PortfolioConstructionModel):
    """Makes no target."""

    def create_targets(self, algorithm: QCAlgorithm, insights: list[Insight]) -> list[PortfolioTarget]:
        return []


def _stamp(moment: datetime | None) -> int | None:
    return None if moment is None else stamp_of(moment)


def _rebalancing_func(rebalance: Any) -> RebalancingFunc | None:
    if rebalance is None:
        return None
    if isinstance(rebalance, Resolution):
        rebalance = rebalance.to_time_span()
    if isinstance(rebalance, timedelta):
        return (lambda time: time + rebalance) if rebalance else None
    if hasattr(rebalance, "get_dates"):
        return _DateRuleFunc(rebalance)
    if callable(rebalance):
        return rebalance
    raise ArgumentException(
        f"{rebalance!r} is no rebalancing rule: give a resolution, span, date rule or function"
    )


class _DateRuleFunc:
    """The next date of a date rule (LEAN: Extensions.ToFunc)."""

    def __init__(self, date_rule: Any) -> None:
        self._rule = date_rule
        self._dates: Any = None
        self._current = END_OF_TIME

    def __call__(self, time: datetime) -> datetime:
        now = time.replace(tzinfo=None)
        if self._dates is None:
            self._dates = iter(self._rule.get_dates(now, END_OF_TIME))
            self._current = next(self._dates, END_OF_TIME)
        if now >= self._current:
            self._current = next(self._dates, END_OF_TIME)
        return self._current
