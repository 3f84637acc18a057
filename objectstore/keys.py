"""Names under which things are stored.

LEAN maps keys to paths below its storage folder and accepts what `READABLE` says (LEAN: Engine/Storage/
LocalObjectStore.cs). Two keys of which one is the other's folder make LEAN's every flush fail; a key of
ours therefore ends in an extension, which no folder can have, so this cannot happen.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from objectstore.errors import InvalidKey

PREFIX = "options-machines"
BACKTEST_PREFIX = "options-machines-backtest"
"""LEAN has one object store for all algorithms of a workspace: a backtest must not touch live documents."""
MANAGER = "manager"

_READABLE = re.compile(r"\.?[a-zA-Z0-9\\/_#\-$= ]+\.?[a-zA-Z0-9]*")
_WRITABLE = re.compile(r"[a-zA-Z0-9_#\-$= ]+(?:/[a-zA-Z0-9_#\-$= ]+)*\.[a-zA-Z0-9]+")
_DOCUMENT = re.compile(r"([a-z][a-z0-9_]*)\.json")
_QUARANTINE = re.compile(r"([a-z][a-z0-9_]*)-quarantine-(\d+)\.json")
_SEGMENT = re.compile(r"audit-(\d{6})(?:-([ab]))?\.jsonl")


class Quarantined(NamedTuple):
    """A document that was set aside: the how many-th of which name, under which key."""

    name: str
    number: int
    key: str


@lru_cache(maxsize=4096)
def check_readable(key: str) -> str:
    """Return the key as LEAN normalises it, if LEAN's store could have it."""
    if not _READABLE.fullmatch(key):
        raise InvalidKey(key, "is no key of LEAN's object store")
    return key.replace("\\", "/").lstrip("./")


@lru_cache(maxsize=4096)
def check_writable(key: str) -> str:
    """Return the key if it may be written."""
    if not _WRITABLE.fullmatch(key):
        raise InvalidKey(
            key, "cannot be a key: letters, digits, _ # - $ = and blanks in folders, one extension"
        )
    return key


def current_key(prefix: str, name: str) -> str:
    return f"{prefix}/{name}.json"


def previous_key(prefix: str, name: str) -> str:
    return f"{prefix}/{name}-previous.json"


def quarantine_key(prefix: str, name: str, number: int) -> str:
    return f"{prefix}/{name}-quarantine-{number}.json"


def document_names(prefix: str, keys: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names that have a document, current or previous, sorted."""
    found = set()
    for key in keys:
        match = _DOCUMENT.fullmatch(key.removeprefix(f"{prefix}/").replace("-previous.json", ".json"))
        if match and key.startswith(f"{prefix}/"):
            found.add(match[1])
    return tuple(sorted(found))


def quarantined(prefix: str, keys: tuple[str, ...]) -> tuple[Quarantined, ...]:
    """Return what was set aside."""
    found = []
    for key in keys:
        match = _QUARANTINE.fullmatch(key.removeprefix(f"{prefix}/"))
        if match and key.startswith(f"{prefix}/"):
            found.append(Quarantined(match[1], int(match[2]), key))
    return tuple(sorted(found))


class Segment(NamedTuple):
    """A piece of the audit log: which one, which copy of it, under which key."""

    number: int
    copy: str
    """Empty once the piece is complete; `a` or `b` while it grows."""
    key: str


def segment_key(prefix: str, number: int, copy: str = "") -> str:
    return f"{prefix}/audit-{number:06d}{f'-{copy}' if copy else ''}.jsonl"


def segments(prefix: str, keys: tuple[str, ...]) -> tuple[Segment, ...]:
    """Return the pieces of the audit log, in order."""
    found = []
    for key in keys:
        match = _SEGMENT.fullmatch(key.removeprefix(f"{prefix}/"))
        if match and key.startswith(f"{prefix}/"):
            found.append(Segment(int(match[1]), match[2] or "", key))
    return tuple(sorted(found))
