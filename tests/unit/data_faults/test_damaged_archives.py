"""Whole files that are damaged, missing or misnamed: LEAN's behaviour or one line that names the file."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from tests.unit.data_faults.conftest import Case, Sandbox

FRIDAY, MONDAY = "2015-03-06", "2015-03-09"
KINDS = {
    "equity trades": ("equity", "equity/usa/minute/spy/{day}_trade.zip"),
    "equity quotes": ("equity", "equity/usa/minute/spy/{day}_quote.zip"),
    "index": ("index", "index/usa/minute/spx/{day}_trade.zip"),
    "option quotes": ("option", "indexoption/usa/minute/spxw/{day}_quote_european.zip"),
    "future trades": ("future", "future/cme/minute/es/{day}_trade.zip"),
    "future quotes": ("future", "future/cme/minute/es/{day}_quote.zip"),
    "future option quotes": ("future_option", "futureoption/cme/minute/es/201503/{day}_quote_american.zip"),
}
WHOLE = {
    "daily equity": Case("equity", "equity/usa/daily/spy.zip", FRIDAY, MONDAY, "daily"),
    "hourly equity": Case("equity", "equity/usa/hour/spy.zip", FRIDAY, MONDAY, "hour"),
    "daily option": Case(
        "option", "indexoption/usa/daily/spxw_2015_quote_european.zip", FRIDAY, MONDAY, "daily"
    ),
}
NAMED = {"option quotes", "future trades", "future quotes", "future option quotes"}


def _case(name: str) -> Case:
    kind, path = KINDS[name]
    return Case(kind, path.format(day="20150309"), FRIDAY, MONDAY)


CASES = {name: _case(name) for name in KINDS} | WHOLE


def _flipped(content: bytes) -> bytes:
    middle = len(content) // 3
    return content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "cut off at once": lambda content: content[:20],
    "cut off in the middle": lambda content: content[: len(content) // 2],
    "cut off at the end": lambda content: content[:-3],
    "of no bytes": lambda content: b"",
    "a web page": lambda content: b"<html>404 Not Found</html>",
    "with a byte changed": _flipped,
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", CASES)
def test_a_damaged_zip_file_ends_the_run_with_its_name(sandbox, capsys, name: str, damage: str) -> None:
    """Exit code 2 and one line; nothing is read from what is left."""
    sandbox.rewrite(CASES[name].path, DAMAGE[damage])
    assert sandbox.command(CASES[name]) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"options-machines backtest: {sandbox.folder / CASES[name].path}")
    assert error.count("\n") == 1


def _renamed(content: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr("other_" + name, old.read(name))
    return made.getvalue()


def _emptied(content: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            new.writestr(name, "")
    return made.getvalue()


def _no_entries(content: bytes) -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w"):
        pass
    return made.getvalue()


ABSENT: dict[str, Callable[[bytes], bytes | None]] = {
    "no file": lambda content: None,
    "no entry": _no_entries,
    "an empty entry": _emptied,
}


def _assert_filled_forward(sandbox: Sandbox, name: str) -> None:
    case = CASES[name]
    side = "quote" if "quote" in case.path else "trade"
    seen = sandbox.run(case).seen
    friday = [record for record in seen if record["time"].startswith(FRIDAY)]
    monday = [record for record in seen if record["time"].startswith(MONDAY)]
    last = friday[-1][side]
    filled = last if side == "quote" else (*last[:4], 0)
    assert len(monday) == len(friday)
    assert [record[side] for record in monday] == [filled] * len(monday)
    assert all(record[f"{side}_filled"] for record in monday)
    assert all(record["price"] > 0 for record in monday)


@pytest.mark.parametrize("absence", ABSENT)
@pytest.mark.parametrize("name", KINDS)
def test_a_missing_day_is_filled_forward(sandbox, name: str, absence: str) -> None:
    """LEAN takes a file that is not there as a day without a trade or quote."""
    sandbox.rewrite(CASES[name].path, ABSENT[absence])
    _assert_filled_forward(sandbox, name)


@pytest.mark.parametrize("name", KINDS)
def test_an_entry_of_another_name(sandbox, name: str) -> None:
    """Entries of options and futures are found by name, of others the first one is read, as in LEAN."""
    case = CASES[name]
    before = sandbox.run(case).seen
    sandbox.rewrite(case.path, _renamed)
    if name in NAMED:
        _assert_filled_forward(sandbox, name)
    else:
        assert sandbox.run(case).seen == before


@pytest.mark.parametrize("absence", ABSENT)
@pytest.mark.parametrize("name", WHOLE)
def test_without_hour_or_daily_bars_there_is_no_price(sandbox, name: str, absence: str) -> None:
    """One file holds all days: without it nothing is ever emitted, and no price made up."""
    sandbox.rewrite(CASES[name].path, ABSENT[absence])
    algorithm = sandbox.run(CASES[name])
    side = "quote" if "quote" in CASES[name].path else "trade"
    assert all(record[side] is None for record in algorithm.seen)
    assert algorithm.securities[algorithm.watched].price == 0


def test_an_order_without_a_price_is_refused(sandbox) -> None:
    """A first day without a file: LEAN refuses an order for a security that has no price yet."""
    case = Case("equity", "", FRIDAY, FRIDAY)
    for kind in ("trade", "quote"):
        sandbox.rewrite(f"equity/usa/minute/spy/20150306_{kind}.zip", lambda content: None)
    algorithm = sandbox.run(case, order_at_ten="yes")
    log = (sandbox.results / "Watcher-log.txt").read_text()
    assert "SPY: The security does not have an accurate price" in log
    assert (algorithm.transactions.orders_count, algorithm.portfolio.invested) == (0, False)


SWALLOWER = """
from AlgorithmImports import *


