"""What the files of a brokerage say of shares to borrow (figures: LEAN's sample file of its test brokerage)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from engine.common.enums import SecurityType
from engine.common.errors import DataFileError
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data.shortable.local_disk_shortable_provider import LocalDiskShortableProvider
from engine.data_source.lean_folder.lean_folder import LeanFolder

SPY = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
BAC = Symbol.create("BAC", SecurityType.EQUITY, Market.USA)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the file of SPY at a brokerage, in the data folder of the run."""
    path = tmp_path / "equity/usa/shortable/testbrokerage/symbols/spy.csv"
    path.parent.mkdir(parents=True)
    path.write_text("# comment\n20131004,1000,,0.2500\n20140326,501,3.85\n20140327,,\n")
    monkeypatch.setattr(LocalDiskShortableProvider, "source", LeanFolder(tmp_path))
    return path


def test_a_day_s_row_gives_quantity_and_rates_as_fractions(file: Path) -> None:
    """Rates stand in the file as percents; a cell left blank is no limit and no rate."""
    provider, day = LocalDiskShortableProvider("TestBrokerage"), datetime(2013, 10, 4, 10)
    assert provider.shortable_quantity(SPY, day) == 1000
    assert (provider.fee_rate(SPY, day), provider.rebate_rate(SPY, day)) == (Decimal("0.0025"), 0)
    day = datetime(2014, 3, 26)
    assert (provider.shortable_quantity(SPY, day), provider.rebate_rate(SPY, day)) == (501, Decimal("0.0385"))
    assert provider.shortable_quantity(SPY, datetime(2014, 3, 27)) is None


def test_a_day_or_a_ticker_without_a_row_can_be_shorted(file: Path) -> None:
    """Nothing known sets no limit."""
    provider = LocalDiskShortableProvider("testbrokerage")
    for symbol, day in ((SPY, datetime(2013, 10, 5)), (BAC, datetime(2013, 10, 4))):
        assert provider.shortable_quantity(symbol, day) is None
        assert (provider.fee_rate(symbol, day), provider.rebate_rate(symbol, day)) == (0, 0)


@pytest.mark.parametrize("row", ["20131004", "2013-13-04,1", "20131004,many", "20131004,1,2,3,4"])
def test_a_damaged_row_is_named(file: Path, row: str) -> None:
    """A limit that cannot be read is an error with file and row, never no limit."""
    file.write_text(f"20131003,1\n{row}\n")
    with pytest.raises(DataFileError, match=r"spy\.csv, row 2"):
        LocalDiskShortableProvider("testbrokerage").shortable_quantity(SPY, datetime(2013, 10, 4))
