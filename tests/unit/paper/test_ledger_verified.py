"""`state verify` on the folder of a live run: documents and ledger must tell the same story."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from command_line.main import main
from engine.paper.ledger import FILE
from engine.paper.session import LiveRequest
from tests.unit.paper.conftest import go_live


@pytest.fixture(scope="module")
def finished(
    tmp_path_factory: pytest.TempPathFactory,
    repository: Path,
    source: object,
) -> Path:
    """Return the storage folder of a run that holds positions."""
    folder = tmp_path_factory.mktemp("finished")
    request = LiveRequest(
        repository / "main.py",
        source,  # type: ignore[arg-type]
        folder / "results",
        folder / "live",
        date(2015, 1, 5),
        date(2015, 1, 6),
    )
    go_live(request)
    return folder / "live"


@pytest.fixture
def folder(finished: Path, tmp_path: Path) -> Path:
    """Return a copy of it, to be spoilt."""
    return Path(shutil.copytree(finished, tmp_path / "live"))


@pytest.fixture
def verified(capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Return what verifies a folder: exit code and text."""

    def verify(folder: Path, *words: str) -> tuple[int, str]:
        code = main(["state", "verify", str(folder), *words])
        return code, capsys.readouterr().out

    return verify


@pytest.mark.parametrize("below", [".", "storage", "storage/options-machines"])
def test_what_a_run_leaves_adds_up(
    folder: Path, verified: Callable[..., tuple[int, str]], below: str
) -> None:
    """Whichever of its folders is named, the ledger is found and compared."""
    code, said = verified(folder / below)
    assert code == 0, said
    assert "and the broker's ledger of 2015-01-06 17:00 New York, everything adds up" in said


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("delete from holdings where name like 'SPY   160115P%'", "the ledger holds +0, the strategies own"),
        (
            "update holdings set quantity = quantity + 1 where name like 'SPY   160115P%'",
            "the ledger holds +",
        ),
        (
            "insert into holdings values ('SPY R735QTJ8XC9X', 'SPY', '7', '200', '0', '0')",
            "SPY: the ledger holds +7, the strategies own +0",
        ),
        ("update cash set amount = amount - 12.5", "-12.50 is unexplained"),
        (
            "update orders set open = 1, status = 'SUBMITTED' where id = 1",
            "rests at the broker for",
        ),
    ],
)
def test_what_the_broker_knows_better_needs_an_operator(
    folder: Path, verified: Callable[..., tuple[int, str]], statement: str, words: str
) -> None:
    """Exit code 1, and a line that names contract, order or amount."""
    with sqlite3.connect(folder / FILE) as ledger:
        assert ledger.execute(statement).rowcount == 1
    code, said = verified(folder)
    assert code == 1
    assert words in said
    code, said = verified(folder, "--json")
    assert code == 1
    answer = json.loads(said)
    assert any(words in problem for problem in answer["problems"])
    assert answer["ledger"]["market_time"] == "2015-01-06 17:00"


def test_ledger_that_is_none_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that is not SQLite's is named, exit code 2."""
    for file in folder.glob(f"{FILE}*"):
        file.unlink()
    (folder / FILE).write_text("not a ledger at all, but long enough to look like a file of something else")
    assert main(["state", "verify", str(folder)]) == 2
    assert "not a ledger of the paper broker" in capsys.readouterr().err
