"""What all indicators share: updates, events, windows, comparison, composition, and an algorithm's own kinds."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from engine.common.enums import SecurityType
from engine.common.errors import (
    ArgumentException,
    ArgumentOutOfRangeException,
    InvalidOperationException,
    NotImplementedException,
    NotSupportedException,
)
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data.market.quote_bar import QuoteBar
from engine.indicators.breadth import AdvanceDeclineRatio, ArmsIndex
from engine.indicators.composite_indicator import (
    CompositeIndicator,
    ConstantIndicator,
    Delay,
    FilteredIdentity,
    FunctionalIndicator,
    Identity,
)
from engine.indicators.indicator_data_point import IndicatorDataPoint
from engine.indicators.indicator_extensions import IndicatorExtensions
from engine.indicators.moving_averages import ExponentialMovingAverage, SimpleMovingAverage
from engine.indicators.python_indicator import PythonIndicator, as_indicator
from engine.indicators.rolling_window import RollingWindow
from engine.indicators.simple_indicators import Maximum
from engine.indicators.volatility import AverageTrueRange
from engine.indicators.volume_indicators import MoneyFlowIndex

START = datetime(2015, 6, 1, 9, 30)
MINUTE = timedelta(minutes=1)


def _feed(indicator, *values: float, first: int = 0) -> None:
    for minute, value in enumerate(values, start=first):
        indicator.update(START + minute * MINUTE, value)


# -- updates ------------------------------------------------------------------------------------------


def test_sums_are_exact() -> None:
    """Equal prices have exactly that price as their average, whatever a double would make of it."""
    average = SimpleMovingAverage(3)
    _feed(average, 0.1, 0.1, 0.1)
    assert average.value_decimal == Decimal("0.1")
    assert average.current.value == 0.1


def test_an_indicator_of_values_takes_bars_points_and_numbers(bars) -> None:
    """Bars count with their value at their end."""
    by_bar, by_number, by_point = (SimpleMovingAverage(3) for _ in range(3))
    for bar in bars[:5]:
        by_bar.update(bar)
        by_number.update(bar.end_time, bar.close)
        by_point.update(IndicatorDataPoint(bar.end_time, bar.close))
    assert by_bar.current.value == by_number.current.value == by_point.current.value
    assert by_bar.current.end_time == bars[4].end_time


def test_the_same_datum_counts_once(bars) -> None:
    """A bar that comes twice does not move an indicator of bars twice; one of values makes a new point of it."""
    of_bars, of_values = AverageTrueRange(3), SimpleMovingAverage(3)
    for indicator in (of_bars, of_values):
        indicator.update(bars[0])
        indicator.update(bars[0])
    assert (of_bars.samples, of_values.samples) == (1, 2)


def test_an_indicator_of_bars_refuses_numbers(bars) -> None:
    """LEAN names the updates that would do."""
    with pytest.raises(
        NotSupportedException, match=r"AverageTrueRange does not support .* Update\(TradeBar\)"
    ):
        AverageTrueRange(3).update(START, 1.0)


def test_an_indicator_of_trades_refuses_quotes() -> None:
    """The types are in the message."""
    with pytest.raises(ArgumentException, match="expected to be of type TradeBar but is of type QuoteBar"):
        MoneyFlowIndex(3).update(QuoteBar(START, None))


def test_listeners_hear_of_each_value() -> None:
    """With the indicator and the point; after -= no more."""
    average, heard = SimpleMovingAverage(2), []

    def listen(sender, point) -> None:
        heard.append((sender, point.value))

    average.updated += listen
    _feed(average, 1, 3)
    average.updated -= listen
    _feed(average, 9, first=2)
    assert heard == [(average, 1.0), (average, 2.0)]


def test_indicators_compare_with_numbers_and_each_other() -> None:
    """By value; equal only to themselves."""
    low, high = Identity("low"), Identity("high")
    _feed(low, 1)
    _feed(high, 2)
    assert low < high
    assert high >= 2
    assert low == 1
    assert low != high
    assert low <= 1.5 < high
    assert float(high) == 2.0


@pytest.mark.parametrize(
    ("value", "text"), [(1, "1.0"), (1.23456789, "1.23457"), (0.1, "0.1"), (-2.5, "-2.5")]
)
def test_the_text_of_an_indicator_has_five_places(value: float, text: str) -> None:
    """As LEAN writes it in charts and logs."""
    indicator = Identity("x")
    _feed(indicator, value)
    assert str(indicator) == text


@pytest.mark.parametrize(
    ("indicator", "name"),
    [
        (SimpleMovingAverage(5), "SMA(5)"),
        (SimpleMovingAverage("mine", 5), "mine"),
        (SimpleMovingAverage(period=5, name="named"), "named"),
        (ExponentialMovingAverage(5, 0.5), "EMA(5)"),
    ],
)
def test_the_name_may_be_left_out(indicator, name: str) -> None:
    """LEAN's constructors come with and without it."""
    assert indicator.name == name


