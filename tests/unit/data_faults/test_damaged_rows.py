"""Every kind of bar file with every kind of damage, through a whole backtest on a damaged copy of a folder.

The outcome is LEAN's (the row is skipped and the newest one before it filled forward, a side that is not quoted
keeps its price) or one line that names file and row, and exit code 2. It is never a price nobody wrote.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.data_faults.conftest import Case, Sandbox

FRIDAY, MONDAY = "2015-03-06", "2015-03-09"
ES = "future/cme/minute/es/20150306"
GENERATED = {
    "equity trades": Case("equity", "equity/usa/minute/spy/20150306_trade.zip", FRIDAY, FRIDAY),
    "equity quotes": Case("equity", "equity/usa/minute/spy/20150306_quote.zip", FRIDAY, FRIDAY),
    "index": Case("index", "index/usa/minute/spx/20150306_trade.zip", FRIDAY, FRIDAY),
    "option quotes": Case(
        "option", "indexoption/usa/minute/spxw/20150306_quote_european.zip", FRIDAY, FRIDAY
    ),
    "future trades": Case("future", f"{ES}_trade.zip", FRIDAY, FRIDAY),
    "future quotes": Case("future", f"{ES}_quote.zip", FRIDAY, FRIDAY),
    "future option quotes": Case(
        "future_option", "futureoption/cme/minute/es/201503/20150306_quote_american.zip", FRIDAY, FRIDAY
    ),
    "daily equity": Case("equity", "equity/usa/daily/spy.zip", "2015-03-05", MONDAY, "daily"),
    "hourly index": Case("index", "index/usa/hour/spx.zip", "2015-03-05", FRIDAY, "hour"),
    "daily option": Case(
        "option", "indexoption/usa/daily/spxw_2015_quote_european.zip", "2015-03-05", MONDAY, "daily"
    ),
}
GOOG = "option/usa/minute/goog/20151224"
CALL = "call_7500000_20151231"
LEANS_OWN = {
    "equity trades": Case("equity", "equity/usa/minute/spy/20131007_trade.zip", "2013-10-07", "2013-10-07"),
    "equity quotes": Case("equity", "equity/usa/minute/spy/20131007_quote.zip", "2013-10-07", "2013-10-07"),
    "option trades": Case("option", f"{GOOG}_trade_american.zip", "2015-12-24", "2015-12-24", entry=CALL),
    "option quotes": Case("option", f"{GOOG}_quote_american.zip", "2015-12-24", "2015-12-24", entry=CALL),
    "index": Case("index", "index/usa/minute/spx/20210104_trade.zip", "2021-01-04", "2021-01-04"),
    "future trades": Case(
        "future", "future/cme/minute/es/20131007_trade.zip", "2013-10-07", "2013-10-07", entry="201312"
    ),
    "future quotes": Case(
        "future", "future/cme/minute/es/20131007_quote.zip", "2013-10-07", "2013-10-07", entry="201312"
    ),
    "daily equity": Case("equity", "equity/usa/daily/spy.zip", "2013-10-07", "2013-10-09", "daily"),
}

Rows = list[str]
Change = Callable[[Rows, int], Rows]


def _cell(column: int, value: str | Callable[[str], str]) -> Change:
    def change(rows: Rows, row: int) -> Rows:
        cells = rows[row].split(",")
        cells[column] = value if isinstance(value, str) else value(cells[column])
        return [*rows[:row], ",".join(cells), *rows[row + 1 :]]

    return change


def _row(make: Callable[[str], str]) -> Change:
    return lambda rows, row: [*rows[:row], make(rows[row]), *rows[row + 1 :]]


REFUSED: dict[str, tuple[Change, str]] = {
    "a column too few": (_row(lambda line: line.rpartition(",")[0]), "expected {n} columns, found {less}"),
    "a column too many": (_row(lambda line: line + ",7"), "expected {n} columns, found {more}"),
    "a row of nothing": (_row(lambda line: ""), ""),
    "a word for a price": (_cell(1, "x"), "b'x' is not a number"),
    "not a number": (_cell(1, "NaN"), "b'NaN' is not a number"),
    "infinite": (_cell(4, "Infinity"), "b'Infinity' is not a number"),
    "a power of ten": (_cell(1, "1e3"), "b'1e3' is not a number"),
    "two points": (_cell(1, "1.2.3"), "b'1.2.3' is not a number"),
    "a price that is missing": (_cell(1, ""), "a price is missing"),
    "a close that is missing": (_cell(4, ""), "a price is missing"),
    "a time that is missing": (_cell(0, ""), ""),
    "a word for a time": (_cell(0, "x"), ""),
    "a negative time": (_cell(0, lambda cell: "-" + cell), ""),
    "a negative size": (_cell(5, "-1"), "a negative number where none can be"),
    "a row cut off": (_row(lambda line: line[: len(line) // 3]), ""),
    "a header": (lambda rows, row: [*rows[:row], "time" + ",x" * rows[0].count(","), *rows[row:]], ""),
}
REFUSED_CALENDAR: dict[str, Change] = {
    "a thirteenth month": _cell(0, lambda cell: cell[:4] + "13" + cell[6:]),
    "a thirtieth of February": _cell(0, lambda cell: cell[:4] + "0230" + cell[8:]),
    "a date too short": _cell(0, lambda cell: cell[:7] + cell[8:]),
    "an hour too many": _cell(0, lambda cell: cell[:9] + "24:00"),
    "milliseconds": _cell(0, "34200000"),
}


def _is_calendar(case: Case) -> bool:
    return case.resolution != "minute"


def _place(rows: Rows, case: Case) -> int:
    """Return a row inside market hours of the first day of the run (hour and daily: of its second)."""
    if _is_calendar(case):
        day = "20131008" if case.first.startswith("2013") else "20150306"
        return next(row for row, line in enumerate(rows) if line.startswith(day))
    clock = 15 if "future" in case.kind else 10  # UTC or exchange time
    return next(row for row, line in enumerate(rows) if int(line.split(",")[0]) >= clock * 3_600_000)


def _damage(sandbox: Sandbox, case: Case, change: Change) -> int:
    """Damage the file of the case; return the number of the damaged row."""
    places: list[int] = []

    def at_place(rows: Rows) -> Rows:
        places.append(_place(rows, case))
        return change(rows, places[-1])

    sandbox.rewrite_entries(case.path, at_place, case.entry)
    assert len(places) == 1
    return places[0] + 1


def _assert_refused(sandbox: Sandbox, case: Case, change: Change, problem: str, capsys: Any) -> None:
    row = _damage(sandbox, case, change)
    capsys.readouterr()
    assert sandbox.command(case) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"options-machines backtest: {sandbox.folder / case.path}#")
    assert error.count("\n") == 1
    columns = 11 if "quote" in case.path else 6
    assert f", row {row}: {problem.format(n=columns, less=columns - 1, more=columns + 1)}" in error


@pytest.mark.parametrize("fault", REFUSED)
@pytest.mark.parametrize("name", GENERATED)
def test_a_row_that_cannot_be_read_ends_the_run_with_its_name(sandbox, capsys, name: str, fault: str) -> None:
    """Exit code 2 and one line with file, entry, row and what was wrong, for each fault in each kind of file."""
    _assert_refused(sandbox, GENERATED[name], *REFUSED[fault], capsys)


@pytest.mark.parametrize(
    "fault", ["a column too few", "a word for a price", "a negative size", "a row cut off"]
)
@pytest.mark.parametrize("name", LEANS_OWN)
def test_a_bad_row_in_leans_own_data_ends_the_run_too(lean_sandbox, capsys, name: str, fault: str) -> None:
    """The same on LEAN's sample data, which has trades of options."""
    case = LEANS_OWN[name]
    parameters = {"from_lean": "yes"}
    row = _damage(lean_sandbox, case, REFUSED[fault][0])
    capsys.readouterr()
    assert lean_sandbox.command(case, **parameters) == 2
    error = capsys.readouterr().err
    assert (str(lean_sandbox.folder / case.path) in error, f", row {row}: " in error) == (True, True)


