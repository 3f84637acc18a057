"""`self.indicator_history(...)`: values over past data, by number of bars, by span, by range and of slices."""

from __future__ import annotations

import pytest

BANDS = "bands = BollingerBands('bands', 5, 2)\n"


@pytest.mark.parametrize(
    ("call", "count"),
    [
        ("(bands, self.spy, 10, Resolution.DAILY)", 10),
        ("(bands, 'SPY', 10, Resolution.DAILY)", 10),
        ("(bands, [self.spy], 10, resolution=Resolution.DAILY)", 10),
        ("(bands, self.spy, timedelta(10), Resolution.DAILY)", 6),
        ("(bands, self.spy, datetime(2013, 9, 27), datetime(2013, 10, 7), Resolution.DAILY)", 6),
        ("(bands, self.history(10, Resolution.DAILY))", 8),  # two symbols feed it
    ],
)
def test_every_form_but_slices_warms_the_indicator_up_before_its_first_point(
    ask, call: str, count: int
) -> None:  # type: ignore[no-untyped-def]
    """A range of time, or a number of bars, counts what the indicator has to tell; slices are taken as given."""
    made = ask(f"{BANDS}self.made = self.indicator_history{call}").algorithm.made
    assert made.count == len(list(made)) == len(made.current) == len(made["upper_band"]) == count


def test_points_answer_in_both_spellings_and_compare_as_the_value(ask) -> None:  # type: ignore[no-untyped-def]
    """A point has the indicator's value and those of its parts, oldest first."""
    made = ask(
        f"{BANDS}self.made = self.indicator_history(bands, self.spy, 3, Resolution.DAILY)"
    ).algorithm.made
    points = list(made)
    assert [point.end_time for point in points] == sorted(point.end_time for point in points)
    for point, current, upper in zip(points, made.current, made["UpperBand"]):
        assert point == point.current.value == current.value
        assert point["upper_band"] is point.upper_band is upper
        assert point.lower_band.value < point.middle_band.value < point.upper_band.value


def test_frame_has_a_column_for_each_member(ask) -> None:  # type: ignore[no-untyped-def]
    """Columns are named without underscores and sorted; what is no number shows as text."""
    made = ask(
        f"{BANDS}self.made = self.indicator_history(bands, self.spy, 3, Resolution.DAILY)"
    ).algorithm.made
    frame = made.data_frame
    assert list(frame.columns) == [
        "bandwidth",
        "current",
        "lowerband",
        "middleband",
        "movingaveragetype",
        "percentb",
        "price",
        "standarddeviation",
        "upperband",
    ]
    assert list(frame["current"]) == [point.value for point in made.current]
    assert set(frame["movingaveragetype"]) == {"Simple"}


def test_indicators_of_bars_and_fields_get_what_they_take(ask) -> None:  # type: ignore[no-untyped-def]
    """A range needs bars; `Field.VOLUME` needs trades; a function of the algorithm may pick anything."""
    algorithm = ask(
        "self.ranges = self.indicator_history(AverageTrueRange(3), self.spy, 4, Resolution.DAILY)\n"
        "self.volumes = self.indicator_history(Identity('v'), self.spy, 4, Resolution.DAILY, Field.VOLUME)\n"
        "self.spans = self.indicator_history(\n"
        "    Identity('span'), self.spy, 4, Resolution.DAILY, lambda bar: bar.high - bar.low)\n"
        "self.bars = self.history[TradeBar](self.spy, 4, Resolution.DAILY)"
    ).algorithm
    assert algorithm.ranges.count == 4
    assert [point.value for point in algorithm.volumes] == [bar.volume for bar in algorithm.bars]
    assert [point.value for point in algorithm.spans] == pytest.approx(
        [b.high - b.low for b in algorithm.bars]
    )