# -- windows --------------------------------------------------------------------------------------


def test_a_window_keeps_its_newest_items() -> None:
    """Newest first; what fell out last is remembered."""
    window = RollingWindow[int](3)
    for number in range(5):
        window.add(number)
    assert (list(window), window[0], window[2], window[-1]) == ([4, 3, 2], 4, 2, 2)
    assert (window.count, window.size, window.samples, window.is_ready) == (3, 3, 5, True)
    assert window.most_recently_removed == 1


def test_a_window_that_is_not_full_knows_it() -> None:
    """Reading beyond what is there gives None; nothing has fallen out."""
    window = RollingWindow[int](3)
    window.add(1)
    assert (window.is_ready, window[2]) == (False, None)
    with pytest.raises(InvalidOperationException, match="No items have been removed yet"):
        _ = window.most_recently_removed


def test_reading_or_writing_beyond_a_window_makes_it_larger() -> None:
    """As in LEAN; a negative index beyond the end is an error."""
    window = RollingWindow[int](2)
    window.add(1)
    assert (window[4], window.size) == (None, 5)
    window[6] = 9
    assert (window.size, window[6]) == (7, 9)
    with pytest.raises(ArgumentOutOfRangeException):
        _ = window[-8]


def test_a_smaller_window_drops_its_oldest() -> None:
    """And reset forgets all."""
    window = RollingWindow[int](3)
    for number in range(3):
        window.add(number)
    window.size = 2
    assert list(window) == [2, 1]
    window.reset()
    assert (list(window), window.samples, window.size) == ([], 0, 2)


def test_an_indicator_s_window_grows_when_it_is_asked_for_more() -> None:
    """`indicator[3]` is kept from then on."""
    identity = Identity("x")
    _feed(identity, 1, 2)
    assert identity[3] is None
    _feed(identity, 3, 4, 5, first=2)
    assert [point.value for point in list(identity.window)[:4]] == [5, 4, 3, 2]
    assert identity.previous.value == 4


# -- composition ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("combine", "result"),
    [
        (IndicatorExtensions.plus, 8),
        (IndicatorExtensions.minus, 4),
        (IndicatorExtensions.times, 12),
        (IndicatorExtensions.over, 3),
    ],
)
def test_indicators_combine_once_both_have_news(combine, result: float) -> None:
    """Six and two; the left one alone does not move the composite."""
    left, right = Identity("left"), Identity("right")
    both = combine(left, right)
    _feed(left, 6)
    assert both.samples == 0
    _feed(right, 2)
    assert (both.current.value, both.is_ready, both.samples) == (result, True, 1)


def test_a_number_combines_with_every_value() -> None:
    """A constant always has news."""
    price = Identity("price")
    half = IndicatorExtensions.over(price, 2)
    _feed(price, 3, 5)
    assert (half.current.value, half.samples) == (2.5, 2)


def test_dividing_by_zero_leaves_the_value_as_it_was() -> None:
    """LEAN calls it a math error and publishes nothing."""
    left, right = Identity("left"), Identity("right")
    ratio = IndicatorExtensions.over(left, right)
    for indicator, value in ((left, 6), (right, 2)):
        _feed(indicator, value)
    for indicator, value in ((left, 6), (right, 0)):
        _feed(indicator, value, first=1)
    assert ratio.current.value == 3


def test_resetting_a_composite_resets_its_parts() -> None:
    """Both sides start anew."""
    left, right = Identity("left"), Identity("right")
    both = CompositeIndicator("both", left, right, lambda a, b: a.current.value + b.current.value)
    _feed(left, 1)
    _feed(right, 2)
    assert (both.name, both.current.value) == ("both", 3)
    both.reset()
    assert (left.samples, right.samples, both.samples) == (0, 0, 0)


def test_an_indicator_of_an_indicator_waits_until_that_is_ready() -> None:
    """Unless it is told not to."""
    patient = IndicatorExtensions.of(Identity("patient"), first := SimpleMovingAverage(3))
    eager = IndicatorExtensions.of(Identity("eager"), first, False)
    _feed(first, 3, 6, 9)
    assert (patient.samples, eager.samples, patient.current.value) == (1, 3, 6)


@pytest.mark.parametrize(
    ("make", "name", "value"),
    [
        (IndicatorExtensions.sma, "SMA2_Of_price", 4),
        (IndicatorExtensions.max, "MAX2_Of_price", 5),
        (IndicatorExtensions.min, "MIN2_Of_price", 3),
        (IndicatorExtensions.ema, "EMA2_Of_price", 11 / 3 + 1 / 3),
    ],
)
def test_shortcuts_name_what_they_are_made_of(make, name: str, value: float) -> None:
    """LEAN's names appear in charts."""
    price = Identity("price")
    derived = make(price, 2)
    _feed(price, 3, 5)
    assert (derived.name, derived.current.value) == (name, pytest.approx(value))


