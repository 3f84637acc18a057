"""Universe files: the contracts of a chain, their numbers, and what is wrong where something is."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from engine.common.enums import OptionRight, SecurityType
from engine.common.errors import DataFileError
from engine.common.market import Market
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.data.universe_selection.universe_rows import UniverseRows
from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.securities.market_hours_database import MarketHoursDatabase

DAY = date(2015, 6, 1)
HEADER = "#expiry,strike,right,open,high,low,close,volume,open_interest,implied_volatility,delta,gamma,vega,theta,rho\n"
UNDERLYING = ",,,2100,2110,2090,2105.5,0,,,,,,,\n"
PUT = "20150619,2050,P,20,22,19,21.5,100,2500,0.15,-0.3,0.01,2.5,-0.4,-1.1\n"
CALL = "20150619,2062.5,C,20,22,19,20.25,7,11,,,,,,\n"


@pytest.fixture
def canonical(spx: Symbol) -> Symbol:
    """Return the canonical SPX option."""
    return Symbol.create_canonical_option(spx)


def _rows(canonical: Symbol, *lines: str) -> UniverseRows:
    return UniverseRows.parse((HEADER + "".join(lines)).encode(), canonical, DAY, "20150601.csv")


def test_contracts_come_in_the_order_of_the_file(canonical: Symbol) -> None:
    """The underlying's row is apart; every other row is a contract."""
    rows = _rows(canonical, UNDERLYING, PUT, CALL)
    assert [row.symbol.id.strike_price_decimal for row in rows.rows] == [Decimal(2050), Decimal("2062.5")]
    assert [row.symbol.id.option_right for row in rows.rows] == [OptionRight.PUT, OptionRight.CALL]
    assert (rows.underlying.symbol, rows.underlying.close) == (canonical.underlying, 2105.5)


def test_a_row_has_prices_greeks_and_times(canonical: Symbol) -> None:
    """A row of a day is known from the midnight after it; LEAN's theta is that of a year."""
    put = _rows(canonical, UNDERLYING, PUT).rows[0]
    assert (put.open, put.high, put.low, put.close, put.volume) == (20, 22, 19, 21.5, 100)
    assert (put.open_interest, put.implied_volatility) == (2500, 0.15)
    assert (put.greeks.delta, put.greeks.gamma, put.greeks.vega) == (-0.3, 0.01, 2.5)
    assert (put.greeks.theta_per_day, put.greeks.theta, put.greeks.rho) == (-0.4, -146.0, -1.1)
    assert (put.time, put.end_time) == (datetime(2015, 6, 1), datetime(2015, 6, 2))


def test_blank_greeks_are_zero(canonical: Symbol) -> None:
    """LEAN reads a number that is not there as zero."""
    call = _rows(canonical, CALL).rows[0]
    assert (call.implied_volatility, call.greeks.delta, call.greeks.theta) == (0, 0, 0)


def test_a_file_without_rows_is_an_empty_chain(canonical: Symbol) -> None:
    """A header alone is a day without contracts."""
    rows = _rows(canonical)
    assert (len(rows), rows.underlying) == (0, None)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("2015061X,2050,P,1,1,1,1,1,1,1,1,1,1,1,1\n", "'2015061X' is not a date"),
        ("20150619,much,P,1,1,1,1,1,1,1,1,1,1,1,1\n", "'much' is not a strike"),
        ("20150619,2050,X,1,1,1,1,1,1,1,1,1,1,1,1\n", "'X' is neither C nor P"),
    ],
)
def test_a_bad_contract_is_named_with_its_line(canonical: Symbol, line: str, problem: str) -> None:
    """The line of the file counts, not the row behind the header."""
    row = _rows(canonical, UNDERLYING, line).rows[0]
    with pytest.raises(DataFileError) as caught:
        _ = row.symbol
    assert (caught.value.path, caught.value.row, caught.value.problem) == ("20150601.csv", 3, problem)


def test_a_bad_number_is_named_with_its_line(canonical: Symbol) -> None:
    """A price that is no number is an error when it is read."""
    row = _rows(canonical, UNDERLYING, PUT.replace("21.5", "n/a")).rows[0]
    with pytest.raises(DataFileError, match=r"20150601\.csv, row 3: 'n/a'"):
        _ = row.close


def test_lean_s_chain_of_a_day_is_read(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sample file of LEAN's gives contracts of the right underlying and expiry."""
    source = LeanFolder(shared / "lean-data")
    monkeypatch.setattr(MarketHoursDatabase, "current", source.market_hours)
    monkeypatch.setattr(SecurityIdentifier, "first_ticker", source.first_ticker)
    underlying = Symbol.create("GOOG", SecurityType.EQUITY, Market.USA)
    rows = source.universe(Symbol.create_canonical_option(underlying), date(2015, 12, 23))
    assert len(rows) > 100
    assert {row.symbol.underlying for row in rows.rows} == {underlying}
    assert min(row.symbol.id.date for row in rows.rows) >= datetime(2015, 12, 24)
    assert rows.underlying.close > 700
