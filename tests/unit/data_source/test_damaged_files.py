"""A data file that cannot be read ends the run with one sentence that names file and row."""

from __future__ import annotations

import zipfile
from datetime import date
from pathlib import Path

import pytest

from engine.common.enums import Resolution, TickType
from engine.common.errors import DataFileError
from engine.data_source.lean_folder.zip_archive import ZipArchive

DAY = date(2015, 6, 1)
MINUTE, DAILY = Resolution.MINUTE, Resolution.DAILY
TRADE, QUOTE = TickType.TRADE, TickType.QUOTE
SPY_MINUTES = "equity/usa/minute/spy/20150601_trade.zip"
ROWS = "".join(
    f"{34_200_000 + 60_000 * i},{2_110_000 + i},2111000,2109000,2110500,{100 + i}\n" for i in range(390)
)


def _error(folder, spy) -> DataFileError:
    with pytest.raises(DataFileError) as caught:
        len(folder.bars(spy, MINUTE, TRADE, DAY))
    return caught.value


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.6, 0.95])
def test_a_truncated_zip_file_is_refused(folder, write_zip, spy, kept: float) -> None:
    """Wherever a download broke off, the file is named and nothing is read from what is left."""
    path = write_zip(SPY_MINUTES, {"20150601_spy_minute_trade.csv": ROWS})
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * kept)])
    error = _error(folder, spy)
    assert (error.path, error.row) == (str(path), None)


def test_a_file_that_is_no_zip_file_is_refused(folder, write_zip, spy) -> None:
    """A web page saved under the name of a data file is not a data file."""
    path = write_zip(SPY_MINUTES, {})
    path.write_text("<html>404</html>")
    assert "zip" in _error(folder, spy).problem


def test_an_empty_file_is_refused(folder, write_zip, spy) -> None:
    """A file of no bytes is damage, not a day without data."""
    write_zip(SPY_MINUTES, {}).write_bytes(b"")
    assert _error(folder, spy).row is None


@pytest.mark.parametrize("offset", [60, 200, 1000])
def test_a_changed_byte_inside_is_noticed(folder, write_zip, spy, offset: int) -> None:
    """The checksum of an entry guards every byte of it."""
    path = write_zip(SPY_MINUTES, {"20150601_spy_minute_trade.csv": ROWS})
    data = bytearray(path.read_bytes())
    data[offset] ^= 0xFF
    path.write_bytes(data)
    assert "damaged" in _error(folder, spy).problem


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("34260000,1,1,1,1", "expected 6 columns, found 5"),
        ("34260000,1,1,1,1,1,1", "expected 6 columns, found 7"),
        ("34260000,1,x,1,1,1", "b'x' is not a number"),
        ("34260000,1,1,-1,1,1", "a negative number where none can be"),
    ],
)
def test_a_bad_row_is_named(folder, write_zip, spy, line: str, problem: str) -> None:
    """File, entry and row are in the message, and the problem in words."""
    path = write_zip(SPY_MINUTES, {"20150601_spy_minute_trade.csv": f"34200000,1,1,1,1,1\n{line}\n"})
    error = _error(folder, spy)
    assert (error.row, error.problem) == (2, problem)
    assert str(error) == f"{path}#20150601_spy_minute_trade.csv, row 2: {problem}"


def test_a_negative_bid_is_refused(folder, write_zip, spx_put) -> None:
    """No option is quoted below zero."""
    entry = "20150601_spx_minute_quote_european_put_20500000_20150619.csv"
    rows = "34200000,1,1,1,1,1,1,1,1,1,1\n34260000,1,1,1,-5,1,1,1,1,1,1\n"
    write_zip("indexoption/usa/minute/spx/20150601_quote_european.zip", {entry: rows})
    with pytest.raises(DataFileError, match="row 2: a negative number"):
        len(folder.bars(spx_put, MINUTE, QUOTE, DAY))


def test_a_daily_row_without_a_calendar_time_is_refused(folder, write_zip, spy) -> None:
    """Milliseconds in a file of days would be read as a date of long ago."""
    write_zip("equity/usa/daily/spy.zip", {"spy.csv": "20150601 00:00,1,1,1,1,1\n34200000,1,1,1,1,1\n"})
    with pytest.raises(DataFileError, match="row 2: does not start with a time like"):
        len(folder.bar_history(spy, DAILY, TRADE))


@pytest.mark.parametrize(("line", "row"), [("34200000,x,1,P,0,0", 1), ("34200000,1", 1)])
def test_a_bad_tick_is_named(folder, write_zip, spy, line: str, row: int) -> None:
    """Ticks are checked like bars."""
    write_zip("equity/usa/tick/spy/20150601_trade.zip", {"t.csv": line + "\n"})
    with pytest.raises(DataFileError) as caught:
        len(folder.ticks(spy, TRADE, DAY))
    assert caught.value.row == row


def test_an_unknown_packing_is_refused(tmp_path: Path) -> None:
    """Only stored and deflated entries are LEAN's."""
    path = tmp_path / "x.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("a.csv", "1,2\n")
    entry = ZipArchive.open(path).first()
    with pytest.raises(DataFileError, match="packed by method 12"):
        entry.read()


def test_entries_of_a_zip_file_are_what_python_reads(tmp_path: Path) -> None:
    """Names, order and content agree with the standard library, stored or deflated."""
    path = tmp_path / "x.zip"
    texts = {f"{n}.csv": f"{n},{n * n}\n" * n for n in range(40)}
    with zipfile.ZipFile(path, "w") as archive:
        for number, (name, text) in enumerate(texts.items()):
            archive.writestr(name, text, zipfile.ZIP_DEFLATED if number % 2 else zipfile.ZIP_STORED)
    ours = ZipArchive.open(path)
    assert {name: ours.entry(name).read().decode() for name in ours.names} == texts
    assert ours.entry("39.csv").head(5) == b"39,15"
    assert ours.entry("nope") is None
    assert ZipArchive.open(tmp_path / "nope.zip") is None


@pytest.mark.parametrize(
    ("name", "text", "row", "problem"),
    [
        ("interest-rate", "date,rate\n2020-01-01,1.5,9\n", 2, "expected 2 columns, found 3"),
        ("interest-rate", "date,rate\n2020-01-01,1.5\nsoon,2\n", 3, "'soon' is not a date"),
        ("interest-rate", "date,rate\n2020-01-01,much\n", 2, "'much' is not a number"),
    ],
)
def test_bad_rates_are_named(folder, tmp_path: Path, name: str, text: str, row: int, problem: str) -> None:
    """The small csv files are checked too."""
    path = tmp_path / "alternative" / "interest-rate" / "usa" / f"{name}.csv"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    with pytest.raises(DataFileError) as caught:
        folder.interest_rates()
    assert (caught.value.row, caught.value.problem) == (row, problem)
