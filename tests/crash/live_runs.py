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
from engine.common.time import MINUTE
from engine.data_source.modelled.source import ModelledSource
from engine.paper.ledger import FILE, read_ledger
from engine.paper.session import OBJECT_STORE, LiveRequest, PaperSession, open_ledger_broker
from objectstore.folder_store import FolderStore
from objectstore.inspection import inspect
from tests.crash.checks import PATIENCE, Broken, Trace, machines_of, naked
from tests.crash.reasons import Course, Left, named, reasons, unexplained

REPOSITORY = Path(__file__).resolve().parents[2]
QUOTELESS_MINUTES = 1
"""For so long after its start a process cannot trade: quotes come with the first moment of the market."""
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
    sent: set[tuple[int, str]] = field(default_factory=set)
    """(stamp, machine) of every order."""
    owners: dict[str, frozenset[str]] = field(default_factory=dict)
    """Contract: who ever held it."""

    @property
    def course(self) -> Course:
        """Return what explains why a restarted run goes another way."""
        return Course(Trace(), frozenset(self.sent), self.owners)


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
    stamp = 0

    def look(session: PaperSession, kind: str, detail: str) -> None:
        nonlocal stamp
        found.points[point_kind(kind, detail)] += 1
        if kind == "step":
            stamp = int(detail)
        elif kind == "submission" and detail.startswith("before "):
            found.sent.add((stamp, detail.split()[-1].partition("/")[0]))
        host = host_of(session) if kind == "step" else None
        if host is not None:
            found.prints[stamp] = live_fingerprint(session, host)
            for machine in host.manager.machines:
                for leg in machine.legs:
                    found.owners[leg.contract] = found.owners.get(leg.contract, frozenset()) | {machine.name}

    run(request, look)
    return found


def point_kind(kind: str, detail: str) -> str:
    """Return under what a point is counted."""
    return kind if kind == "step" else f"{kind} {detail.partition(' ')[0]}"


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
        self.differing: dict[str, str] = {"everything": "the run ended before its first step"}
        """In what the run differs from the undisturbed one; empty when it has become the same."""
        self._bare: Counter[str] = Counter()
        self._adrift = 0

    def __call__(self, session: PaperSession, kind: str, detail: str) -> None:
        host = host_of(session) if kind == "step" else None
        if host is None:
            return
        self.steps += 1
        self._check(host)
        mine, undisturbed = live_fingerprint(session, host), self.undisturbed.prints.get(int(detail), {})
        self.differing = {
            key: f"{mine[key]} != {undisturbed.get(key)}" for key in mine if mine[key] != undisturbed.get(key)
        }
        if not self.differing or self.steps > FOLLOWED_STEPS:
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


def left_in(storage: Path, stamp: int, watching: frozenset[str], whole: dict[str, bytes]) -> Left:
    """Return what a killed process left in a folder, as far as it explains what follows."""
    ledger = read_ledger(storage)
    if ledger is None:
        return Left((stamp,), stamp, {}, frozenset(), watching, documents_in(storage), whole)
    held = {row.security: float(row.quantity) for row in ledger.holdings()}
    working = frozenset(_owner(str(order["tag"] or "")) for order, _ in ledger.open_orders())
    ledger.close()
    # the first moment brings the quotes, the next one is the first at which they can be traded on
    moments = tuple(stamp + minutes * MINUTE for minutes in range(QUOTELESS_MINUTES + 1))
    return Left(moments, stamp, held, working, watching, documents_in(storage), whole)


def documents_in(storage: Path) -> dict[str, bytes]:
    """Return the documents of a folder by their keys."""
    store = storage / OBJECT_STORE
    return {str(file.relative_to(store)): file.read_bytes() for file in store.rglob("*.json")}


def judge(request: LiveRequest, undisturbed: Undisturbed, left: Left) -> str:
    """Start again on what a killed process left; return `same`, or `other` with the reason, or raise Broken."""
    observer = Observer(undisturbed)
    run(request, observer)
    problems = [
        *ledger_problems(request.storage),
        *inspect(FolderStore(request.storage / OBJECT_STORE)).problems,
    ]
    if problems:
        raise Broken("; ".join(problems))
    if not observer.differing:
        return "same"
    known = reasons(left, undisturbed.course)
    if unnamed := unexplained(observer.differing, known):
        told = "; ".join(f"{name}: {observer.differing[name]}" for name in sorted(unnamed))
        raise Broken(f"goes another way for no reason: {told}")
    return f"other: {named(observer.differing, known)}"


def moved(request: LiveRequest, storage: Path) -> LiveRequest:
    """Return the same run on another folder."""
    return replace(request, storage=storage, output=storage / "results")
