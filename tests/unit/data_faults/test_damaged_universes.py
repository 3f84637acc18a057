"""Damaged chain universe files, through whole backtests: no chain, or one line that names file and row."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.data_faults.conftest import Case

THURSDAY, FRIDAY, MONDAY = "2015-03-05", "2015-03-06", "2015-03-09"
OPTIONS = Case("chain", "indexoption/usa/universes/spxw/20150305.csv", FRIDAY, MONDAY)
FUTURE_OPTIONS = Case("future_chain", "futureoption/cme/universes/es/201503/20150305.csv", FRIDAY, MONDAY)
CASES = {"index options": OPTIONS, "options on a future": FUTURE_OPTIONS}
ROW = 5
"""The damaged line, 1-based; the first is the header, the second the underlying."""

Lines = list[str]


def _cell(column: int, value: str) -> Callable[[Lines], Lines]:
    def change(lines: Lines) -> Lines:
        cells = lines[ROW - 1].split(",")
        cells[column] = value
        return [*lines[: ROW - 1], ",".join(cells), *lines[ROW:]]

    return change


def _line(make: Callable[[str], str]) -> Callable[[Lines], Lines]:
    return lambda lines: [*lines[: ROW - 1], make(lines[ROW - 1]), *lines[ROW:]]


REFUSED: dict[str, tuple[Callable[[Lines], Lines], str]] = {
    "a column too few": (_line(lambda line: line.rpartition(",")[0]), "columns, found"),
    "a column too many": (_line(lambda line: line + ",1"), "columns, found"),
    "a row cut off": (_line(lambda line: line[:11]), "columns, found"),
    "a thirteenth month": (_cell(0, "20151301"), "'20151301' is not a date"),
    "no strike": (_cell(1, "high"), "'high' is not a strike"),
    "neither call nor put": (_cell(2, "X"), "'X' is neither C nor P"),
    "no text": (_line(lambda line: line + "\udcff"), "is no text"),
}


@pytest.mark.parametrize("fault", REFUSED)
@pytest.mark.parametrize("name", CASES)
def test_a_bad_row_of_a_chain_ends_the_run_with_its_name(sandbox, capsys, name: str, fault: str) -> None:
    """Exit code 2 and one line with file, row and what was wrong."""
    case, (change, problem) = CASES[name], REFUSED[fault]
    _rewrite(sandbox, case.path, change)
    assert sandbox.command(case) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"options-machines backtest: {sandbox.folder / case.path}, row {ROW}: ")
    assert (problem in error, error.count("\n")) == (True, 1)


@pytest.mark.parametrize(("column", "value"), [(10, "n/a"), (10, "nan"), (10, "inf")])
def test_a_greek_that_is_no_number_ends_the_run(sandbox, capsys, column: int, value: str) -> None:
    """What a strategy chooses by is never taken from a word."""
    _rewrite(sandbox, OPTIONS.path, _cell(column, value))
    assert sandbox.command(OPTIONS) == 2
    assert f"{sandbox.folder / OPTIONS.path}, row {ROW}: {value!r} is not a number" in capsys.readouterr().err


def _rewrite(sandbox, path: str, change: Callable[[Lines], Lines]) -> None:
    def changed(content: bytes) -> bytes:
        lines = change(content.decode().splitlines())
        return "".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape")

    sandbox.rewrite(path, changed)


@pytest.mark.parametrize("name", CASES)
def test_a_file_of_no_bytes_ends_the_run(sandbox, capsys, name: str) -> None:
    """That is damage, not a day without contracts."""
    sandbox.rewrite(CASES[name].path, lambda content: b"")
    assert sandbox.command(CASES[name]) == 2
    assert f"{sandbox.folder / CASES[name].path}: is empty" in capsys.readouterr().err


def _absent(absence: str) -> Callable[[bytes], bytes | None]:
    return (lambda content: None) if absence == "no file" else (lambda content: content.split(b"\n")[0])


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("absence", ["no file", "a header alone"])
def test_without_a_file_there_is_no_chain(sandbox, name: str, absence: str) -> None:
    """Where no file of the three sessions before is there; the next day has its own again."""
    case = CASES[name]._replace(first=THURSDAY)
    before = sandbox.run(case).seen
    sandbox.rewrite(case.path.replace("20150305", "20150304"), _absent(absence))
    seen = sandbox.run(case).seen
    assert all(row[1] > 100 for row in before)
    assert seen == [(before[0][0], 0, 0), *before[1:]]


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("absence", ["no file", "a header alone"])
def test_a_chain_is_at_most_three_sessions_old(sandbox, name: str, absence: str) -> None:
    """LEAN shows the newest file of the last three sessions (QCAlgorithm.GetChainsData)."""
    case = CASES[name]._replace(first=THURSDAY)
    thursday, _friday, monday = sandbox.run(case).seen
    sandbox.rewrite(case.path, _absent(absence))
    seen = sandbox.run(case).seen
    assert [row[1:] for row in seen] == [thursday[1:], thursday[1:], monday[1:]]


SAME: dict[str, Callable[[bytes], bytes]] = {
    "Windows line ends": lambda content: content.replace(b"\n", b"\r\n"),
    "byte order mark": lambda content: b"\xef\xbb\xbf" + content,
    "rows in another order": lambda content: b"\n".join([*reversed(content.splitlines()[1:])]) + b"\n",
    "a row twice": lambda content: content + content.splitlines()[ROW] + b"\n",
    "a blank line": lambda content: content.replace(b"\n", b"\n\n", 3),
    "no last line end": lambda content: content.rstrip(b"\n"),
}


@pytest.mark.parametrize("fault", SAME)
@pytest.mark.parametrize("name", CASES)
def test_what_makes_no_difference_makes_none(sandbox, name: str, fault: str) -> None:
    """As many contracts, with the same greeks."""
    case = CASES[name]
    before = sandbox.run(case).seen
    sandbox.rewrite(case.path, SAME[fault])
    after = sandbox.run(case).seen
    assert [row[:2] for row in after] == [row[:2] for row in before]
    assert [row[2] for row in after] == pytest.approx([row[2] for row in before])


def test_a_filter_keeps_its_contracts_where_a_day_has_no_file(sandbox) -> None:
    """LEAN selects when there is a file: without one the contracts chosen before stay, with their own quotes."""
    case = OPTIONS._replace(kind="filter", first=THURSDAY)
    before = sandbox.run(case).seen
    sandbox.rewrite(case.path, lambda content: None)
    after = sandbox.run(case).seen
    assert [row[0] for row in after] == [row[0] for row in before]
    assert before != []
