"""`self.add_data(...)`: an algorithm's own data in slices, as prices, for indicators and in history."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from engine.common.errors import ArgumentException, DataFileError, EngineError, InvalidOperationException
from engine.data.custom.python_data import PythonData

ROWS = (
    "'date,degrees', '2014-01-05 22:00,1', '2014-01-06 08:00,2', '2014-01-07 09:00,3', '2014-01-08 23:00,4'"
)
SEEN = [("06 09:00", 2.0), ("07 10:00", 3.0), ("09 00:00", 4.0)]


@pytest.mark.parametrize(
    "add", ["self.add()", "self.add(Resolution.HOUR, TimeZones.NEW_YORK)", "self.add(Resolution.MINUTE)"]
)
def test_points_come_when_they_end_from_the_start_on(run, add: str) -> None:  # type: ignore[no-untyped-def]
    """What ended before the start is left out; what began before the end still comes."""
    assert run(f"{add}\nself.store('weather', {ROWS})").algorithm.seen == SEEN


def test_time_zone_says_what_the_times_of_a_file_mean(run) -> None:  # type: ignore[no-untyped-def]
    """Nine o'clock in UTC is four in New York."""
    seen = run(f"self.add(Resolution.HOUR, TimeZones.UTC)\nself.store('weather', {ROWS})").algorithm.seen
    assert seen == [("06 04:00", 2.0), ("07 05:00", 3.0), ("08 19:00", 4.0)]


def test_a_source_of_its_own_for_each_day_is_followed(run) -> None:  # type: ignore[no-untyped-def]
    """Rows that a file has beyond its day are left out where another file begins; a missing day is no error."""
    seen = run(
        "Weather.source = 'weather-%d'\n"
        "self.store('weather-06', '2014-01-06 08:00,2', '2014-01-06 12:00,3', '2014-01-08 01:00,99')\n"
        "self.store('weather-08', '2014-01-08 02:00,4')\n"
        "self.add()"
    ).algorithm.seen
    assert seen == [("06 09:00", 2.0), ("06 13:00", 3.0), ("08 03:00", 4.0)]


@pytest.mark.parametrize(("sort", "values"), [(False, [3.0]), (True, [2.0, 3.0])])
def test_rows_that_fall_back_in_time_are_left_out_unless_sorted(run, sort: bool, values: list[float]) -> None:  # type: ignore[no-untyped-def]
    """A source may say that its rows are out of order."""
    outcome = run(
        f"Weather.sort = {sort}\n"
        "self.store('weather', '2014-01-07 09:00,3', '2014-01-06 08:00,2')\n"
        "self.add()"
    )
    assert [value for _, value in outcome.algorithm.seen] == values


