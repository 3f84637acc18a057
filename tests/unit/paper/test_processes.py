"""The tool's `live` and `command` as real processes: killed, stopped, doubled, spoken to, left alone.

The algorithms do to their own process what an operator or a power cut would, at a moment of the market.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.paper.ledger import read_ledger

HEAD = """
import json, os, signal, subprocess, sys
from pathlib import Path
from AlgorithmImports import *

HERE = Path(__file__).parent


class Small(QCAlgorithm):
    def initialize(self):
        self.set_cash(100000)
        self.set_brokerage_model(BrokerageName.INTERACTIVE_BROKERS_BROKERAGE, AccountType.MARGIN)
        raw = DataNormalizationMode.RAW
        self.spy = self.add_equity("SPY", Resolution.MINUTE, data_normalization_mode=raw).symbol
        self.schedule.on(self.date_rules.on(2015, 1, 2), self.time_rules.at(10, 30), self.event)
        self.child = None

    def note(self, **what):
        with open(HERE / "notes.jsonl", "a") as file:
            file.write(json.dumps(what) + "\\n")

    def tool(self, *words):
        return [sys.executable, "-m", "command_line.main", *words, "--storage", str(HERE / "live")]

    def event(self):
        pass
"""


@pytest.fixture
def live(tmp_path: Path, repository: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return what runs `live --paper` on an algorithm with these methods, in a process of its own."""

    def run(methods: str, *words: str, end: str = "2015-01-02") -> subprocess.CompletedProcess[str]:
        file = tmp_path / "small.py"
        file.write_text(HEAD + methods)
        return subprocess.run(
            [
                *(sys.executable, "-m", "command_line.main", "live", "--paper", str(file)),
                *("--storage", str(tmp_path / "live"), "--output", str(tmp_path / "results")),
                *("--start", "2015-01-02", "--end", end, *words),
            ],
            env={**os.environ, "PYTHONPATH": str(repository)},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def notes(tmp_path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (tmp_path / "notes.jsonl").read_text().splitlines()]


def test_killed_run_goes_on_after_an_outage(
    live: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """What rests at a SIGKILL fills while nobody is there; the next start finds it held, and trades on."""
    methods = """
    def on_warmup_finished(self):
        orders = [order.tag for order in self.transactions.get_open_orders()]
        self.note(time=str(self.time), held=self.portfolio[self.spy].quantity, orders=orders)

    def event(self):
        self.market_order(self.spy, 5, tag="now")
        self.limit_order(self.spy, 1, 5000, tag="resting")
        self.limit_order(self.spy, 1, 1, tag="hopeless")
        os.kill(os.getpid(), signal.SIGKILL)
    """
    assert live(methods).returncode == -9
    again = live(methods, "--outage", "15")
    assert again.returncode == 0, again.stderr
    assert "Data: real index and VIX path, modelled option quotes" in again.stdout
    first, second = notes(tmp_path)
    assert first == {"time": "2015-01-02 00:00:00", "held": 0, "orders": []}
    assert second == {"time": "2015-01-02 10:45:00", "held": 6, "orders": ["hopeless"]}
    ledger = read_ledger(tmp_path / "live")
    assert ledger is not None
    told = [event for notice in ledger.notices() for event in notice["events"]]
    fills = [event for event in told if float(event["fill_quantity"])]
    assert [(event["order"], event["fill_quantity"]) for event in fills] == [(1, "5"), (2, "1")]


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 0), ("SIGINT", 130)])
def test_signal_ends_a_run_in_order(
    live: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path, name: str, code: int
) -> None:
    """The step is finished, on_end_of_algorithm runs, the store is flushed, one line says where it stands."""
    stopped = live(f"""
    def event(self):
        self.object_store.save("note.txt", "kept")
        os.kill(os.getpid(), signal.{name})

    def on_end_of_algorithm(self):
        self.note(ended=str(self.time))
    """)
    assert stopped.returncode == code
    assert stopped.stdout.splitlines() == [
        "stopped in order at 2015-01-02 10:30 New York; the same command goes on from there"
    ]
    assert notes(tmp_path) == [{"ended": "2015-01-02 10:30:00"}]
    assert (tmp_path / "live" / "storage" / "note.txt").read_text() == "kept"


def test_second_process_on_a_folder_is_refused(
    live: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """One line names the first, and since when; the first goes on undisturbed."""
    first = live("""
    def event(self):
        asked = self.tool("live", "--paper", __file__)
        second = subprocess.run(asked, capture_output=True, text=True)
        self.note(code=second.returncode, error=second.stderr, pid=os.getpid())
    """)
    assert first.returncode == 0, first.stderr
    (note,) = notes(tmp_path)
    assert note["code"] == 2
    lines = str(note["error"]).splitlines()
    assert len(lines) == 1
    assert f"{tmp_path / 'live'} is in use by process {note['pid']} since 20" in lines[0]


def test_command_reaches_the_running_algorithm(
    live: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """What the algorithm logs is the answer; a refusal is exit code 1, and nobody there is 2."""
    ran = live(
        """
    def event(self):
        pipe = subprocess.PIPE
        self.child = [subprocess.Popen(self.tool("command", *words), stdout=pipe, text=True)
                      for words in (("pause", "lt112", "--reason", "storm"), ("flatten",))]

    def on_data(self, data):
        for child in self.child or ():
            try:
                child.wait(0.05)
            except subprocess.TimeoutExpired:
                pass

    def on_command(self, data):
        self.log(f"heard {data.text} {data.strategy} {data.reason}")
        return data.text == "pause"

    def on_end_of_algorithm(self):
        for child in self.child:
            said, _ = child.communicate()
            self.note(code=child.returncode, said=said.split(" ", 2)[2].strip())
    """,
        end="2015-01-05",
    )
    assert ran.returncode == 0, ran.stderr
    assert notes(tmp_path) == [
        {"code": 0, "said": "heard pause lt112 storm"},
        {"code": 1, "said": "heard flatten None None"},
    ]
    assert not list((tmp_path / "live" / "commands").iterdir())


def test_lost_broker_ends_the_run_with_one_line(
    live: Callable[..., subprocess.CompletedProcess[str]], tmp_path: Path
) -> None:
    """Without a broker there is nothing to trade with; its ledger is whole, so the next start goes on."""
    methods = """
    def event(self):
        broker = int((HERE / "live" / "paper-broker.lock").read_text().split()[1])
        self.market_order(self.spy, 5)
        if not (HERE / "notes.jsonl").exists():
            self.note(killed=broker)
            os.kill(broker, signal.SIGKILL)
    """
    lost = live(methods)
    assert lost.returncode == 1
    assert lost.stderr.splitlines() == [
        "options-machines live: the paper broker's process has ended; the same command goes on from its ledger"
    ]
    assert live(methods).returncode == 0
    ledger = read_ledger(tmp_path / "live")
    assert ledger is not None
    # the event of 10:30 fires again in the run that starts at 10:30
    assert [row.quantity for row in ledger.holdings()] == [10]


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (["--speed", "0"], "argument --speed: max or a positive number was expected, not '0'"),
        (["--outage", "-3"], "argument --outage"),
        (["--end", "2014-12-31"], "--start 2015-01-02 is after --end 2014-12-31"),
    ],
)
def test_wrong_arguments_are_told_in_a_line(
    live: Callable[..., subprocess.CompletedProcess[str]], words: list[str], line: str
) -> None:
    """Exit code 2, and nothing is made."""
    refused = live("", *words)
    assert refused.returncode == 2
    assert line in refused.stderr.splitlines()[-1]
