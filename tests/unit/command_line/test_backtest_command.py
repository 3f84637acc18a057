"""The tool, run in this process on small algorithms."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from command_line.main import SUBCOMMANDS, main
from command_line.project_parameters import read_project_parameters
from engine.common.errors import EngineError

ALGORITHM = """
from AlgorithmImports import *

class Small(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2013, 10, 7)
        self.set_end_date(2013, 10, 8)
        self.add_equity("SPY", Resolution.HOUR)
        self.log(f"speed {self.get_parameter('speed')}")

    def on_data(self, data):
        if not self.portfolio.invested:
            self.set_holdings("SPY", 1)
        BODY
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(project: Path, body: str = "pass", name: str = "small.py") -> str:
    file = project / name
    file.write_text(ALGORITHM.replace("BODY", body))
    return str(file)


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what was printed to stderr, which must be one line."""
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1, lines
    return lines[0]


def test_completed_run_prints_the_table_and_writes_the_files(project, shared, capsys) -> None:
    """Statistics, the hash and where the files are; exit code 0."""
    data = str(shared / "lean-data")
    assert main(["backtest", write(project), "--data-folder", data, "--output", str(project / "out")]) == 0
    printed = capsys.readouterr()
    assert "OrderListHash" in printed.out
    assert f"Results: {project / 'out'}" in printed.out
    assert printed.err == ""
    result = json.loads((project / "out" / "Small.json").read_text())
    assert result["statistics"]["Total Orders"] == "1"
    names = {file.name for file in (project / "out").iterdir()}
    assert names == {"Small.json", "Small-summary.json", "Small-order-events.json", "Small-log.txt"}


def test_results_go_to_a_folder_of_their_own(project, shared) -> None:
    """Two runs within a second do not write over each other."""
    for _ in range(2):
        assert main(["backtest", write(project), "--data-folder", str(shared / "lean-data")]) == 0
    assert len(list((project / "backtests").iterdir())) == 2


def test_dates_and_parameters_of_the_command_line_win(project, shared) -> None:
    """config.json gives the parameters of the project, the command line overrides them."""
    (project / "config.json").write_text('{"parameters": {"speed": "1", "other": "2"}}')
    arguments = ["backtest", write(project), "--data-folder", str(shared / "lean-data"), "--output", "out"]
    assert (
        main([*arguments, "--start", "2013-10-08", "--end", "2013-10-09", "--parameter", "speed", "9"]) == 0
    )
    result = json.loads((project / "out" / "Small.json").read_text())
    assert result["algorithmConfiguration"]["startDate"] == "2013-10-08T00:00:00Z"
    assert result["algorithmConfiguration"]["parameters"] == {"speed": "9", "other": "2"}
    assert "speed 9" in (project / "out" / "Small-log.txt").read_text()


def test_failed_run_is_exit_code_1_and_names_the_error(project, shared, capsys) -> None:
    """The files are written nevertheless, and say how the run ended."""
    file = write(project, "raise ValueError('boom')")
    assert main(["backtest", file, "--data-folder", str(shared / "lean-data"), "--output", "out"]) == 1
    assert "Runtime Error: ValueError: boom" in capsys.readouterr().err
    assert json.loads((project / "out" / "Small.json").read_text())["state"]["Status"] == "RuntimeError"


def test_run_that_fails_in_initialize_has_no_report(project, shared, capsys) -> None:
    """What the algorithm would have reported on does not exist yet."""
    text = ALGORITHM.replace("self.log", "raise ValueError('no data'); self.log").replace("BODY", "pass")
    (project / "early.py").write_text(
        text + "\n    def strategy_report(self):\n        return self.machines.report()\n"
    )
    assert main(["backtest", "early.py", "--data-folder", str(shared / "lean-data"), "--output", "out"]) == 1
    assert one_line(capsys) == "Runtime Error: ValueError: no data"


def test_file_that_does_not_load_is_exit_code_1(project, capsys) -> None:
    """A syntax error is the algorithm's failure."""
    (project / "broken.py").write_text("def x(:\n")
    assert main(["backtest", "broken.py"]) == 1
    assert "Runtime Error: SyntaxError" in one_line(capsys)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["missing.py"], "missing.py: there is no such algorithm file"),
        (["small.py", "--data-folder", "nowhere"], "nowhere: there is no such data folder"),
        (["empty.py"], "empty.py: no class derived from QCAlgorithm is defined here"),
        (
            ["small.py", "--start", "2014-01-02", "--end", "2014-01-01"],
            "--start 2014-01-02 is after --end 2014-01-01",
        ),
        (
            ["unsupported.py"],
            "unsupported.py, line 9: the engine does not support QCAlgorithm.add_unheard_of",
        ),
    ],
)
def test_wrong_input_is_exit_code_2_and_one_line(project, capsys, arguments: list[str], line: str) -> None:
    """What is wrong and where; nothing is written."""
    write(project)
    (project / "empty.py").write_text("x = 1\n")
    text = ALGORITHM.replace("self.log", "self.add_unheard_of('X'); self.log").replace("BODY", "pass")
    (project / "unsupported.py").write_text(text)
    before = sorted(project.rglob("*"))
    assert main(["backtest", *arguments]) == 2
    assert line in one_line(capsys)
    assert [file for file in sorted(project.rglob("*")) if "storage" not in file.parts] == before


