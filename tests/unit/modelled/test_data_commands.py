"""`options-machines data generate` and `data import` as a user types them."""

from __future__ import annotations

from datetime import date

import pytest

from command_line.main import main
from engine.common.enums import Resolution, TickType
from engine.data_source.lean_folder.lean_folder import LeanFolder

ALGORITHM = """
from AlgorithmImports import *


class Buyer(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2015, 6, 3)
        self.set_end_date(2015, 6, 30)
        self.spy = self.add_equity("SPY").symbol
        if self.get_parameter("fail") == "yes":
            raise ValueError("asked to fail")

    def on_data(self, data):
        if not self.portfolio.invested:
            self.market_order(self.spy, 10)
"""
CHAIN = (
    "quotedate,root,type,expiration,strike,underlying_last,bid,ask\n"
    "2019-05-15,SPXW,p,2019-05-17,2850,2856.62,9.1,9.4\n"
    "2019-05-15,SPXW,p,2019-05-17,2855,2856.62,9.9,0\n"
)


@pytest.fixture
def project(tmp_path):
    """Return a folder with an algorithm and a chain in it."""
    (tmp_path / "buyer.py").write_text(ALGORITHM)
    (tmp_path / "chain.csv").write_text(CHAIN)
    return tmp_path


def _generate(project, *more: str) -> int:
    words = ["data", "generate", "--file", str(project / "buyer.py"), "--output", str(project / "lean")]
    return main([*words, *more])


def test_generate_writes_the_period_and_says_so(project, capsys, symbols):
    """Days from --start to --end, nothing after; the last line is the label."""
    assert _generate(project, "--start", "2015-06-04", "--end", "2015-06-05") == 0
    out = capsys.readouterr().out
    assert "2015-06-04 to 2015-06-05" in out
    assert out.endswith("Data: real index and VIX path, modelled option quotes\n")
    data = LeanFolder(project / "lean")
    for day, there in ((date(2015, 6, 5), True), (date(2015, 6, 8), False)):
        columns = data.bars(symbols.spy, Resolution.MINUTE, TickType.TRADE, day)
        assert (columns is not None) == there


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--start", "2015-06-05", "--end", "2015-06-04"], "is after --end"),
        (["--strategy", "no_such_one"], "there is no strategy 'no_such_one'; there are iron_condor"),
        (["--spread-multiplier", "-1"], "spread_multiplier was -1.0; allowed is 0 to 10"),
        (["--volatility-shift", "50"], "volatility_shift was 50.0; allowed is -10 to 10"),
        (["--parameter", "fail", "yes"], "failed: ValueError: asked to fail"),
    ],
)
def test_generate_refuses_wrong_input_in_one_line(project, capsys, words, message):
    """Exit code 2, one line that says what, and no folder."""
    assert _generate(project, *words) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not (project / "lean").exists()


def test_generate_refuses_a_folder_that_is_not_empty(project, capsys):
    """Nothing is written over."""
    (project / "lean").mkdir()
    (project / "lean/notes.txt").write_text("mine")
    assert _generate(project) == 2
    assert "not empty" in capsys.readouterr().err
    assert [path.name for path in (project / "lean").iterdir()] == ["notes.txt"]


def test_generate_needs_the_algorithm_file(tmp_path, capsys):
    """A file that is not there is named."""
    assert (
        main(["data", "generate", "--file", str(tmp_path / "x.py"), "--output", str(tmp_path / "lean")]) == 2
    )
    assert "x.py: there is no such algorithm file" in capsys.readouterr().err


def test_import_prints_what_became_of_every_row(project, capsys):
    """Read, kept and dropped by reason, and where the files are."""
    assert main(["data", "import", str(project / "chain.csv"), "--output", str(project / "lean")]) == 0
    out = capsys.readouterr().out
    for words in ("read", "kept", "dropped: no ask", "1 contracts, 2019-05-15 to 2019-05-15"):
        assert words in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--column", "bid"], "OURS=THEIRS was expected"),
        (["--column", "bid=offer"], "there is no column 'offer'"),
        (["--root", "NDX"], "none of 2 rows can be used"),
    ],
)
def test_import_refuses_wrong_input_in_one_line(project, capsys, words, message):
    """Exit code 2, one line, no folder."""
    assert (
        main(["data", "import", str(project / "chain.csv"), "--output", str(project / "lean"), *words]) == 2
    )
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not (project / "lean").exists()