class Swallower(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2015, 3, 5)
        self.set_end_date(2015, 3, 10)
        self.spy = self.add_equity("SPY").symbol
        self.days = set()

    def on_data(self, data):
        self.days.add(self.time.date())
        try:
            self.price = self.securities[self.spy].price
        except Exception:
            pass
"""


def test_an_algorithm_cannot_go_on_past_a_damaged_file(sandbox, tmp_path, capsys) -> None:
    """Code that catches every exception does not make a damaged file a missing one."""
    from command_line.main import main

    file = tmp_path / "swallower.py"
    file.write_text(SWALLOWER)
    damaged = "equity/usa/minute/spy/20150306_trade.zip"
    sandbox.rewrite_entries(damaged, lambda rows: [*rows[:9], "x", *rows[9:]])
    words = ["backtest", str(file), "--data-folder", str(sandbox.folder), "--output", str(tmp_path / "out")]
    assert main([*words, "--storage", str(tmp_path / "storage")]) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert f"{sandbox.folder / damaged}#20150306_spy_minute_trade.csv, row 10" in error


def test_the_strategies_cannot_go_on_past_a_damaged_file(sandbox, repository, tmp_path, capsys) -> None:
    """The host keeps every error of a strategy away from LEAN; a damaged file still ends the run."""
    from command_line.main import main

    damaged = "index/usa/minute/spx/20150306_trade.zip"
    sandbox.rewrite_entries(damaged, lambda rows: [*rows[:50], "1,2", *rows[50:]])
    words = ["backtest", str(repository / "main.py"), "--data-folder", str(sandbox.folder)]
    words += ["--start", "2015-03-06", "--end", "2015-03-06", "--output", str(tmp_path / "out")]
    assert main([*words, "--storage", str(tmp_path / "storage")]) == 2
    error: Any = capsys.readouterr().err
    assert (error.count("\n"), f"{sandbox.folder / damaged}#" in error) == (1, True)


def test_securities_that_never_had_a_price_are_named(sandbox, capsys) -> None:
    """A folder without the files of the period is no error, as in LEAN, but it is said."""
    assert sandbox.command(Case("equity", "", "2015-03-16", "2015-03-17")) == 0
    assert "No data in this period and resolution: SPY." in capsys.readouterr().out
    assert sandbox.command(Case("equity", "", FRIDAY, FRIDAY)) == 0
    assert "No data in this period" not in capsys.readouterr().out
