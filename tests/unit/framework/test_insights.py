"""When insights end, and what a collection of them remembers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from engine.algorithm.framework.alphas.insight import Insight
from engine.algorithm.framework.alphas.insight_collection import InsightCollection
from engine.algorithm.framework.alphas.insight_manager import InsightManager
from engine.common.enums import InsightDirection, InsightScoreType, InsightType, Resolution, SecurityType
from engine.common.errors import ArgumentOutOfRangeException, InvalidOperationException
from engine.common.symbol import Symbol
from engine.common.time import END_OF_TIME, to_stamp
from engine.data_source.modelled.source import ModelledSource

SPY = Symbol.create("SPY", SecurityType.EQUITY, "usa")
AAPL = Symbol.create("AAPL", SecurityType.EQUITY, "usa")
UP = InsightDirection.UP
HOURS = ModelledSource().market_hours.get_entry("usa", "SPY", SecurityType.EQUITY).exchange_hours
# A Friday, 15:30 in New York: half an hour before the close.
FRIDAY = datetime(2024, 3, 8, 20, 30)


def new_york(*when: int) -> datetime:
    return HOURS.time_zone.local_datetime(HOURS.time_zone.utc_stamp(datetime(*when)))


def close_of(insight: Insight, generated: datetime = FRIDAY) -> datetime:
    insight.generated_time_utc = generated
    insight.set_period_and_close_time(HOURS)
    return HOURS.time_zone.local_datetime(to_stamp(insight.close_time_utc.replace(tzinfo=None)))


def ended(minutes: int, symbol: Symbol = SPY) -> Insight:
    """Return an insight that ends so many minutes after FRIDAY."""
    return Insight(FRIDAY, symbol, timedelta(minutes=minutes), InsightType.PRICE, UP)


@pytest.mark.parametrize(
    ("period", "close"),
    [
        (timedelta(minutes=20), (2024, 3, 8, 15, 50)),
        (timedelta(minutes=30), (2024, 3, 8, 16, 0)),
        (timedelta(minutes=31), (2024, 3, 11, 9, 31)),
        (timedelta(hours=1), (2024, 3, 11, 10, 0)),
        (timedelta(seconds=45), (2024, 3, 8, 15, 30, 45)),
        (timedelta(days=1), (2024, 3, 11, 15, 30)),
        (timedelta(days=5), (2024, 3, 15, 15, 30)),
        # half a day is half a session: three hours and a quarter
        (timedelta(days=1, hours=12), (2024, 3, 12, 12, 15)),
    ],
)
def test_period_counts_trading_time_only(period: timedelta, close: tuple[int, ...]) -> None:
    """A span runs while the market is open: nights and weekends do not count."""
    assert close_of(Insight.price(SPY, period, UP)) == datetime(*close)


@pytest.mark.parametrize(
    ("resolution", "bars", "close"),
    [
        (Resolution.DAILY, 2, (2024, 3, 12, 15, 30)),
        (Resolution.HOUR, 1, (2024, 3, 11, 10, 0)),
        (Resolution.MINUTE, 30, (2024, 3, 8, 16, 0)),
        (Resolution.TICK, 5, (2024, 3, 8, 15, 30, 5)),
    ],
)
def test_bars_count_trading_time_only(resolution: Resolution, bars: int, close: tuple[int, ...]) -> None:
    """A number of bars ends when so many bars of the session have passed; ticks count as seconds."""
    assert close_of(Insight.price(SPY, resolution, bars, UP)) == datetime(*close)


def test_close_time_in_a_closed_market_moves_to_the_next_opening() -> None:
    """Neither a close time nor a function of the time ends an insight while nothing trades."""
    saturday = datetime(2024, 3, 9, 12)
    opening = datetime(2024, 3, 11, 9, 30)
    assert close_of(Insight.price(SPY, saturday, UP)) == opening
    assert close_of(Insight.price(SPY, lambda now: now + timedelta(hours=20), UP)) == opening


def test_insight_until_the_end_of_time_never_expires() -> None:
    """The last date LEAN knows stands for ever."""
    insight = Insight.price(SPY, END_OF_TIME, UP)
    close_of(insight)
    assert insight.is_active(datetime(2049, 1, 1))


def test_periods_that_make_no_sense_are_refused() -> None:
    """No bars, less than a second, and a close before the start are errors."""
    with pytest.raises(ArgumentOutOfRangeException, match="barCount"):
        Insight.price(SPY, Resolution.DAILY, 0, UP)
    with pytest.raises(ArgumentOutOfRangeException, match="1 second"):
        Insight.price(SPY, timedelta(milliseconds=1), UP)
    with pytest.raises(ArgumentOutOfRangeException, match="in the past"):
        close_of(Insight.price(SPY, datetime(2024, 3, 7, 12), UP))
    with pytest.raises(InvalidOperationException, match="GeneratedTimeUtc"):
        Insight.price(SPY, timedelta(1), UP).set_period_and_close_time(HOURS)


def test_expired_insight_ends_a_second_earlier_and_only_once() -> None:
    """Cancelling ends an insight just before now; one that has ended keeps its end."""
    insight = ended(60)
    now = FRIDAY + timedelta(minutes=10)
    insight.cancel(now)
    assert insight.close_time_utc == (now - timedelta(seconds=1)).replace(tzinfo=UTC)
    assert insight.is_expired(now)
    insight.expire(now + timedelta(minutes=5))
    assert insight.close_time_utc == (now - timedelta(seconds=1)).replace(tzinfo=UTC)


def test_group_marks_each_insight_once() -> None:
    """Insights of a group share an identifier; one of a group cannot join another."""
    pair = Insight.group(ended(1), ended(1, AAPL))
    assert pair[0].group_id == pair[1].group_id is not None
    with pytest.raises(InvalidOperationException, match="already been assigned"):
        Insight.group(pair)


def test_copy_of_an_insight_is_the_same_in_everything() -> None:
    """A clone keeps the identifier, the times and the numbers."""
    insight = Insight(SPY, timedelta(1), InsightType.PRICE, UP, 0.1, 0.5, "model", 0.3, "why")
    close_of(insight)
    twin = insight.clone()
    assert str(twin) == str(insight)
    assert twin.close_time_utc == insight.close_time_utc
    assert (twin.magnitude, twin.confidence, twin.weight, twin.tag) == (0.1, 0.5, 0.3, "why")


def test_collection_drops_what_has_ended_but_remembers_it() -> None:
    """Expired insights leave the open ones, not the list of all there were."""
    insights = InsightCollection()
    insights.add_range([ended(1), ended(5), ended(9, AAPL)])
    now = FRIDAY + timedelta(minutes=6)
    assert insights.get_next_expiry_time() == (FRIDAY + timedelta(minutes=1)).replace(tzinfo=UTC)
    assert len(insights.remove_expired_insights(now)) == 2
    assert insights.count == 1
    assert insights.total_count == 3
    assert not insights.contains_key(SPY)
    assert insights.has_active_insights(AAPL, now)
    assert len(insights.get_insights()) == 3
    assert insights.get_insights(lambda i: i.symbol == AAPL) == insights[AAPL]


def test_removed_insights_are_forgotten() -> None:
    """`remove_insights` takes them from the open ones and from those there ever were."""
    insights = InsightCollection()
    insights.add_range([ended(1), ended(9, AAPL)])
    insights.remove_insights(lambda insight: insight.symbol == SPY)
    assert [i.symbol for i in insights] == [i.symbol for i in insights.get_insights()] == [AAPL]


def test_manager_cancels_by_symbol_and_by_insight_and_has_scores_kept() -> None:
    """`cancel` takes either; the score function sees the manager at each step."""
    now = FRIDAY + timedelta(minutes=2)
    manager = InsightManager(SimpleNamespace(utc_stamp=to_stamp(now)))  # type: ignore[arg-type]
    spy, aapl = ended(9), ended(9, AAPL)
    manager.add_range([spy, aapl])
    manager.cancel([SPY])
    assert spy.is_expired(now)
    assert aapl.is_active(now)
    manager.cancel([aapl])
    assert aapl.is_expired(now)

    class Scorer:
        def score(self, insights: InsightManager, time: datetime) -> None:
            for insight in insights:
                insight.score.set_score(InsightScoreType.DIRECTION, 7, time)
                insight.score.finalize(time)

    manager.set_insight_score_function(Scorer())
    manager.step(now)
    assert spy.score.direction == 1
    assert spy.score.is_final_score