@pytest.mark.parametrize("fault", REFUSED_CALENDAR)
@pytest.mark.parametrize("name", [name for name, case in GENERATED.items() if _is_calendar(case)])
def test_a_time_that_is_none_ends_the_run(sandbox, capsys, name: str, fault: str) -> None:
    """Hour and daily files: a date that is not in the calendar would be read as another one."""
    problem = "does not start with a time like 20131007 00:00"
    _assert_refused(sandbox, GENERATED[name], REFUSED_CALENDAR[fault], problem, capsys)


@pytest.mark.parametrize("name", [name for name in GENERATED if not name.startswith("future ")])
def test_a_negative_price_ends_the_run(sandbox, capsys, name: str) -> None:
    """No equity, index or option is worth less than nothing."""
    case = GENERATED[name]
    _assert_refused(sandbox, case, _cell(4, lambda cell: "-" + cell), "a negative number where", capsys)


def test_a_negative_price_of_an_option_on_a_future_ends_the_run(sandbox, capsys) -> None:
    """An option on a future has no negative price either."""
    case = GENERATED["future option quotes"]
    _assert_refused(sandbox, case, _cell(4, lambda cell: "-" + cell), "a negative number where", capsys)


def test_a_future_may_have_a_negative_price(sandbox) -> None:
    """As in LEAN: oil was sold at less than nothing on 2020-04-20."""
    case = GENERATED["future trades"]
    negative = _row(lambda line: line.split(",")[0] + ",-37.5,-37,-38,-37.25,9")
    row = _damage(sandbox, case, negative)
    seen = sandbox.run(case).seen
    assert [record["trade"] for record in seen if record["trade"][3] < 0] == [(-37.5, -37, -38, -37.25, 9)]
    assert row > 900


