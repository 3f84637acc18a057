"""One live run: lock the storage folder, start the broker's process, keep the pace, stop in order when asked to."""

from __future__ import annotations

import signal
import threading
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.commands.file_command_handler import FileCommandHandler
from engine.common.time import MINUTE, SECOND
from engine.common.time_zones import TimeZones
from engine.paper.lock import RUN_LOCK, locked
from engine.paper.probe import Probe, nobody_looks
from engine.paper.process import broker_process
from engine.paper.session import LiveRequest, PaperSession, period

if TYPE_CHECKING:
    from types import FrameType

    from engine.launcher import BacktestOutcome
    from engine.paper.port import Broker

COMMANDS = "commands"
"""Folder of the operator's commands, below the storage folder."""
_LOOK_SECONDS = 0.2
"""How often commands are looked for while the market is waited for."""


@dataclass(slots=True)
class LiveOptions:
    """How a live run goes.

    Parameters
    ----------
    speed : market seconds per second of the wall clock; None as fast as it goes
    outage_minutes : market time that passes without the algorithm before a restart
    data_folder : of LEAN's files; None for the built-in data
    faults : file of broker faults
    """

    speed: float | None = None
    outage_minutes: int = 0
    data_folder: Path | None = None
    faults: Path | None = None


@dataclass(slots=True)
class LiveOutcome:
    """What came of a run: where the market stands, and the signal that stopped it, if one did."""

    result: BacktestOutcome
    reached: datetime
    signal: int | None


def run_live(request: LiveRequest, options: LiveOptions, probe: Probe = nobody_looks) -> LiveOutcome:
    """Run an algorithm until its market ends, or until SIGINT or SIGTERM asks it to stop.

    Parameters
    ----------
    probe : looks at everything that leaves a trace (`engine.paper.probe`)

    Raises
    ------
    EngineError
        As `PaperSession.run`, or if another process is at work in the storage folder.
    """
    with (
        locked(request.storage, RUN_LOCK),
        broker_process(request.storage, options.data_folder, options.faults) as broker,
        _Stopping() as stopping,
    ):
        _sit_out(broker, request, options.outage_minutes)
        pace = _Pace(options.speed, stopping)
        clock = None if options.speed is None else _wall_clock
        session = PaperSession(request, broker, probe, pace.may_go_on, clock)
        pace.attend(session, request.storage / COMMANDS)
        result = session.run()
        reached = TimeZones.NEW_YORK.local_datetime(int(broker.status()["stamp"]))
    return LiveOutcome(result, reached, stopping.signal)


def _sit_out(broker: Broker, request: LiveRequest, minutes: int) -> None:
    """Let the market of a broker that has an account go on with nobody there."""
    status = broker.status()
    if not minutes or not status["opened"]:
        return
    _, end = period(request)
    broker.open({**status["terms"], "end": end})
    broker.advance(min(int(status["stamp"]) + minutes * MINUTE, end))


def _wall_clock() -> int:
    return time.monotonic_ns() // 1000


class _Stopping:
    """Notices SIGINT and SIGTERM, for as long as it is entered."""

    def __init__(self) -> None:
        self.signal: int | None = None
        self._asked = threading.Event()
        self._before: dict[int, Any] = {}

    def __enter__(self) -> _Stopping:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._notice)
        return self

    def __exit__(self, *error: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _notice(self, number: int, frame: FrameType | None) -> None:
        self.signal = number
        self._asked.set()

    @property
    def asked(self) -> bool:
        return self._asked.is_set()

    def wait(self, seconds: float) -> None:
        """Wait, no longer than until a signal comes."""
        self._asked.wait(seconds)


class _Pace:
    """Lets each moment of the market come when it is due, and carries commands out between moments."""

    def __init__(self, speed: float | None, stopping: _Stopping) -> None:
        self._speed = speed
        self._stopping = stopping
        self._origin: tuple[int, float] | None = None
        self._session: PaperSession
        self._commands: Path
        self._handler: FileCommandHandler | None = None

    def attend(self, session: PaperSession, commands: Path) -> None:
        """Take the session to pace and the folder of its commands."""
        commands.mkdir(exist_ok=True)
        self._session, self._commands = session, commands

    def may_go_on(self, stamp: int) -> bool:
        """Return when a moment is due; False if the run is to stop before it."""
        self._run_commands()
        if self._speed is not None:
            self._wait_for(stamp, self._speed)
        return not self._stopping.asked

    def _wait_for(self, stamp: int, speed: float) -> None:
        if self._origin is None:
            self._origin = (stamp, time.monotonic())
        market, wall = self._origin
        due = wall + (stamp - market) / SECOND / speed
        while not self._stopping.asked:
            left = due - time.monotonic()
            if left <= 0:
                return
            self._stopping.wait(min(left, _LOOK_SECONDS))
            self._run_commands()
            self._session.store.persist_if_due()

    def _run_commands(self) -> None:
        algorithm = self._session.algorithm
        if algorithm is None:
            return
        if self._handler is None:
            self._handler = FileCommandHandler(
                self._commands, algorithm, algorithm.error, algorithm.log_messages
            )
        self._handler.process_commands()
