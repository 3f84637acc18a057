"""Documents in a store: a current and a previous copy of each, and nothing ever thrown away.

Writing: the previous copy first, flushed, then the current one. Whatever moment the process is killed at,
one of the two is whole, and the older one of them is at most one write behind. Reading: the newest copy
that is intact. A copy that is not is moved to a quarantine key for somebody to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Generic, NamedTuple, TypeVar

from objectstore.errors import CorruptDocument, MissingKey, SchemaTooNew
from objectstore.keys import PREFIX, current_key, document_names, previous_key, quarantine_key, quarantined
from objectstore.schema import (
    MANAGER,
    MachineDocument,
    ManagerDocument,
    decode_machine,
    decode_manager,
    encode_machine,
    encode_manager,
)
from objectstore.store import Store

D = TypeVar("D", MachineDocument, ManagerDocument)


class SetAside(NamedTuple):
    """A copy that could not be believed."""

    key: str
    quarantine: str | None
    """Where its bytes are now; None if it was only looked at."""
    problem: str

    def __str__(self) -> str:
        where = f"; set aside as {self.quarantine}" if self.quarantine else ""
        return f"{self.key} {self.problem}{where}"


class Loaded(NamedTuple, Generic[D]):
    """What was found of one document."""

    document: D | None
    origin: str | None
    """`current` or `previous`; None if there is no document."""
    problems: tuple[SetAside, ...]

    @property
    def lost(self) -> bool:
        """Whether there were copies and none could be believed."""
        return self.document is None and bool(self.problems)


class Repository:
    """The documents of one account in a store."""

    def __init__(self, store: Store, prefix: str = PREFIX) -> None:
        self.store = store
        self.prefix = prefix
        self._written: dict[str, str | bytes] = {}
        """What each current key holds, so that it can become the previous copy without reading it again."""

    def names(self) -> tuple[str, ...]:
        """Return the machines that have a document."""
        return tuple(name for name in document_names(self.prefix, self.store.keys()) if name != MANAGER)

    def save_machine(
        self, document: MachineDocument, history: Iterable[str], lasting: str | None = None
    ) -> None:
        """Store a machine's document (see `encode_machine`); when this returns, a kill does not lose it."""
        self._save(document.name, encode_machine(document, history, lasting))

    def save_manager(self, document: ManagerDocument, history: Iterable[str]) -> None:
        """Store the manager's document; when this returns, a kill does not lose it."""
        self._save(document.name, encode_manager(document, history))

    def load_machine(self, name: str, *, look_only: bool = False) -> Loaded[MachineDocument]:
        """Return a machine's document; with `look_only`, nothing is set aside."""
        return self._load(name, decode_machine, look_only)

    def load_manager(self, *, look_only: bool = False) -> Loaded[ManagerDocument]:
        """Return the manager's document."""
        return self._load(MANAGER, decode_manager, look_only)

    def quarantined(self) -> tuple[str, ...]:
        """Return the keys of everything that was ever set aside."""
        return tuple(each.key for each in quarantined(self.prefix, self.store.keys()))

    def _save(self, name: str, text: str) -> None:
        key = current_key(self.prefix, name)
        last = self._written.get(name)
        if last is not None:
            # Flushed on its own: LEAN writes its files in no order of ours.
            self.store.save(previous_key(self.prefix, name), last)
            self.store.flush()
        self.store.save(key, text)
        self.store.flush()
        self._written[name] = text

    def _load(self, name: str, decode: Callable[[bytes, str, str], D], look_only: bool) -> Loaded[D]:
        found: list[tuple[D, str, bytes]] = []
        problems = []
        for origin, key in (
            ("current", current_key(self.prefix, name)),
            ("previous", previous_key(self.prefix, name)),
        ):
            try:
                data = self.store.read(key)
            except MissingKey:
                continue
            try:
                found.append((decode(data, key, name), origin, data))
            except (CorruptDocument, SchemaTooNew) as error:
                aside = None if look_only else self._set_aside(name, key, data)
                problems.append(SetAside(key, aside, error.problem))
        if not found:
            return Loaded(None, None, tuple(problems))
        document, origin, data = max(found, key=lambda each: each[0].seq)
        if not look_only:
            # Only what stands under the current key moves to the previous one at the next write.
            self._written.pop(name, None)
            if origin == "current":
                self._written[name] = data
        return Loaded(document, origin, tuple(problems))

    def _set_aside(self, name: str, key: str, data: bytes) -> str:
        """Move a copy to a quarantine key; a crash in between leaves it in both places, never in none."""
        taken = [each for each in quarantined(self.prefix, self.store.keys()) if each.name == name]
        aside = next((each.key for each in taken if self.store.read(each.key) == data), None)
        if aside is None:
            aside = quarantine_key(self.prefix, name, max((each.number for each in taken), default=0) + 1)
            self.store.save(aside, data)
            self.store.flush()
        self.store.delete(key)
        return aside