# -- what LEAN reads on with -----------------------------------------------------------------------


def _records(sandbox: Sandbox, case: Case, **parameters: str) -> list[dict[str, Any]]:
    return sandbox.run(case, **parameters).seen


_WHOLE: dict[tuple[str, Case], list[dict[str, Any]]] = {}


def _whole(sandbox: Sandbox, case: Case, **parameters: str) -> list[dict[str, Any]]:
    # What a run on the undamaged folder sees; the same for every fault.
    key = (str(sandbox.folder), case)
    if key not in _WHOLE:
        _WHOLE[key] = _records(sandbox, case, **parameters)
    return _WHOLE[key]


class Expected:
    """What a run on the whole folder sees, and which of it a fault changes."""

    def __init__(self, records: list[dict[str, Any]], case: Case) -> None:
        self.records = records
        self.side = "quote" if "quote" in case.path else "trade"
        self.at: int = -1
        """Position of the damaged row's record."""
        self.until: int = -1
        """Position of the record of the next row."""

    def locate(self, rows: Rows, place: int, case: Case) -> None:
        """Find the damaged row among the records: the nth row of the day is the nth one that is not filled."""
        real = [
            n
            for n, record in enumerate(self.records)
            if record[self.side] and not record[f"{self.side}_filled"]
        ]
        values = [_numbers(line, self.side) for line in rows[place : place + 2]]
        scale = 1 if "future" in case.kind or case.kind == "index" else 10_000
        wanted = [tuple(value / scale for value in numbers) for numbers in values]
        shown = [self._shown(n) for n in real]
        start = next(n for n in range(len(shown) - 1) if [shown[n], shown[n + 1]] == [wanted[0], wanted[1]])
        self.at, self.until = real[start], real[start + 1]

    def _shown(self, position: int) -> tuple[float, ...]:
        values = self.records[position][self.side]
        return values if self.side == "quote" else values[:4]

    def as_before(self) -> list[dict[str, Any]]:
        """Return the records with the newest row before the damaged one filled forward."""
        before = self.records[self.at - 1][self.side]
        filled = before if self.side == "quote" else (*before[:4], 0)  # nobody traded
        changed = {self.side: filled, f"{self.side}_filled": True}
        return [
            record | changed if self.at <= n < self.until else record for n, record in enumerate(self.records)
        ]


def _numbers(line: str, side: str) -> tuple[float, ...]:
    cells = line.split(",")
    return (float(cells[4]), float(cells[9])) if side == "quote" else tuple(map(float, cells[1:5]))


def _without_price(records: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in record.items() if name != "price"} for record in records]


SKIPPED: dict[str, Change] = {
    "out of order": lambda rows, row: [*rows[:row], rows[row + 1], rows[row], *rows[row + 2 :]],
    "missing": lambda rows, row: [*rows[:row], *rows[row + 1 :]],
}
SAME: dict[str, tuple[Change, str]] = {
    "twice": (lambda rows, row: [*rows[: row + 1], *rows[row:]], "\n"),
    "twice with other prices": (
        lambda rows, row: [*rows[: row + 1], _later(rows, row), *rows[row + 1 :]],
        "\n",
    ),
    "an old row": (lambda rows, row: [*rows[: row + 1], *rows[row - 1 :]], "\n"),
    "Windows line ends": (lambda rows, row: rows, "\r\n"),
    "byte order mark": (lambda rows, row: ["\ufeff" + rows[0], *rows[1:]], "\n"),
    "both": (lambda rows, row: ["\ufeff" + rows[0], *rows[1:]], "\r\n"),
    "blanks": (_row(lambda line: line.replace(",", ", ")), "\n"),
}


