"""The real thing: `live --paper` in lockstep, killed at a probe, started again from its ledger and its documents."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from algorithm.host import Host
from engine.data_source.modelled.source import ModelledSource
from engine.paper.ledger import FILE
from engine.paper.session import OBJECT_STORE, LiveRequest, PaperSession, open_ledger_broker
from objectstore.folder_store import FolderStore
from objectstore.inspection import inspect
from tests.crash.checks import PATIENCE, Broken, machines_of, naked

REPOSITORY = Path(__file__).resolve().parents[2]
FOLLOWED_STEPS = 420
"""Moments of the market that a restarted run is watched for, if it does not come back to the undisturbed one."""


class Died(BaseException):
    """The end of a process; nothing catches it."""


def request_for(folder: Path, source: ModelledSource, start: date, end: date) -> LiveRequest:
    """Return the run of main.py with everything it writes below a folder."""
    return LiveRequest(REPOSITORY / "main.py", source, folder / "results", folder / "live", start, end)


@dataclass(slots=True)
class Undisturbed:
    """The run that was never killed."""

    points: Counter[str] = field(default_factory=Counter)
    prints: dict[int, dict[str, Any]] = field(default_factory=dict)
    """By the stamp of each moment: how things stood before it."""


def host_of(session: PaperSession) -> Host | None:
    """Return the host of a running session, once it has compared itself with the broker."""
    machines = getattr(session.algorithm, "machines", None)
    return machines.host if machines is not None and machines.host.ready else None


def live_fingerprint(session: PaperSession, host: Host) -> dict[str, Any]:
    """Return everything that decides how a run goes on."""
    cash = session.algorithm.portfolio.cash_book["USD"].amount  # type: ignore[union-attr]
    return {
        "cash": round(float(cash), 2),
        "positions": {each.contract: each.quantity for each in host.broker.holdings()},
        "resting": sorted((order.symbol, order.quantity) for order in host.broker.open_orders()),
        **machines_of(host),
    }


def run(request: LiveRequest, look: Callable[[PaperSession, str, str], None]) -> None:
    """Run until the end, or until `look` raises `Died`."""
    broker = open_ledger_broker(request.storage, request.source, durable=False)
    session = PaperSession(request, broker, lambda kind, detail: look(session, kind, detail))
    try:
        outcome = session.run()
    except Died:
        return
    finally:
        broker.close()
    if outcome.error is not None:
        raise Broken(f"the run ended with {outcome.error}")


def record(request: LiveRequest) -> Undisturbed:
    """Run undisturbed, and remember how things stood at every moment of the market."""
    found = Undisturbed()

    def look(session: PaperSession, kind: str, detail: str) -> None:
        found.points[f"{kind} {detail.partition(' ')[0]}" if kind != "step" else kind] += 1
        host = host_of(session) if kind == "step" else None
        if host is not None:
            found.prints[int(detail)] = live_fingerprint(session, host)

    run(request, look)
    return found


def copy_of(storage: Path, folder: Path, documents: Path | None = None) -> None:
    """Copy what a killed process leaves behind; with older documents than those, if they are given."""
    folder.mkdir(parents=True)
    for suffix in ("", "-wal", "-shm"):
        file = storage / f"{FILE}{suffix}"
        if file.is_file():
            shutil.copy(file, folder / file.name)
    shutil.copytree(documents or storage / OBJECT_STORE, folder / OBJECT_STORE)


def tear(folder: Path, key: str, part: float) -> None:
    """Cut a document of a copy short."""
    file = folder / OBJECT_STORE / key
    if file.is_file():
        data = file.read_bytes()
        file.write_bytes(data[: int(len(data) * part)])


class Observer:
    """Watches a restarted run moment by moment, and ends it when it is the undisturbed one again."""

    def __init__(self, undisturbed: Undisturbed) -> None:
        self.undisturbed = undisturbed
        self.steps = 0
        self.outcome = "other"
        self._bare: Counter[str] = Counter()
        self._adrift = 0

    def __call__(self, session: PaperSession, kind: str, detail: str) -> None:
        host = host_of(session) if kind == "step" else None
        if host is None:
            return
        self.steps += 1
        self._check(host)
        same = self.undisturbed.prints.get(int(detail)) == live_fingerprint(session, host)
        if same or self.steps > FOLLOWED_STEPS:
            self.outcome = "same" if same else "other"
            self._finish(host)
            raise Died

    def _check(self, host: Host) -> None:
        owned: Counter[str] = Counter()
        now = host.market.now()
        today = host.sessions.on(now.date())
        is_open = today is not None and today.opens_at < now < today.closes_at
        for machine in host.manager.machines:
            if machine.state == "ERROR":
                raise Broken(f"{now}: {machine.name} is in ERROR: {machine.last}")
            for leg in machine.legs:
                owned[leg.contract] += leg.quantity  # type: ignore[assignment]
            self._bare[machine.name] += 1
            if not naked(host.market.contract, machine):
                self._bare[machine.name] = 0
            if self._bare[machine.name] > 2 and is_open:
                raise Broken(
                    f"{now}: {machine.name} in {machine.state} is naked for more than a step: {machine.legs}"
                )
        held = {each.contract: each.quantity for each in host.broker.holdings()}
        self._adrift = 0 if held == {s: q for s, q in owned.items() if q} else self._adrift + 1
        if self._adrift > PATIENCE:
            raise Broken(f"{now}: owned {dict(owned)}, held {held}")
        working = Counter((order.symbol, order.quantity > 0) for order in host.broker.open_orders())
        twice = [key for key, count in working.items() if count > 1]
        if twice:
            raise Broken(f"{now}: two orders at work for {twice}")

    def _finish(self, host: Host) -> None:
        missing = host.report()["portfolio"]["unattributed_usd"]
        if abs(missing) >= 0.01:
            raise Broken(f"{host.market.now()}: {missing:.2f} USD of the account belong to no strategy")
        host.audit.flush()


def ledger_problems(storage: Path) -> Iterator[str]:
    """Yield what the ledger says was traded wrongly: a position opened twice, or closed beyond nothing."""
    with sqlite3.connect(storage / FILE) as connection:
        rows = connection.execute(
            "select security, name, filled, tag, fields from orders order by id"
        ).fetchall()
    connection.close()
    position: Counter[str] = Counter()
    opened_by: dict[str, str] = {}
    for security, name, filled, tag, fields in rows:
        quantity, before = float(filled), position[security]
        group = (tag or "").rpartition("/")[0]
        if not quantity or "exercise" in str(json.loads(fields).get("type", "")).lower():
            continue
        after = before + quantity
        if before * after < 0:
            yield f"{tag}: {quantity:+g} {name} turns {before:+g} round"
        if (
            before * quantity > 0
            and opened_by[security] != group
            and _owner(opened_by[security]) == _owner(group)
        ):
            yield f"{tag}: {quantity:+g} {name} on top of the {before:+g} of {opened_by[security]}"
        if not before:
            opened_by[security] = group
        position[security] = after  # type: ignore[assignment]


def _owner(group: str) -> str:
    return group.partition("/")[0]


def judge(request: LiveRequest, undisturbed: Undisturbed) -> str:
    """Start again on what a killed process left; return `same` or `other`, or raise Broken."""
    observer = Observer(undisturbed)
    run(request, observer)
    problems = [
        *ledger_problems(request.storage),
        *inspect(FolderStore(request.storage / OBJECT_STORE)).problems,
    ]
    if problems:
        raise Broken("; ".join(problems))
    return observer.outcome


def moved(request: LiveRequest, storage: Path) -> LiveRequest:
    """Return the same run on another folder."""
    return replace(request, storage=storage, output=storage / "results")