def test_a_weighted_average_weighs_by_another_indicator() -> None:
    """Volume-weighted price of two bars."""
    price, volume = Identity("price"), Identity("volume")
    average = IndicatorExtensions.weighted_by(price, volume, 2)
    for minute, (value, weight) in enumerate([(1, 9), (10, 1), (20, 3)]):
        _feed(price, value, first=minute)
        _feed(volume, weight, first=minute)
    assert average.current.value == pytest.approx((10 * 1 + 20 * 3) / 4)


def test_other_building_blocks() -> None:
    """Constants, functions, filters and delays."""
    constant = ConstantIndicator("c", 7)
    doubled = FunctionalIndicator("f", lambda point: point.value * 2, lambda indicator: True)
    filtered = FilteredIdentity("i", lambda point: point.value > 1)
    delayed = Delay(2)
    for minute, value in enumerate((1, 5, 0, 9)):
        point = IndicatorDataPoint(START + minute * MINUTE, value)
        for indicator in (doubled, filtered, delayed):
            indicator.update(point)
        if value == 0:
            assert filtered.current.value == 5
    assert (constant.current.value, constant.is_ready) == (7, True)
    assert (doubled.current.value, delayed.current.value) == (18, 5)


# -- an algorithm's own ----------------------------------------------------------------------------


class Doubled(PythonIndicator):
    """Twice the value; ready after two."""

    def __init__(self) -> None:
        self.name, self.value, self.seen = "doubled", 0, 0

    @property
    def is_ready(self) -> bool:
        return self.seen > 1

    def update(self, input) -> bool:
        self.seen += 1
        self.value = 2 * input.value
        return self.is_ready


class Bare:
    """An indicator that derives from nothing, in .NET's spelling."""

    Name, Value, IsReady, WarmUpPeriod = "bare", 0, False, 4

    def Update(self, input) -> bool:
        self.Value += input.value
        self.IsReady = True
        return True


def test_a_python_indicator_is_fed_by_the_engine(bars) -> None:
    """Its current value, samples and event follow what its update says."""
    indicator, heard = Doubled(), []
    indicator.updated += lambda sender, point: heard.append(point.value)
    states = [as_indicator(indicator).feed(bar) for bar in bars[:2]]
    assert (states, indicator.samples, indicator.name) == ([False, True], 2, "doubled")
    assert heard == [2 * bar.close for bar in bars[:2]]
    assert indicator.current.value == 2 * bars[1].close


def test_updating_a_python_indicator_by_hand_runs_only_its_own_code(bars) -> None:
    """`update` is the algorithm's method: nobody else hears of it."""
    indicator = Doubled()
    indicator.update(bars[0])
    assert (indicator.value, indicator.samples) == (2 * bars[0].close, 0)


def test_an_indicator_of_no_base_class_is_wrapped_once(bars) -> None:
    """Members are found in either spelling."""
    bare = Bare()
    wrapper = as_indicator(bare)
    wrapper.feed(bars[0])
    assert as_indicator(bare) is wrapper
    assert (wrapper.name, wrapper.warm_up_period, wrapper.current.value) == ("bare", 4, bars[0].close)
    assert wrapper.is_ready


def test_an_indicator_without_its_members_is_refused() -> None:
    """The missing one is named, and what to derive from."""

    class Empty:
        pass

    with pytest.raises(
        NotImplementedException, match=r"Indicator.is_ready must be implemented.*PythonIndicator"
    ):
        as_indicator(Empty())


# -- several symbols --------------------------------------------------------------------------------


def test_breadth_compares_rising_with_falling_stocks(bars) -> None:
    """Two rise and one falls; volumes count for the Arms index."""
    ratio, arms = AdvanceDeclineRatio(), ArmsIndex()
    stocks = [Symbol.create(name, SecurityType.EQUITY, Market.USA) for name in ("A", "B", "C")]
    for indicator in (ratio, arms):
        for stock in stocks:
            indicator.add(stock)
    for minute, closes in enumerate([(10, 10, 10), (11, 12, 9)]):
        for stock, close, volume in zip(stocks, closes, (100, 300, 100)):
            bar = bars[minute].clone()
            bar.symbol, bar.close, bar.volume = stock, close, volume
            for indicator in (ratio, arms):
                indicator.update(bar)
    assert ratio.current.value == 2
    assert arms.current.value == (2 / 1) / (400 / 100)


def test_the_largest_value_is_kept_while_it_is_in_the_window() -> None:
    """And forgotten when it has left."""
    largest = Maximum(3)
    seen = []
    for minute, value in enumerate((5, 1, 2, 3, 1)):
        largest.update(START + minute * MINUTE, value)
        seen.append(largest.current.value)
    assert seen == [5, 5, 5, 3, 3]
