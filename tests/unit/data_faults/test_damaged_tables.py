"""Damaged map, factor, margin, rate and database files: one line that names file and row, or LEAN's reading."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.unit.data_faults.conftest import Case

FRIDAY = "2015-03-06"
MAP = Case("equity", "equity/usa/map_files/spy.csv", FRIDAY, FRIDAY)
FACTORS = Case("equity", "equity/usa/factor_files/spy.csv", FRIDAY, FRIDAY)
FUTURE_MAP = Case("continuous", "future/cme/map_files/es.csv", FRIDAY, FRIDAY)
FUTURE_FACTORS = Case("continuous", "future/cme/factor_files/es.csv", FRIDAY, FRIDAY)
MARGINS = Case("future", "future/cme/margins/ES.csv", FRIDAY, FRIDAY)
RATES = Case("equity", "alternative/interest-rate/usa/interest-rate.csv", FRIDAY, FRIDAY)
PROPERTIES = Case("option", "symbol-properties/symbol-properties-database.csv", FRIDAY, FRIDAY)
HOURS = Case("option", "market-hours/market-hours-database.json", FRIDAY, FRIDAY)
CASES = {
    "map": MAP,
    "factors": FACTORS,
    "map of a future": FUTURE_MAP,
    "factors of a future": FUTURE_FACTORS,
    "margins": MARGINS,
    "rates": RATES,
    "properties": PROPERTIES,
    "hours": HOURS,
}
READS = {"adjusted": "yes", "rate": "yes", "trade": "yes"}
"""Adjusted prices, the interest rate and an order: then every one of these files is read."""

Lines = list[str]


def _assert_refused(sandbox, capsys, name: str, row: int | None, problem: str) -> None:
    case = CASES[name]
    assert sandbox.command(case, **READS) == 2
    error = capsys.readouterr().err
    where = "" if row is None else f", row {row}"
    assert error.startswith(f"options-machines backtest: {sandbox.folder / case.path}{where}: ")
    assert (problem in error, error.count("\n")) == (True, 1)


@pytest.mark.parametrize("name", CASES)
def test_a_file_of_no_bytes_ends_the_run(sandbox, capsys, name: str) -> None:
    """LEAN would take what it has by default: no margin, one percent, a multiplier of one."""
    sandbox.rewrite(CASES[name].path, lambda content: b"")
    row, problem = (1, "no market hours database") if name == "hours" else (None, "is empty")
    _assert_refused(sandbox, capsys, name, row, problem)


@pytest.mark.parametrize("name", ["margins", "rates", "properties"])
def test_a_header_without_rows_ends_the_run(sandbox, capsys, name: str) -> None:
    """The same: a web page saved under the name of the file looks like a header."""
    sandbox.rewrite(CASES[name].path, lambda content: b"<html>404 Not Found</html>\n")
    _assert_refused(sandbox, capsys, name, None, "no row")


@pytest.mark.parametrize("name", CASES)
def test_a_file_that_is_no_text_ends_the_run(sandbox, capsys, name: str) -> None:
    """Bytes of something else."""
    sandbox.rewrite(CASES[name].path, lambda content: bytes(range(128, 256)) * 9)
    row = None if name == "hours" else 1
    _assert_refused(sandbox, capsys, name, row, "no market hours" if name == "hours" else "is no text")


def _cells(row: int, *cells: str | None) -> Callable[[Lines], Lines]:
    # Replace the cells of a line (1-based) that are not None; cut it where fewer are given and the last is "|".
    def change(lines: Lines) -> Lines:
        old = lines[row - 1].split(",")
        if cells[-1] == "|":
            new = [*cells[:-1]]
        else:
            new = [*cells, *[None] * (len(old) - len(cells))]
        line = ",".join(old[n] if cell is None else cell for n, cell in enumerate(new))
        return [*lines[: row - 1], line, *lines[row:]]

    return change


BAD_ROWS: dict[str, list[tuple[Callable[[Lines], Lines], int, str]]] = {
    "map": [
        (_cells(2, None, "|"), 2, "no row of a map file"),
        (_cells(2, None, ""), 2, "no row of a map file"),
        (_cells(2, "20151399"), 2, "no row of a map file"),
        (_cells(2, "soon"), 2, "no row of a map file"),
        (lambda lines: [*lines, "20500101,spy,P,1,2"], 3, "no row of a map file"),
    ],
    "factors": [
        (_cells(2, None, None, "|"), 2, "no row of a factor file"),
        (_cells(2, None, "x"), 2, "no row of a factor file"),
        (_cells(2, None, ""), 2, "no row of a factor file"),
        (_cells(2, None, "NaN"), 2, "no row of a factor file"),
        (_cells(2, None, "-1"), 2, "no row of a factor file"),
        (_cells(2, None, None, None, "x"), 2, "no row of a factor file"),
        (_cells(2, "20151399"), 2, "no row of a factor file"),
        (lambda lines: [*lines, "20500101,1,1,0,7"], 3, "no row of a factor file"),
    ],
    "map of a future": [
        (_cells(9, None, "|"), 9, "no row of a map file"),
        (_cells(9, "20151399"), 9, "no row of a map file"),
    ],
    "factors of a future": [
        (lambda lines: [*lines[:8], lines[8][:60], *lines[9:]], 9, "no row of a factor file"),
        (lambda lines: [*lines[:8], lines[8].replace("Date", "Day"), *lines[9:]], 9, "no row of a factor"),
        (lambda lines: [*lines[:8], lines[8].replace("[", '["x",', 1), *lines[9:]], 9, "no row of a factor"),
    ],
    "margins": [
        (_cells(5, None, None, None, None, "|"), 5, "expected 3 or 5 columns, found 4"),
        (_cells(5, None, "|"), 5, "expected 3 or 5 columns, found 1"),
        (_cells(5, None, "x"), 5, "'x' is not a number"),
        (_cells(5, None, ""), 5, "'' is not a number"),
        (_cells(5, None, "nan"), 5, "'nan' is not a number"),
        (_cells(5, None, "-1"), 5, "a negative number where none can be"),
        (_cells(5, "20151399"), 5, "'20151399' is not a date"),
    ],
    "rates": [
        (_cells(5, None, "|"), 5, "expected 2 columns, found 1"),
        (_cells(5, None, None, "7"), 5, "expected 2 columns, found 3"),
        (_cells(5, None, "much"), 5, "'much' is not a number"),
        (_cells(5, None, "Infinity"), 5, "'Infinity' is not a number"),
        (_cells(5, "2015-13-99"), 5, "'2015-13-99' is not a date"),
    ],
    "properties": [
        (_cells(5, None, None, None, "|"), 5, "columns"),
        (_cells(5, None, None, None, None, None, "x"), 5, "a number cannot be read"),
        (_cells(5, None, None, None, None, None, "NaN"), 5, "a number cannot be read"),
        (_cells(5, None, None, None, None, None, "-100"), 5, "a number cannot be read"),
        (_cells(5, None, None, None, None, None, "0"), 5, "a number cannot be read"),
        (lambda lines: [*lines, lines[4]], 7, "listed twice"),
    ],
}


@pytest.mark.parametrize(
    ("name", "fault"), [(name, n) for name, faults in BAD_ROWS.items() for n in range(len(faults))]
)
def test_a_bad_row_ends_the_run_with_its_name(sandbox, capsys, name: str, fault: int) -> None:
    """Exit code 2 and one line: wrong columns, no number, no date, a negative amount."""
    change, row, problem = BAD_ROWS[name][fault]
    sandbox.rewrite(
        CASES[name].path,
        lambda content: "".join(f"{line}\n" for line in change(content.decode().splitlines())).encode(),
    )
    _assert_refused(sandbox, capsys, name, row, problem)


@pytest.mark.parametrize("name", ["factors of a future", "hours"])
def test_json_that_is_cut_off_ends_the_run(sandbox, capsys, name: str) -> None:
    """The line where it breaks off is named."""
    content: list[bytes] = []
    sandbox.rewrite(CASES[name].path, lambda whole: content.append(whole) or whole[: len(whole) * 2 // 3])  # type: ignore[func-returns-value]
    row = content[0][: len(content[0]) * 2 // 3].count(b"\n") + 1
    _assert_refused(sandbox, capsys, name, row, "no ")


@pytest.mark.parametrize("name", CASES)
def test_how_an_editor_saves_a_file_makes_no_difference(sandbox, name: str) -> None:
    """A byte order mark, Windows line ends, blank lines at the end."""
    case = CASES[name]
    before = sandbox.run(case, **READS)
    sandbox.rewrite(
        case.path, lambda content: b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n") + b"\r\n\r\n"
    )
    after = sandbox.run(case, whole_databases=False, **READS)
    assert (after.seen, after.rate, after.portfolio.total_portfolio_value) == (
        before.seen,
        before.rate,
        before.portfolio.total_portfolio_value,
    )


@pytest.mark.parametrize("name", ["margins", "rates", "map of a future", "factors"])
def test_rows_in_another_order_and_rows_twice_are_the_same_table(sandbox, name: str) -> None:
    """LEAN sorts them by date; a row that stands twice counts once."""
    case = CASES[name]
    header = 1 if name in ("margins", "rates") else 0
    before = sandbox.run(case, **READS)

    def shuffled(content: bytes) -> bytes:
        lines = content.splitlines()
        rows = lines[header:]
        return b"\n".join([*lines[:header], *reversed(rows), rows[0], rows[-1]]) + b"\n"

    sandbox.rewrite(case.path, shuffled)
    after = sandbox.run(case, **READS)
    margin = [algorithm.portfolio.total_margin_used for algorithm in (before, after)]
    assert (after.seen, after.rate, margin[1]) == (before.seen, before.rate, margin[0])


@pytest.mark.parametrize("name", ["properties", "hours"])
def test_a_folder_without_its_databases_is_refused(sandbox, capsys, name: str) -> None:
    """Neither hours nor multipliers are guessed."""
    sandbox.rewrite(CASES[name].path, lambda content: None)
    _assert_refused(sandbox, capsys, name, None, "database is missing")


@pytest.mark.parametrize(
    ("name", "rate"), [("map", None), ("factors", None), ("rates", 0.01), ("margins", None)]
)
def test_a_missing_table_is_leans_default(sandbox, name: str, rate: float | None) -> None:
    """No renames, no splits, one percent, no margin: what LEAN takes where a file is not there."""
    case = CASES[name]
    before = sandbox.run(case, **READS)
    sandbox.rewrite(case.path, lambda content: None)
    after = sandbox.run(case, **READS)
    assert after.seen == before.seen
    if rate is not None:
        assert (after.rate, before.rate != rate) == (rate, True)
    if name == "margins":
        assert (after.portfolio.total_margin_used, before.portfolio.total_margin_used > 0) == (0, True)
