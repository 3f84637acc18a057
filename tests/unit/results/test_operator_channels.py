"""What goes out to people, and what comes in from an operator."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.algorithm.qc_algorithm_commands import QCAlgorithmCommands
from engine.benchmarks.func_benchmark import FuncBenchmark
from engine.benchmarks.security_benchmark import SecurityBenchmark
from engine.commands.command import Command
from engine.commands.file_command_handler import FileCommandHandler
from engine.common.errors import (
    ArgumentException,
    ArgumentNullException,
    NotImplementedException,
    UnsupportedMemberError,
)
from engine.common.time import to_stamp
from engine.notifications.notification_manager import NotificationManager


@pytest.mark.parametrize("live", [False, True])
def test_notifications_are_queued_in_live_mode_and_recorded_always(live: bool) -> None:
    """A backtest sends nothing and says so; what it would have sent can be looked at."""
    notify = NotificationManager(live)
    answers = [
        notify.email("a@b.c", "subject", "message", headers={"h": "1"}),
        notify.sms("+1", "text"),
        notify.web("https://example.com", {"data": 1}),
        notify.telegram("id", "text", "token"),
        notify.ftp("host", "user", "secret", "path", "text"),
        notify.sftp("host", "user", "secret", "path", b"bytes", 2222),
        notify.sftp("host", "user", "private key", "passphrase", "path", "text"),
    ]
    assert answers == [live] * 7
    assert len(notify.messages) == (7 if live else 0)
    assert len(notify.recorded) == 7
    assert "secret" not in repr(notify.recorded)
    uploads = [(upload.secure, upload.port, upload.contents) for upload in notify.recorded[4:]]
    assert uploads == [(False, 21, b"text"), (True, 2222, b"bytes"), (True, 22, b"text")]


def test_upload_without_a_content_is_refused() -> None:
    """The wrong number of arguments is LEAN's error, not a lost file."""
    with pytest.raises(TypeError, match="No method matches given arguments for sftp"):
        NotificationManager(True).sftp("host", "user", "path")


class Algorithm(QCAlgorithmCommands):
    """Remembers what it is told."""

    live_mode = False

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[Any] = []
        self.said: list[str] = []
        self.log = self.debug = self.error = self.said.append

    def on_command(self, data: Any) -> bool | None:
        if data.text == "fail":
            raise ValueError("no such thing")
        self.heard.append((data.text, data.strategy))
        return data.text == "halt"


class Order(Command):
    """A command class of the algorithm's own."""

    quantity = 0

    def run(self, algorithm: Algorithm) -> bool | None:
        if self.quantity < 0:
            raise ValueError("less than nothing")
        algorithm.heard.append(self.quantity)
        return True


@pytest.fixture
def algorithm() -> Algorithm:
    return Algorithm()


@pytest.fixture
def handler(tmp_path: Path, algorithm: Algorithm) -> FileCommandHandler:
    return FileCommandHandler(tmp_path, algorithm, algorithm.said.append)


def put(folder: Path, name: str, content: Any) -> None:
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / name).write_text(text, encoding="utf-8")


def test_command_files_reach_on_command_and_are_answered(tmp_path, algorithm, handler) -> None:
    """In the order of their names; each with an id is answered, each file is removed."""
    put(tmp_path, "command-2.json", {"id": "b", "text": "resume", "strategy": "lt112"})
    put(tmp_path, "command-1.json", {"id": "a", "text": "halt"})
    put(tmp_path, "command-3.json", {"text": "halt"})
    results = handler.process_commands()
    assert algorithm.heard == [("halt", None), ("resume", "lt112"), ("halt", None)]
    assert [result.success for result in results] == [True, False, True]
    assert {file.name for file in tmp_path.iterdir()} == {"result-command-a.json", "result-command-b.json"}
    assert json.loads((tmp_path / "result-command-a.json").read_text())["Success"] is True


def test_failing_handler_ends_the_command_not_the_run(tmp_path, algorithm, handler) -> None:
    """The error is told, the answer is no."""
    put(tmp_path, "command.json", {"id": "a", "text": "fail"})
    assert [result.success for result in handler.process_commands()] == [False]
    assert algorithm.said == ["CallbackCommand Error: no such thing"]


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", '"text"'])
def test_file_that_is_no_command_is_named_and_removed(tmp_path, algorithm, handler, content: str) -> None:
    """It must not be read again with every step."""
    put(tmp_path, "command-x.json", content)
    assert handler.process_commands() == []
    assert algorithm.said[0].startswith("command-x.json: not a command")
    assert list(tmp_path.iterdir()) == []


def test_answer_stays_in_the_folder(tmp_path, algorithm, handler) -> None:
    """An id is a name, not a path."""
    put(tmp_path, "command.json", {"id": "../escape", "text": "halt"})
    handler.process_commands()
    assert [file.name for file in tmp_path.iterdir()] == ["result-command-escape.json"]


def test_typed_commands_run_their_class(tmp_path, algorithm, handler) -> None:
    """The $type names a class that the algorithm has registered; letters' case does not matter."""
    algorithm.add_command(Order)
    put(tmp_path, "command-1.json", {"$type": "order", "quantity": 7})
    put(tmp_path, "command-2.json", {"$type": "Order", "quantity": -1})
    put(tmp_path, "command-3.json", {"$type": "Order", "quantity": -2})
    put(tmp_path, "command-4.json", {"$type": "Unknown"})
    assert [result.success for result in handler.process_commands()] == [True, None, None, None]
    assert algorithm.heard == [7]
    assert algorithm.said == [
        "Unexpected error running command 'Order' error: 'less than nothing'",
        "Detected unregistered command type 'Unknown', will be ignored",
    ]


def test_command_class_needs_a_run_method(algorithm: Algorithm) -> None:
    """It is refused when it is registered, not when it is needed."""
    with pytest.raises(ArgumentException):
        algorithm.add_command(object)
    with pytest.raises(NotImplementedException):
        Command().run(algorithm)


def test_members_of_a_command_are_read_in_any_spelling() -> None:
    """What is not there is None."""
    command = Command({"BuyingPower": 5, "text": "halt"})
    assert (command.buying_power, command.TEXT, command.nothing) == (5, "halt", None)
    assert json.loads(str(command)) == {"BuyingPower": 5, "text": "halt"}


def test_broadcast_is_off_in_a_backtest_and_unsupported_live(algorithm: Algorithm) -> None:
    """The warning comes once."""
    algorithm.broadcast_command({"a": 1})
    algorithm.broadcast_command({"a": 1})
    assert algorithm.said == ["Warning: sending broadcast commands is disabled in backtesting"]
    algorithm.live_mode = True
    with pytest.raises(UnsupportedMemberError):
        algorithm.broadcast_command({"a": 1})


def test_benchmarks_give_a_value_at_a_moment() -> None:
    """A function of the UTC time, or the latest price of a security in account currency."""
    function = FuncBenchmark(lambda time: 100 + time.hour)
    assert function.evaluate(datetime(2021, 1, 4, 5)) == 105.0
    assert function.evaluate_decimal(to_stamp(datetime(2021, 1, 4, 6))) == 106
    security = SimpleNamespace(price_decimal=2, quote_currency=SimpleNamespace(conversion_rate_decimal=3))
    assert SecurityBenchmark(security).evaluate(datetime(2021, 1, 4)) == 6.0
    for wrong, error in ((None, ArgumentNullException), (5, ArgumentException)):
        with pytest.raises(error):
            FuncBenchmark(wrong)