def _later(rows: Rows, row: int) -> str:
    return rows[row].split(",")[0] + "," + rows[row - 2].split(",", 1)[1]


def _expected(sandbox: Sandbox, case: Case, **parameters: str) -> Expected:
    expected = Expected(_whole(sandbox, case, **parameters), case)

    def look(rows: Rows) -> Rows:
        expected.locate(rows, _place(rows, case), case)
        return rows

    sandbox.rewrite_entries(case.path, look, case.entry)
    return expected


CASES = [("sandbox", name) for name in GENERATED] + [("lean_sandbox", name) for name in LEANS_OWN]


def _given(request: Any, fixture: str, name: str) -> tuple[Sandbox, Case, dict[str, str]]:
    if fixture == "sandbox":
        return request.getfixturevalue(fixture), GENERATED[name], {}
    return request.getfixturevalue(fixture), LEANS_OWN[name], {"from_lean": "yes"}


@pytest.mark.parametrize("fault", SKIPPED)
@pytest.mark.parametrize(("fixture", "name"), CASES)
def test_a_row_that_is_not_there_is_filled_forward(request, fixture: str, name: str, fault: str) -> None:
    """A row behind a later one counts as missing: the newest one before is filled forward, as in LEAN."""
    sandbox, case, parameters = _given(request, fixture, name)
    expected = _expected(sandbox, case, **parameters)
    _damage(sandbox, case, SKIPPED[fault])
    seen = _records(sandbox, case, **parameters)
    assert _without_price(seen) == _without_price(expected.as_before())
    assert all(record["price"] > 0 for record in seen[1:])


@pytest.mark.parametrize("fault", SAME)
@pytest.mark.parametrize(("fixture", "name"), CASES)
def test_what_makes_no_difference_makes_none(request, fixture: str, name: str, fault: str) -> None:
    """The first of two rows of a time counts, as in LEAN; line ends, marks and blanks do not."""
    sandbox, case, parameters = _given(request, fixture, name)
    before = _whole(sandbox, case, **parameters)
    change, newline = SAME[fault]
    sandbox.rewrite_entries(case.path, lambda rows: change(rows, _place(rows, case)), case.entry, newline)
    assert _records(sandbox, case, **parameters) == before


@pytest.mark.parametrize(("fixture", "name"), CASES)
def test_zeros_are_no_price(request, fixture: str, name: str) -> None:
    """A trade at 0 is in the slice but moves no price; a side of zeros is not quoted and keeps the one before."""
    sandbox, case, parameters = _given(request, fixture, name)
    expected = _expected(sandbox, case, **parameters)
    _damage(sandbox, case, _row(lambda line: line.split(",")[0] + ",0" * line.count(",")))
    seen = _records(sandbox, case, **parameters)
    at, before = seen[expected.at], seen[expected.at - 1]
    if expected.side == "trade":
        assert at["trade"] == (0, 0, 0, 0, 0)
        assert at["price"] in (before["price"], expected.records[expected.at]["price"])
    else:
        assert at["quote"] == before["quote"]
    assert not at[f"{expected.side}_filled"]
    assert at["price"] > 0
    assert seen[expected.until :] == expected.records[expected.until :]


@pytest.mark.parametrize(
    ("fixture", "name"), [pair for pair in CASES if "quote" in (GENERATED | LEANS_OWN)[pair[1]].path]
)
def test_a_crossed_quote_is_shown_as_it_is(request, fixture: str, name: str) -> None:
    """LEAN does not judge quotes; nor does the engine, strategies do."""
    sandbox, case, parameters = _given(request, fixture, name)
    expected = _expected(sandbox, case, **parameters)
    bid, ask = expected.records[expected.at]["quote"]

    def crossed(line: str) -> str:
        cells = line.split(",")
        return ",".join([cells[0], *cells[6:], *cells[1:6]])

    _damage(sandbox, case, _row(crossed))
    assert _records(sandbox, case, **parameters)[expected.at]["quote"] == (ask, bid)


def test_rows_of_another_day_are_left_out(sandbox) -> None:
    """A minute file may not speak of the day after its own, as in LEAN."""
    case = GENERATED["equity trades"]
    before = _records(sandbox, case)
    stray = [f"{86_400_000 * 3 + 4 * 3_600_000 + minute * 60_000},1,1,1,1,1" for minute in range(30)]
    sandbox.rewrite_entries(case.path, lambda rows: rows + stray)
    assert _records(sandbox, case) == before
