"""Why a restarted run may go another way than the undisturbed one: machine by machine, from what the crash left.

A restart that does not come back to the undisturbed run without one of these reasons is broken.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, NamedTuple

from objectstore.repository import Repository
from objectstore.schema import MachineDocument
from objectstore.store import MemoryStore
from state.records import PositionLeg
from strategies.base import Purpose
from strategies.registry import STRATEGIES
from tests.crash.checks import Trace

NAMES = ("iron_condor", "lt112", "ipmcc", "futures_strangle", "leap_ladder")


MICROSECOND = timedelta(microseconds=1)


class Reason(StrEnum):
    """What was under way; what weighs most comes first."""

    FILL = "a fill was not on record"
    """The broker had traded what the documents did not say yet: its price, or its fee, is lost."""
    AT_WORK = "an order was at work"
    """It is cancelled, and decided on anew a minute later."""
    NOT_SENT = "an order was decided on and not sent"
    """It is decided on anew, as soon as its contracts have quotes again."""
    HALF_OUT = "an exit was half done"
    """What is left of the position goes on its way out by itself, its limits from the beginning."""
    AWAY = "the market went on without us"
    """The undisturbed run acted during the outage."""
    DOCUMENTS = "documents were lost"
    """The last seconds of them, or the half-written one: what they said beside the position is looked at again."""
    WATCHED = "a shortlist was watched"
    """It is subscribed anew: for a minute there are no quotes to enter, or to roll, by."""
    SOONER = "a position was looked at sooner"
    """A new process looks at what it holds at once, and finds what the undisturbed run found at its next look."""


Known = dict[str, set[Reason]]
"""By machine: what was under way."""


Moment = datetime | int
"""A minute in the scripted world, LEAN's stamp in a live run."""


class Left(NamedTuple):
    """What a crash left behind, as far as it explains what follows."""

    moments: tuple[Moment, ...]
    """The moment of the crash, and those after it at which the next process has no quotes yet."""
    back_at: Moment
    """When the next process begins."""
    positions: Mapping[str, float]
    """At the broker when the next process begins."""
    working: frozenset[str]
    """Machines with orders at work at the crash."""
    watching: frozenset[str]
    """Machines that had a shortlist subscribed."""
    disk: Mapping[str, bytes]
    whole: Mapping[str, bytes]
    """The documents before they were damaged."""


class Course(NamedTuple):
    """What is known of the undisturbed run."""

    trace: Trace
    sent: frozenset[tuple[Moment, str]]
    """(moment, machine) of every order that needs quotes which a new process has to wait for."""
    owners: Mapping[str, frozenset[str]]
    """Contract: who ever held it."""


def documents(disk: Mapping[str, bytes]) -> dict[str, MachineDocument | None]:
    """Return each machine's document as a new process would read it."""
    store = MemoryStore()
    for key, data in disk.items():
        store.save(key, data)
    repository = Repository(store)
    return {name: repository.load_machine(name, look_only=True).document for name in NAMES}


def reasons(left: Left, course: Course) -> Known:
    """Return by machine what was under way."""
    found: Known = {name: set() for name in NAMES}
    read, whole = documents(left.disk), documents(left.whole)
    for name in _unrecorded(read, left.positions, course.owners):
        found[name].add(Reason.FILL)
    for name, document in read.items():
        if name in left.working:
            found[name].add(Reason.AT_WORK)
        if name in left.watching:
            found[name].add(Reason.WATCHED)
        if _meant_to_open(document) or any((moment, name) in course.sent for moment in left.moments):
            found[name].add(Reason.NOT_SENT)
        if _essence(document) != _essence(whole[name]) or _manager(left.disk) != _manager(left.whole):
            found[name].add(Reason.DOCUMENTS)
        if _half_out(document):
            found[name].add(Reason.HALF_OUT)
        if left.back_at > left.moments[-1] and _acted(course, name, left.moments[0], left.back_at):  # type: ignore[operator]
            found[name].add(Reason.AWAY)
        if document is not None and document.legs and _moved_at_next_look(course, name, left.back_at):
            found[name].add(Reason.SOONER)
    return found


def together(known: Known, before: Known | None) -> Known:
    """Return the reasons of two crashes, one in the recovery from the other."""
    return known if before is None else {name: known[name] | before[name] for name in known}


def unexplained(differing: Iterable[str], known: Known) -> set[str]:
    """Return in what a run differs for no reason.

    One machine's reason explains the others' difference too: sizes and permissions depend on the account.
    """
    different = set(differing)
    return set() if any(known.get(name) for name in different) else different


def named(differing: Iterable[str], known: Known) -> str:
    """Return the reason of a run that goes another way: what weighs most of its machines' own."""
    own = {reason for name in differing for reason in known.get(name, ())}
    return next(reason for reason in Reason if reason in own)


def _unrecorded(
    read: Mapping[str, MachineDocument | None],
    positions: Mapping[str, float],
    owners: Mapping[str, frozenset[str]],
) -> set[str]:
    """Return the machines of contracts of which the broker holds another quantity than the documents say."""
    owned: Counter[str] = Counter()
    whose: dict[str, set[str]] = {contract: set(names) for contract, names in owners.items()}
    for name, document in read.items():
        for leg in document.legs if document is not None else ():
            owned[leg.contract] += leg.quantity  # type: ignore[assignment]
            whose.setdefault(leg.contract, set()).add(name)
    different = {c for c in {*owned, *positions} if owned[c] != positions.get(c, 0.0)}
    return {name for contract in different for name in whose.get(contract, NAMES)}


def _meant_to_open(document: MachineDocument | None) -> bool:
    if document is None:
        return False
    return document.state == "ENTERING" or any(i.purpose != Purpose.EXIT for i in document.intents)


def _half_out(document: MachineDocument | None) -> bool:
    intents = document.intents if document is not None else ()
    return any(i.purpose == Purpose.EXIT and any(leg.filled for leg in i.legs) for i in intents)


def _essence(document: MachineDocument | None) -> tuple[Any, ...] | None:
    if document is None:
        return None
    legs: tuple[PositionLeg, ...] = document.legs
    return document.state, legs, document.intents, document.values


def _manager(disk: Mapping[str, bytes]) -> tuple[bytes | None, ...]:
    return tuple(disk.get(f"options-machines/manager{copy}.json") for copy in ("", "-previous"))


def _moved_at_next_look(course: Course, name: str, back_at: Any) -> bool:
    """Answer whether the undisturbed machine left its state at the first look after a return."""
    pause = timedelta(minutes=STRATEGIES[name].parameters().poll_minutes)
    end = back_at + (pause // MICROSECOND if isinstance(back_at, int) else pause)
    first, last = course.trace.span(back_at, end)
    return len({prints[name][0] for prints in course.trace.prints[max(first - 1, 0) : last]}) > 1


def _acted(course: Course, name: str, begin: Any, end: Any) -> bool:
    """Answer whether the undisturbed machine did anything between a crash and the return."""
    first, last = course.trace.span(begin, end)
    seen = [prints[name] for prints in course.trace.prints[max(first - 1, 0) : last]]
    sent = any(begin <= time <= end and who == name for time, who in course.sent)
    return sent or any(each != seen[0] for each in seen)
