"""Runs an algorithm in the engine and compares what happened with LEAN's own record of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.launcher import BacktestRequest, run_backtest

if TYPE_CHECKING:
    from pathlib import Path

_NUMBERS = {6, 7, 8, 9}
_EVENT_COLUMNS = 11


@dataclass(frozen=True)
class GoldenRun:
    """What the engine did beside what LEAN did."""

    record: dict[str, Any]
    statistics: dict[str, str]
    events: list[list[Any]]
    log: list[str]

    def differences(self) -> list[str]:
        """Return every difference in words, none when the engine agrees with LEAN."""
        return [*self._statistics(), *self._events(), *self._log()]

    def _statistics(self) -> list[str]:
        wanted = self.record["statistics"]
        return [
            f"{name}: LEAN {value!r}, here {self.statistics.get(name)!r}"
            for name, value in wanted.items()
            if self.statistics.get(name) != value
        ]

    def _events(self) -> list[str]:
        wanted = [row[:_EVENT_COLUMNS] for row in self.record["order_events"]]
        if len(wanted) != len(self.events):
            return [f"{len(wanted)} order events in LEAN, {len(self.events)} here"]
        pairs = enumerate(zip(wanted, self.events))
        return [f"order event {i}: LEAN {a}, here {b}" for i, (a, b) in pairs if not _same(a, b)]

    def _log(self) -> list[str]:
        # LEAN writes debug, error and log lines in batches, and none of the last batch after a runtime error
        if self.record.get("log") is None or "Error" in (self.record.get("status") or ""):
            return []
        wanted, here = _by_moment(self.record["log"]), _by_moment(self.log)
        return [
            f"log at {moment or 'the start'}: LEAN {wanted.get(moment)}, here {here.get(moment)}"
            for moment in sorted(wanted.keys() | here.keys())
            if wanted.get(moment) != here.get(moment)
        ]


def run(record: Path, algorithm: Path, data: Path, folder: Path) -> GoldenRun:
    """Run `algorithm` on `data`; `folder` takes its results and its object store."""
    golden = json.loads(record.read_text(encoding="utf-8"))
    request = BacktestRequest(
        algorithm,
        LeanFolder(data),
        folder / "output",
        parameters=dict(golden.get("parameters", {})),
        storage=folder / "storage",
    )
    outcome = run_backtest(request)
    base = folder / "output" / outcome.name
    events_file, log_file = (
        base.with_name(f"{base.name}-order-events.json"),
        base.with_name(f"{base.name}-log.txt"),
    )
    events = json.loads(events_file.read_text(encoding="utf-8")) if events_file.exists() else []
    log = log_file.read_text(encoding="utf-8").splitlines() if log_file.exists() else []
    return GoldenRun(golden, outcome.statistics, [_row(event) for event in events], log)


def _row(event: dict[str, Any]) -> list[Any]:
    moment = event["time"]
    if not isinstance(moment, str):
        moment = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    names = (
        "orderId",
        "orderEventId",
        "symbol",
        "status",
        "direction",
        "quantity",
        "fillPrice",
        "fillQuantity",
    )
    return [moment, *(event[name] for name in names), event.get("orderFeeAmount", 0), event["isAssignment"]]


def _same(a: list[Any], b: list[Any]) -> bool:
    return all(
        abs(float(x or 0) - float(y or 0)) < 1e-8 if i in _NUMBERS else x == y
        for i, (x, y) in enumerate(zip(a, b))
    )


def _by_moment(lines: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    moment = ""
    for line in lines:
        if len(line) > 19 and line[4] == "-" and line[13] == ":":
            moment = line[:19]
        found.setdefault(moment, []).append(line)
    return {moment: sorted(some) for moment, some in found.items()}
