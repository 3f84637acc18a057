"""What shall go wrong at the paper broker, on request: the list of faults, as a JSON file says it.

    {"faults": [{"fault": "reject", "order": 3, "reason": "no shares to borrow"},
                {"fault": "partial_fill", "tag": "iron_condor/*", "part": 0.5, "rest": "cancel"},
                {"fault": "disconnect", "time": "2015-01-09 10:05", "minutes": 10}]}

Orders are addressed by their number (the how many-th the broker was sent, a combo counts once) or by a pattern of
their tags, the rest by New York time. A fault happens once, or `times` times; the ledger remembers what happened.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

from engine.common.errors import EngineError
from engine.common.time_zones import TimeZones

REJECT, PARTIAL, DELAY = "reject", "partial_fill", "delay"
DUPLICATE, OUT_OF_ORDER, DISCONNECT = "duplicate", "out_of_order", "disconnect"
ASSIGNMENT, CLOSED, CASH = "early_assignment", "leg_closed", "cash_adjusted"

_ADDRESS = ("order", "tag")
_OWN: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    REJECT: (_ADDRESS, ("reason",)),
    PARTIAL: (_ADDRESS, ("part", "legs", "rest")),
    DELAY: (_ADDRESS, ("minutes",)),
    DUPLICATE: (_ADDRESS, ()),
    OUT_OF_ORDER: (_ADDRESS, ()),
    DISCONNECT: ((*_ADDRESS, "time"), ("minutes",)),
    ASSIGNMENT: (("time",), ("contract",)),
    CLOSED: (("time",), ("contract",)),
    CASH: (("time",), ("amount", "currency")),
}
"""Kind: the ways to address it, and what else may be said of it."""
_NEEDED = {CASH: "amount"}
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")


class Fault(NamedTuple):
    """One thing that goes wrong."""

    key: str
    """What the ledger knows it by: its text, and the how many-th of that text it is."""
    kind: str
    order: int | None = None
    tag: str | None = None
    stamp: int | None = None
    times: int = 1
    reason: str = "rejected by the broker"
    part: float | None = None
    legs: int | None = None
    cancels_rest: bool = False
    minutes: int = 5
    contract: str = "*"
    amount: Decimal = Decimal(0)
    currency: str = "USD"

    def meets(self, number: int, tag: str) -> bool:
        """Return whether an order is the one that is meant."""
        if self.order is not None:
            return self.order == number
        return self.tag is not None and fnmatchcase(tag, self.tag)


def read_faults(file: Path) -> tuple[Fault, ...]:
    """Return the faults of a file.

    Raises
    ------
    EngineError
        At the first thing that is not understood: which fault, what, and what was expected.
    """
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise EngineError(f"{file}: cannot be read: {error.strerror}") from None
    except ValueError as error:
        raise EngineError(f"{file}: not JSON: {error}") from None
    listed = content.get("faults") if isinstance(content, dict) else None
    if not isinstance(listed, list) or set(content) != {"faults"}:
        raise EngineError(f'{file}: an object with one member, the list "faults", was expected')
    seen: dict[str, int] = {}
    found = []
    for number, given in enumerate(listed, 1):
        try:
            found.append(_fault(given, seen))
        except ValueError as error:
            raise EngineError(f"{file}: fault {number}: {error}") from None
    return tuple(found)


def _fault(given: Any, seen: dict[str, int]) -> Fault:
    if not isinstance(given, dict):
        raise ValueError("an object was expected")
    kind: Any = given.get("fault")
    if not isinstance(kind, str) or kind not in _OWN:
        raise ValueError(f'"fault" is {kind!r}; there are {", ".join(_OWN)}')
    addresses, own = _OWN[kind]
    allowed = ("fault", "times", *addresses, *own)
    unknown = sorted(set(given) - set(allowed))
    if unknown:
        raise ValueError(f"{kind} has no {unknown[0]!r}; it has {', '.join(allowed[1:])}")
    if len([name for name in addresses if name in given]) != 1:
        raise ValueError(f"{kind} needs one of {', '.join(addresses)}")
    needed = _NEEDED.get(kind)
    if needed is not None and needed not in given:
        raise ValueError(f"{kind} needs {needed!r}")
    said = {str(name): value for name, value in given.items() if name != "fault"}
    values: dict[str, Any] = {_FIELDS.get(name, name): _READERS[name](name, said[name]) for name in said}
    if kind == PARTIAL and (values.get("part") is None) == (values.get("legs") is None):
        raise ValueError(f"{kind} needs one of part, legs")
    text = json.dumps(given, sort_keys=True)
    seen[text] = seen.get(text, 0) + 1
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return Fault(f"{digest}-{seen[text]}", kind, **values)


def _whole(name: str, value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"{name!r} is {value!r}; a whole number from 1 was expected")
    return value


def _part(name: str, value: Any) -> float:
    if not isinstance(value, float) or not 0 < value < 1:
        raise ValueError(f"{name!r} is {value!r}; a fraction between 0 and 1 was expected")
    return value


def _text(name: str, value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"{name!r} is {value!r}; a text was expected")
    return value


def _time(name: str, value: Any) -> int:
    try:
        if not _TIME.fullmatch(value):
            raise ValueError
        return TimeZones.NEW_YORK.utc_stamp(datetime.fromisoformat(value))
    except (TypeError, ValueError):
        raise ValueError(
            f"{name!r} is {value!r}; a New York time like 2015-01-09 10:05 was expected"
        ) from None


def _rest(name: str, value: Any) -> bool:
    if value not in ("later", "cancel"):
        raise ValueError(f"{name!r} is {value!r}; later or cancel was expected")
    return bool(value == "cancel")


def _amount(name: str, value: Any) -> Decimal:
    try:
        amount = Decimal(str(value)) if isinstance(value, int | float) else Decimal("nan")
    except InvalidOperation:
        amount = Decimal("nan")
    if isinstance(value, bool) or not amount.is_finite() or not amount:
        raise ValueError(f"{name!r} is {value!r}; an amount other than 0 was expected")
    return amount


_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "order": _whole,
    "tag": _text,
    "time": _time,
    "times": _whole,
    "reason": _text,
    "part": _part,
    "legs": _whole,
    "rest": _rest,
    "minutes": _whole,
    "contract": _text,
    "amount": _amount,
    "currency": _text,
}
_FIELDS = {"time": "stamp", "rest": "cancels_rest"}


class FaultPlan:
    """The faults that are still to come."""

    def __init__(self, faults: tuple[Fault, ...], used: dict[str, int]) -> None:
        self._left = {fault: fault.times - used.get(fault.key, 0) for fault in faults}
        self.used: dict[str, int] = dict(used)
        self.happened: list[str] = []
        """Keys of what has happened and is not in the ledger yet."""

    def take(self, kind: str, number: int, tag: str) -> Fault | None:
        """Return the fault of a kind that an order meets, and count it."""
        for fault, left in self._left.items():
            if left > 0 and fault.kind == kind and fault.meets(number, tag):
                self.count(fault)
                return fault
        return None

    def due(self, stamp: int) -> list[Fault]:
        """Return what is due by a moment; `count` says that it has happened."""
        return [
            fault
            for fault, left in self._left.items()
            if left > 0 and fault.stamp is not None and fault.stamp <= stamp
        ]

    def next_stamp(self, after: int, limit: int) -> int | None:
        """Return the first moment of a fault in (after, limit]."""
        stamps = [
            fault.stamp
            for fault, left in self._left.items()
            if left > 0 and fault.stamp is not None and after < fault.stamp <= limit
        ]
        return min(stamps, default=None)

    def count(self, fault: Fault) -> None:
        """Take notice that a fault has happened once."""
        self._left[fault] -= 1
        self.used[fault.key] = self.used.get(fault.key, 0) + 1
        self.happened.append(fault.key)
