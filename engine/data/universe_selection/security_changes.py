"""Which securities came and went in a step (LEAN: SecurityChanges.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from engine.common.enums import SecurityType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.securities.security import Security


def _distinct(items: Iterable[Security]) -> tuple[Security, ...]:
    return tuple(dict.fromkeys(items))


class SecurityChanges:
    """Additions and removals, internal ones apart; what the algorithm sees is sorted by symbol value."""

    NONE: ClassVar[SecurityChanges]

    __slots__ = (
        "_added",
        "_internal_added",
        "_internal_removed",
        "_removed",
        "filter_custom_securities",
        "filter_internal_securities",
    )

    def __init__(
        self,
        added: Iterable[Security] = (),
        removed: Iterable[Security] = (),
        internal_added: Iterable[Security] = (),
        internal_removed: Iterable[Security] = (),
        filter_custom_securities: bool = False,
        filter_internal_securities: bool = False,
    ) -> None:
        self._added = _distinct(added)
        self._removed = _distinct(removed)
        self._internal_added = _distinct(internal_added)
        self._internal_removed = _distinct(internal_removed)
        self.filter_custom_securities = filter_custom_securities
        self.filter_internal_securities = filter_internal_securities

    def for_algorithm(self) -> SecurityChanges:
        """Return the same changes as user code sees them: without internal and custom securities."""
        return SecurityChanges(
            self._added,
            self._removed,
            self._internal_added,
            self._internal_removed,
            filter_custom_securities=True,
            filter_internal_securities=True,
        )

    @property
    def added_securities(self) -> list[Security]:
        return self._list(self._added, self._internal_added)

    @property
    def removed_securities(self) -> list[Security]:
        return self._list(self._removed, self._internal_removed)

    @property
    def count(self) -> int:
        return len(self._added) + len(self._removed) + len(self._internal_added) + len(self._internal_removed)

    def _list(self, plain: tuple[Security, ...], internal: tuple[Security, ...]) -> list[Security]:
        chosen = plain if self.filter_internal_securities else _distinct((*plain, *internal))
        return sorted(
            (s for s in chosen if not self.filter_custom_securities or s.type != SecurityType.BASE),
            key=lambda s: s.symbol.value,
        )

    def __add__(self, other: SecurityChanges) -> SecurityChanges:
        if not self.count:
            return other
        if not other.count:
            return self
        added = _distinct((*self._added, *other._added))
        internal = _distinct((*self._internal_added, *other._internal_added))
        back = {*added, *internal}
        return SecurityChanges(
            added,
            [s for s in (*self._removed, *other._removed) if s not in back],
            internal,
            [s for s in (*self._internal_removed, *other._internal_removed) if s not in back],
        )

    def __bool__(self) -> bool:
        return self.count > 0

    def __str__(self) -> str:
        if not self.count:
            return "SecurityChanges: None"
        added = ",".join(str(s.symbol.id) for s in self.added_securities)
        removed = ",".join(str(s.symbol.id) for s in self.removed_securities)
        return f"SecurityChanges: {' Added: ' + added if added else ''}{' Removed: ' + removed if removed else ''}"


NO_CHANGES = SecurityChanges.NONE = SecurityChanges()


class SecurityChangesConstructor:
    """Collects changes until they are flushed."""

    def __init__(self) -> None:
        self._lists: tuple[list[Security], ...] = ([], [], [], [])

    def add(self, security: Security, is_internal: bool) -> None:
        self._lists[2 if is_internal else 0].append(security)

    def remove(self, security: Security, is_internal: bool) -> None:
        self._lists[3 if is_internal else 1].append(security)

    def flush(self) -> SecurityChanges:
        changes = SecurityChanges(*self._lists) if any(self._lists) else NO_CHANGES
        self._lists = ([], [], [], [])
        return changes
