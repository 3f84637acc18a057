"""What share of the portfolio insights get, and when targets are made anew."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from engine.algorithm.framework.alphas.insight import Insight
from engine.algorithm.framework.alphas.insight_manager import InsightManager
from engine.algorithm.framework.portfolio.accumulative_insight_portfolio_construction_model import (
    AccumulativeInsightPortfolioConstructionModel,
)
from engine.algorithm.framework.portfolio.confidence_weighted_portfolio_construction_model import (
    ConfidenceWeightedPortfolioConstructionModel,
)
from engine.algorithm.framework.portfolio.equal_weighting_portfolio_construction_model import (
    EqualWeightingPortfolioConstructionModel,
)
from engine.algorithm.framework.portfolio.insight_weighting_portfolio_construction_model import (
    InsightWeightingPortfolioConstructionModel,
)
from engine.algorithm.framework.portfolio.portfolio_construction_model import PortfolioConstructionModel
from engine.algorithm.framework.portfolio.portfolio_target import PortfolioTarget
from engine.algorithm.framework.portfolio.portfolio_target_collection import PortfolioTargetCollection
from engine.common.enums import InsightDirection, InsightType, PortfolioBias, SecurityType
from engine.common.errors import ArgumentException
from engine.common.symbol import Symbol
from engine.common.time import to_stamp
from engine.data.universe_selection.security_changes import NO_CHANGES, SecurityChanges

NOW = datetime(2024, 3, 8, 15)
UP, FLAT, DOWN = InsightDirection.UP, InsightDirection.FLAT, InsightDirection.DOWN
A, B, C = (Symbol.create(ticker, SecurityType.EQUITY, "usa") for ticker in ("AAA", "BBB", "CCC"))


def insight(symbol: Symbol, direction: InsightDirection, minute: int = 0, **numbers: float) -> Insight:
    generated = NOW + timedelta(minutes=minute)
    return Insight(generated, symbol, timedelta(1), InsightType.PRICE, direction, **numbers)


def at(model: PortfolioConstructionModel, *insights: Insight, now: datetime = NOW) -> list[Insight]:
    """Give a model an algorithm whose insights are these, and return what it makes targets for."""
    algorithm: Any = SimpleNamespace(utc_stamp=to_stamp(now))
    algorithm.insights = InsightManager(algorithm)
    algorithm.insights.add_range(insights)
    model.algorithm = algorithm
    return model.get_target_insights()


def shares(model: PortfolioConstructionModel, *insights: Insight) -> dict[str, float]:
    percents = model.determine_target_percent(at(model, *insights))
    return {i.symbol.value: round(percent, 6) for i, percent in percents.items()}


def test_equal_weighting_shares_among_insights_that_are_not_flat() -> None:
    """Two of three insights have a direction: half each, the flat one nothing."""
    model = EqualWeightingPortfolioConstructionModel()
    assert shares(model, insight(A, UP), insight(B, DOWN), insight(C, FLAT)) == {
        "AAA": 0.5,
        "BBB": -0.5,
        "CCC": 0,
    }


def test_bias_gives_nothing_to_the_other_direction() -> None:
    """A long bias leaves the whole portfolio to the long insight."""
    model = EqualWeightingPortfolioConstructionModel(portfolio_bias=PortfolioBias.LONG)
    assert shares(model, insight(A, UP), insight(B, DOWN)) == {"AAA": 1, "BBB": 0}


def test_newest_insight_of_a_symbol_counts() -> None:
    """An older insight that is still active is overruled."""
    model = EqualWeightingPortfolioConstructionModel()
    assert shares(model, insight(A, UP, minute=1), insight(A, DOWN)) == {"AAA": 1}


@pytest.mark.parametrize(
    ("weights", "expected"),
    [((0.2, 0.3), {"AAA": 0.2, "BBB": -0.3}), ((1.5, 0.5), {"AAA": 0.75, "BBB": -0.25})],
)
def test_weights_above_one_are_scaled_down(weights: tuple[float, float], expected: dict[str, float]) -> None:
    """Weights are shares as long as they fit; insights without one are left out."""
    model = InsightWeightingPortfolioConstructionModel()
    given = [insight(A, UP, weight=weights[0]), insight(B, DOWN, weight=weights[1]), insight(C, UP)]
    assert shares(model, *given) == expected


def test_confidence_is_a_weight() -> None:
    """Confidence weighting reads confidences and no weights."""
    model = ConfidenceWeightedPortfolioConstructionModel()
    assert shares(model, insight(A, UP, confidence=0.4, weight=0.9), insight(B, UP, weight=0.9)) == {
        "AAA": 0.4
    }


@pytest.mark.parametrize(
    ("directions", "bias", "share"),
    [
        ((UP, UP), PortfolioBias.LONG_SHORT, 0.06),
        ((UP, DOWN), PortfolioBias.LONG_SHORT, 0),
        ((UP, UP, FLAT), PortfolioBias.LONG_SHORT, 0.03),
        ((DOWN, DOWN, FLAT), PortfolioBias.LONG_SHORT, -0.03),
        ((FLAT,), PortfolioBias.LONG_SHORT, 0),
        ((DOWN, UP), PortfolioBias.LONG, 0.03),
        ((UP, DOWN), PortfolioBias.SHORT, -0.03),
    ],
)
def test_accumulated_insights_add_up(
    directions: tuple[InsightDirection, ...], bias: PortfolioBias, share: float
) -> None:
    """Each insight moves the share by three percent, a flat one towards zero, never against the bias."""
    model = AccumulativeInsightPortfolioConstructionModel(portfolio_bias=bias)
    given = [insight(A, direction, minute) for minute, direction in enumerate(directions)]
    assert shares(model, *given) == {"AAA": share}


def test_without_a_rule_every_step_rebalances() -> None:
    """No rebalancing rule means targets in every step."""
    model = PortfolioConstructionModel()
    at(model)
    assert model.is_rebalance_due([], NOW)
    assert model.is_rebalance_due([], NOW)


def test_span_rebalances_when_it_has_passed() -> None:
    """A span counts from the first step, then from each rebalance."""
    model = PortfolioConstructionModel(timedelta(hours=1))
    at(model)
    due = [m for m in range(0, 181, 30) if model.is_rebalance_due([], NOW + timedelta(minutes=m))]
    assert due == [60, 120, 180]


def test_insights_that_come_or_end_rebalance_unless_switched_off() -> None:
    """New insights, expired ones and changes of securities each make a rebalance due before its time."""
    model = PortfolioConstructionModel(timedelta(days=9))
    coming = insight(A, UP)
    at(model, coming)
    assert not model.is_rebalance_due([], NOW)
    assert model.is_rebalance_due([coming], NOW)
    assert model.is_rebalance_due([], NOW + timedelta(days=2))
    model.rebalance_on_insight_changes = False
    assert not model.is_rebalance_due([coming], NOW + timedelta(days=2))
    model._security_changes = True
    assert model.is_rebalance_due([], NOW)
    assert not model.is_rebalance_due([], NOW)


def test_function_may_not_know_the_next_time_yet() -> None:
    """None asks again in the next step, now rebalances at once."""
    answers = iter([None, NOW, NOW + timedelta(hours=1)])
    model = PortfolioConstructionModel(lambda time: next(answers))
    at(model)
    assert [model.is_rebalance_due([], NOW) for _ in range(3)] == [False, True, False]


def test_date_rule_rebalances_on_its_dates() -> None:
    """Each date of a rule is one rebalance; behind the last there is none."""
    dates = [datetime(2024, 3, day) for day in (9, 11)]
    rule = SimpleNamespace(get_dates=lambda start, end: [d for d in dates if start <= d <= end])
    model = PortfolioConstructionModel(rule)
    at(model)
    due = [h for h in range(0, 120, 3) if model.is_rebalance_due([], NOW + timedelta(hours=h))]
    assert due == [9, 57]


def test_rule_must_be_one() -> None:
    """Anything else is refused when it is given, not in the middle of a run."""
    with pytest.raises(ArgumentException, match="no rebalancing rule"):
        PortfolioConstructionModel("weekly")


def test_insights_of_removed_securities_end() -> None:
    """A security that leaves the universe takes its insights with it; no changes change nothing."""
    model = PortfolioConstructionModel()
    gone, stays = insight(A, UP), insight(B, UP)
    at(model, gone, stays, now=NOW + timedelta(minutes=1))
    algorithm = model.algorithm
    model.on_securities_changed(algorithm, NO_CHANGES)
    assert gone.is_active(algorithm.utc_stamp)
    security: Any = Mock(symbol=A, type=SecurityType.EQUITY)
    model.on_securities_changed(algorithm, SecurityChanges(removed=[security]))
    assert gone.is_expired(algorithm.utc_stamp)
    assert stays.is_active(algorithm.utc_stamp)


def test_collection_keeps_the_last_target_of_a_symbol() -> None:
    """Adding replaces; removing a target that was replaced does nothing."""
    first, second = PortfolioTarget(A, 1), PortfolioTarget(A, 2)
    targets = PortfolioTargetCollection()
    targets.add_range([first, second, PortfolioTarget(B, 3)])
    assert targets.count == 2
    assert targets[A] is second
    assert A in targets
    assert not targets.remove(first)
    assert targets.remove(second)
    assert targets.keys == [B]
    assert targets.remove(B)
    assert targets.is_empty