def test_files_are_read_plain_and_packed(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """A path names a text, the first entry of a zip file, or one entry of it."""
    text = "2014-01-06 08:00,2\r\n2014-01-07 09:00,3\r\n2014-01-08 23:00,4"
    (tmp_path / "plain.csv").write_text("\ufeff" + text, encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "packed.zip", "w") as archive:
        archive.writestr("a.csv", text)
        archive.writestr("b.csv", "2014-01-06 08:00,7")
    for name, seen in [("plain.csv", SEEN), ("packed.zip", SEEN), ("packed.zip#b.csv", [("06 09:00", 7.0)])]:
        path = str(tmp_path / name)
        lines = (
            f"Weather.source, Weather.medium = {path!r}, SubscriptionTransportMedium.LOCAL_FILE\nself.add()"
        )
        assert run(lines).algorithm.seen == seen


def test_packed_objects_are_read(run) -> None:  # type: ignore[no-untyped-def]
    """A key that ends in .zip is unpacked."""
    lines = (
        "Weather.source = 'weather.zip'\n"
        f"text = '\\n'.join([{ROWS}])\n"
        "self.object_store.save_bytes('weather.zip', Compression.zip_bytes(list(bytes(text, 'utf-8')), 'data'))\n"
        "self.add()"
    )
    assert run(lines).algorithm.seen == SEEN


@pytest.mark.parametrize(
    ("lines", "error", "text"),
    [
        ("Weather.source, Weather.medium = 'https://example.com/a.csv', SubscriptionTransportMedium.REMOTE_FILE",
         EngineError, "does not use the network"),
        ("Weather.format = FileFormat.INDEX", EngineError, "does not read the format Index"),
        ("Weather.source = 'weather.zip'\nself.store('weather.zip', 'no zip file')", DataFileError, "no zip file"),
        ("self.add_data(int, 'NYC')", ArgumentException, "derives from PythonData"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_one_clear_error(run, lines: str, error: type, text: str) -> None:  # type: ignore[no-untyped-def]
    """Neither the network nor an odd format is passed over in silence."""
    with pytest.raises(error, match=text):
        run(f"{lines}\nself.add()")


def test_a_line_that_the_reader_fails_at_is_told_and_passed_over(run) -> None:  # type: ignore[no-untyped-def]
    """An error of the reader does not end the run, as in LEAN."""
    outcome = run("self.store('weather', '2014-01-06', '2014-01-07 09:00,3')\nself.add()")
    assert outcome.algorithm.seen == [("07 10:00", 3.0)]
    log = next(outcome.output.glob("*-log.txt")).read_text(encoding="utf-8")
    assert "data reader. Line: 2014-01-06 Error:" in log


def test_a_point_is_the_security_s_price_and_has_its_own_fields(run) -> None:  # type: ignore[no-untyped-def]
    """`slice[symbol]`, `slice.get(type, symbol)` and the security agree."""
    algorithm = run(
        f"self.add()\nself.store('weather', {ROWS})\nself.found = []",
        "    def on_data(self, slice):\n"
        "        point = slice[self.symbol_]\n"
        "        same = slice.get(Weather, self.symbol_)\n"
        "        self.found.append((point is same, point.degrees, self.weather.price, slice.contains_key('NYC')))\n",
    ).algorithm
    assert algorithm.found == [(True, value, value, True) for value in (2.0, 3.0, 4.0)]


def test_missing_hours_are_filled_forward_on_request(run) -> None:  # type: ignore[no-untyped-def]
    """A filled point has the value of the last one and the time it stands for."""
    lines = "self.add(Resolution.HOUR, fill_forward=True)\nself.store('weather', '2014-01-06 08:00,2', '2014-01-06 11:00,3')"
    assert run(lines).algorithm.seen[:5] == [
        ("06 09:00", 2.0),
        ("06 10:00", 2.0),
        ("06 11:00", 2.0),
        ("06 12:00", 3.0),
        ("06 13:00", 3.0),
    ]


def test_several_collected_points_of_a_line_all_come(run) -> None:  # type: ignore[no-untyped-def]
    """An unfolding collection is as good as its members."""
    algorithm = run(
        "Weather.format = FileFormat.UNFOLDING_COLLECTION\n"
        "plain = Weather.reader\n"
        "def reader(self, config, line, date, is_live):\n"
        "    points = [plain(self, config, part, date, is_live) for part in line.split(';')]\n"
        "    return BaseDataCollection(points[-1].end_time, config.symbol, points)\n"
        "Weather.reader = reader\n"
        "self.store('weather', '2014-01-06 08:00,2;2014-01-06 08:00,5;2014-01-06 09:00,3')\n"
        "self.add()\nself.all = []",
        "    def on_data(self, slice):\n        self.all += [point.value for point in slice.all_data]\n",
    ).algorithm
    assert algorithm.all == [2.0, 5.0, 3.0]


def test_indicators_and_history_take_custom_data(run) -> None:  # type: ignore[no-untyped-def]
    """An indicator hears every point; history has the past of it, as objects and as a frame."""
    algorithm = run(
        f"self.store('weather', {ROWS})\nself.add()\nself.mean = self.sma('NYC', 3)",
        "    def on_end_of_algorithm(self):\n"
        "        self.objects = self.history[Weather](self.symbol_, timedelta(4))\n"
        "        self.frame = self.history(Weather, self.symbol_, self.start_date, self.end_date, Resolution.HOUR)\n"
        "        self.bars = self.history(Weather, 'NYC', 24)\n",
    ).algorithm
    assert algorithm.mean.current.value == 3.0
    assert [point.value for point in algorithm.objects] == [1.0, 2.0, 3.0, 4.0]
    assert list(algorithm.frame["degrees"]) == [2.0, 3.0]
    assert algorithm.frame.index[0][0] == algorithm.symbol_
    assert list(algorithm.bars["value"]) == [4.0]


def test_own_data_class_need_not_call_its_base() -> None:
    """Python algorithms of LEAN's define `__init__` for fields of their own; the point works all the same."""

    class Gainer(PythonData):
        def __init__(self) -> None:
            self.count = 3

    point = Gainer()
    point["Rank"] = 1
    point.end_time = datetime(2014, 1, 6)
    assert (point.count, point.rank, point.time, point.clone()["rank"]) == (3, 1, datetime(2014, 1, 6), 1)


def test_linked_data_is_about_a_security_that_was_added_before(run) -> None:  # type: ignore[no-untyped-def]
    """LEAN's own linked data takes the ticker's security as underlying, its unlinked data none; both come daily."""
    algorithm = run(
        "self.add()\n"
        "spy = self.add_equity('SPY').symbol\n"
        "linked, unlinked = (self.add_data(kind, 'SPY').symbol for kind in (LinkedData, UnlinkedData))\n"
        "self.found = linked.underlying == spy, unlinked.underlying"
    ).algorithm
    assert algorithm.found == (True, None)
    with pytest.raises(InvalidOperationException, match="requires mapping"):
        run("self.add_data(LinkedData, 'IBM')")


def test_history_of_a_universe_of_own_data_is_its_points(run) -> None:  # type: ignore[no-untyped-def]
    """As a frame with the data's own columns and nothing else, or as the points; what is missing is not filled."""
    rows = "'2014-01-01 22:00,1', '2014-01-03 08:00,2', '2014-01-04 09:00,3'"
    algorithm = run(
        f"self.add()\nself.store('weather', {rows})\n"
        "universe = self.add_universe(Weather, 'mine', Resolution.DAILY, lambda points: [])\n"
        "self.frame = self.history(universe, timedelta(days=4))\n"
        "self.points = self.history[Weather](universe, timedelta(days=4))"
    ).algorithm
    assert list(algorithm.frame.columns) == ["degrees", "value"]
    assert list(algorithm.frame["degrees"]) == [2.0, 3.0]
    assert [point.value for point in algorithm.points] == [2.0, 3.0]
