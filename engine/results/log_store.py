"""Messages on their way to the log file (LEAN: BaseResultsHandler.ProcessAlgorithmLogs)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime


def prefix_with_time(message: str, local_time: datetime) -> str:
    """Return a log line: the algorithm's time, then the text (LEAN: Extensions.PrefixWithAlgorithmTime)."""
    return f"{local_time:%Y-%m-%d %H:%M:%S} {message}"


class LogStore:
    """Lines in the order of the log file: per flush all debug lines, then errors, then log lines."""

    def __init__(self) -> None:
        self._lines: list[str] = []

    def __len__(self) -> int:
        return len(self._lines)

    def add(self, line: str) -> None:
        self._lines.append(line)

    def flush(self, queues: Iterable[deque[str]]) -> None:
        """Take what waits in the algorithm's queues."""
        for queue in queues:
            self._lines.extend(queue)
            queue.clear()

    def copy(self) -> list[str]:
        return list(self._lines)
