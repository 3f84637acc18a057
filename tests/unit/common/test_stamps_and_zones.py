"""Stamps, zones and the clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.common.errors import ArgumentException, UnsupportedMemberError
from engine.common.time import (
    DAY,
    TimeZone,
    date_to_stamp,
    parse_day,
    span_to_stamp,
    stamp_to_date,
    to_datetime,
    to_stamp,
)
from engine.common.time_keeper import TimeKeeper
from engine.common.time_zones import TimeZones

NAMES = [
    "America/New_York",
    "America/Chicago",
    "Europe/Berlin",
    "Asia/Hong_Kong",
    "Australia/Sydney",
    "Asia/Tokyo",
    "UTC",
]
SECONDS = st.integers(min_value=0, max_value=int(datetime(2069, 1, 1, tzinfo=UTC).timestamp()))


@given(st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)))
def test_stamp_of_a_datetime_comes_back(moment: datetime):
    """Nothing is lost between a datetime and its stamp."""
    assert to_datetime(to_stamp(moment)) == moment


def test_stamp_helpers_agree_with_datetimes():
    """Dates, spans and LEAN's eight characters become the stamps of their datetimes."""
    day = date(2021, 3, 14)
    assert date_to_stamp(day) == to_stamp(datetime(2021, 3, 14))
    assert stamp_to_date(date_to_stamp(day) + DAY - 1) == day
    assert span_to_stamp(timedelta(days=1)) == DAY
    assert parse_day("20210314") == datetime(2021, 3, 14)
    with pytest.raises(ValueError, match="is not a date"):
        parse_day("2021-3-14")


@given(SECONDS, st.sampled_from(NAMES))
def test_zone_local_time_is_zoneinfos(second: int, name: str):
    """The table of offsets gives the local time that the tz database gives."""
    expected = datetime.fromtimestamp(second, UTC).astimezone(ZoneInfo(name)).replace(tzinfo=None)
    assert TimeZone.of(name).local_datetime(second * 1_000_000) == expected


@given(st.lists(SECONDS, min_size=1, max_size=20), st.sampled_from(NAMES))
def test_zone_arrays_agree_with_scalars(seconds: list[int], name: str):
    """An array of stamps is converted as its members are, in both directions."""
    zone = TimeZone.of(name)
    stamps = np.array(seconds, dtype=np.int64) * 1_000_000
    assert zone.to_local(stamps).tolist() == [zone.to_local(int(s)) for s in stamps]
    assert zone.to_utc(stamps).tolist() == [zone.to_utc(int(s)) for s in stamps]


@given(SECONDS, st.sampled_from(NAMES))
def test_zone_utc_of_a_local_time_shows_that_time_again(second: int, name: str):
    """Unless a clock change skipped it, a local time survives the way to UTC and back."""
    zone = TimeZone.of(name)
    local = zone.to_local(second * 1_000_000)
    assert zone.to_local(zone.to_utc(local)) == local


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        (datetime(2014, 3, 9, 2, 30), datetime(2014, 3, 9, 7, 0)),  # skipped: the moment of the change
        (datetime(2013, 11, 3, 1, 30), datetime(2013, 11, 3, 6, 30)),  # twice: the later one
        (datetime(2014, 3, 10, 2, 30), datetime(2014, 3, 10, 6, 30)),
    ],
)
def test_zone_unclear_local_times_resolve_as_in_lean(local: datetime, utc: datetime):
    """Skipped and repeated times of New York become what LEAN makes of them (record time_date_rules)."""
    assert to_datetime(TimeZones.NEW_YORK.utc_stamp(local)) == utc


def test_zones_named_by_lean_are_interned_and_unknown_ones_named():
    """TimeZones gives one object per zone; a name LEAN does not have is an error naming it."""
    assert TimeZones.CHICAGO is TimeZone.of("America/Chicago")
    assert str(TimeZones.CHICAGO) == "America/Chicago"
    assert TimeZones.EASTERN_STANDARD.to_local(5 * 3_600_000_000) == 0
    with pytest.raises(UnsupportedMemberError, match="MARS"):
        TimeZones.MARS  # noqa: B018
    for name in ("America/Nowhere", "../etc"):
        with pytest.raises(ArgumentException, match="was not found"):
            TimeZone.of(name)


def test_time_keeper_moves_every_zone_and_counts_steps():
    """Setting the clock moves each zone's datetime and makes the step grow."""
    keeper = TimeKeeper(to_stamp(datetime(2021, 1, 4, 14, 30)))
    new_york = keeper.local_time_keeper(TimeZones.NEW_YORK)
    assert new_york.local_time == datetime(2021, 1, 4, 9, 30)
    before = keeper.step
    keeper.set_utc(to_stamp(datetime(2021, 7, 4, 14, 30)))
    assert keeper.step == before + 1
    assert new_york.local_time == datetime(2021, 7, 4, 10, 30)
    assert keeper.get_time_in(TimeZones.UTC) == keeper.utc_time == datetime(2021, 7, 4, 14, 30)
