"""Numbers that registrars give equities (LEAN: SecurityDefinitionSymbolResolver.cs; the row is LEAN's sample)."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest

from engine.common.enums import SecurityType
from engine.common.errors import DataFileError
from engine.common.market import Market
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.securities.security_definition_symbol_resolver import SecurityDefinitionSymbolResolver

ROW = "AAPL R735QTJ8XC9X,03783310,BBG000B9XRY4,2046251,US0378331005,320193"
NUMBERS = {
    "cusip": "03783310",
    "composite_figi": "BBG000B9XRY4",
    "sedol": "2046251",
    "isin": "US0378331005",
    "cik": 320193,
}
AAPL = Symbol(SecurityIdentifier.parse("AAPL R735QTJ8XC9X"), "AAPL")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the database of a data folder that a run reads from."""
    maps = tmp_path / "equity/usa/map_files"
    maps.mkdir(parents=True)
    (maps / "aapl.csv").write_text("19980102,aapl,Q\n20501231,aapl,Q\n")
    path = tmp_path / "symbol-properties/security-database.csv"
    path.parent.mkdir()
    path.write_text(f"# comment\n{ROW}\nIBM R735QTJ8XC9X,,,,,\n")
    monkeypatch.setattr(SecurityDefinitionSymbolResolver, "source", LeanFolder(tmp_path))
    return path


@pytest.mark.parametrize("name", NUMBERS)
def test_each_number_is_known_of_the_symbol_and_finds_it(file: Path, name: str) -> None:
    """Both ways; a text in any case."""
    assert getattr(AAPL, name) == NUMBERS[name]
    number = NUMBERS[name].lower() if isinstance(NUMBERS[name], str) else NUMBERS[name]
    (found,) = SecurityDefinitionSymbolResolver.symbols_of(name, number, date(2014, 6, 5))
    assert (found, found.value) == (AAPL, "AAPL")


def test_what_is_not_there_is_none(file: Path) -> None:
    """A blank cell, a symbol without a row, a number that nobody has."""
    ibm, spy = (Symbol.create(ticker, SecurityType.EQUITY, Market.USA) for ticker in ("IBM", "SPY"))
    assert (ibm.cusip, ibm.cik, spy.isin) == (None, None, None)
    for number in ("", "nobody"):
        assert SecurityDefinitionSymbolResolver.symbols_of("isin", number, datetime(2014, 6, 5)) == []


@pytest.mark.parametrize("row", ["AAPL R735QTJ8XC9X,1,2", f"{ROW[:-6]}many"])
def test_a_damaged_row_is_named(file: Path, row: str) -> None:
    """File and row stand in the message."""
    file.write_text(f"{ROW}\n{row}\n")
    with pytest.raises(DataFileError, match=r"security-database\.csv, row 2"):
        _ = AAPL.cusip