def test_parameter_error_of_the_algorithm_is_wrong_input(project, capsys) -> None:
    """An algorithm that refuses a parameter says so in one line, without a table."""
    (project / "checks.py").write_text(
        "class ParameterError(ValueError):\n    pass\n"
        + ALGORITHM.replace("self.log", "raise ParameterError('speed must be from 1 to 5, was 9'); self.log")
    )
    assert main(["backtest", "checks.py"]) == 2
    assert one_line(capsys).endswith("speed must be from 1 to 5, was 9")


@pytest.mark.parametrize("text", ["2018-13-01", "yesterday"])
def test_dates_must_be_dates(project, capsys, text: str) -> None:
    """The help of the option says how a date looks."""
    with pytest.raises(SystemExit) as exit_:
        main(["backtest", write(project), "--start", text])
    assert exit_.value.code == 2
    assert "a date like 2018-12-31 was expected" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content", "problem"),
    [("{", "not JSON"), ("[]", "an object"), ('{"parameters": []}', "an object with an object `parameters`")],
)
def test_broken_project_file_is_named(tmp_path: Path, content: str, problem: str) -> None:
    """config.json is LEAN's; what is wrong with it is said."""
    (tmp_path / "config.json").write_text(content)
    with pytest.raises(EngineError, match=problem):
        read_project_parameters(tmp_path)


def test_project_parameters_are_texts(tmp_path: Path) -> None:
    """As LEAN's own tool passes them; a folder without config.json has none."""
    assert read_project_parameters(tmp_path) == {}
    (tmp_path / "config.json").write_text(
        '{"parameters": {"a": 1, "b": "x", "c": true}, "language": "Python"}'
    )
    assert read_project_parameters(tmp_path) == {"a": "1", "b": "x", "c": "True"}
    (tmp_path / "config.json").write_text('{"language": "Python"}')
    assert read_project_parameters(tmp_path) == {}


def test_damaged_data_is_one_line_with_file_and_row(project, shared, capsys) -> None:
    """A row that cannot be read names its file and its number."""
    import zipfile

    data = project / "data"
    for name in ("market-hours", "symbol-properties", "alternative/interest-rate"):
        (data / name).parent.mkdir(parents=True, exist_ok=True)
        (data / name).symlink_to(shared / "lean-data" / name)
    equity = data / "equity" / "usa"
    (equity / "hour").mkdir(parents=True)
    for name in ("map_files", "factor_files"):
        (equity / name).symlink_to(shared / "lean-data" / "equity" / "usa" / name)
    with zipfile.ZipFile(shared / "lean-data" / "equity" / "usa" / "hour" / "spy.zip") as archive:
        rows = archive.read("spy.csv").decode().splitlines()
    rows[5] = "20131007 10:00,not,a,price"
    with zipfile.ZipFile(equity / "hour" / "spy.zip", "w") as archive:
        archive.writestr("spy.csv", "\n".join(rows))
    assert main(["backtest", write(project), "--data-folder", str(data)]) == 2
    line = one_line(capsys)
    assert "spy.zip" in line
    assert "row 6" in line


def test_help_lists_every_subcommand(capsys: pytest.CaptureFixture[str]) -> None:
    """Without loading any of them."""
    with pytest.raises(SystemExit):
        main(["--help"])
    printed = capsys.readouterr().out
    assert all(name in printed for name in SUBCOMMANDS)


def test_help_is_quick(repository: Path) -> None:
    """The engine is not loaded to say what there is."""
    code = "import sys, command_line.main as tool; tool.build_parser(''); print('engine' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "False"
