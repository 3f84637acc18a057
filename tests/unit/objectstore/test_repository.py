"""Two copies of each document, and whatever moment the process dies at, one of them is whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from objectstore.errors import PersistenceError
from objectstore.folder_store import FolderStore
from objectstore.keys import document_names, quarantined
from objectstore.lean_store import LeanStore
from objectstore.repository import Repository
from objectstore.store import MemoryStore
from tests.unit.objectstore.documents import EMPTY_MACHINE, MACHINE, MANAGER
from tests.unit.objectstore.dying_store import Killed
from tests.unit.objectstore.lean_double import LeanDouble

PREFIX = "options-machines"


def numbered(seq: int) -> Any:
    return EMPTY_MACHINE._replace(seq=seq)


def test_first_document_has_no_previous_copy_and_every_later_one_has() -> None:
    """The previous copy is the current one of the write before."""
    store = MemoryStore()
    repository = Repository(store)
    repository.save_machine(numbered(1), [])
    assert store.keys() == (f"{PREFIX}/ladder.json",)
    first = store.read(f"{PREFIX}/ladder.json")
    repository.save_machine(numbered(2), [])
    assert store.read(f"{PREFIX}/ladder-previous.json") == first


def test_loaded_document_becomes_the_previous_copy_of_the_next_write() -> None:
    """A new process goes on where the last one stopped."""
    store = MemoryStore()
    Repository(store).save_machine(numbered(1), [])
    first = store.read(f"{PREFIX}/ladder.json")
    again = Repository(store)
    loaded = again.load_machine("ladder")
    assert (loaded.document, loaded.origin, loaded.problems, loaded.lost) == (
        numbered(1),
        "current",
        (),
        False,
    )
    again.save_machine(numbered(2), [])
    assert store.read(f"{PREFIX}/ladder-previous.json") == first


def test_nothing_stored_is_nothing_lost() -> None:
    """A new strategy has no document, and that is no trouble."""
    loaded = Repository(MemoryStore()).load_machine("ladder")
    assert (loaded.document, loaded.origin, loaded.problems, loaded.lost) == (None, None, (), False)
    assert Repository(MemoryStore()).load_manager().document is None


def test_newer_copy_is_believed_wherever_it_is() -> None:
    """LEAN writes its files in no order: the higher number wins, and is not overwritten first."""
    store = MemoryStore()
    repository = Repository(store)
    repository.save_machine(numbered(1), [])
    repository.save_machine(numbered(2), [])
    old, new = store.read(f"{PREFIX}/ladder-previous.json"), store.read(f"{PREFIX}/ladder.json")
    store.save(f"{PREFIX}/ladder.json", old)
    store.save(f"{PREFIX}/ladder-previous.json", new)
    again = Repository(store)
    loaded = again.load_machine("ladder")
    assert (loaded.document, loaded.origin) == (numbered(2), "previous")
    again.save_machine(numbered(3), [])
    assert store.read(f"{PREFIX}/ladder-previous.json") == new
    assert again.load_machine("ladder").document == numbered(3)


def test_looking_only_changes_nothing() -> None:
    """Inspection of a dead run leaves it as it is."""
    store = MemoryStore()
    repository = Repository(store)
    repository.save_machine(numbered(1), [])
    store.save(f"{PREFIX}/ladder.json", b"torn")
    before = {key: store.read(key) for key in store.keys()}  # noqa: SIM118
    loaded = repository.load_machine("ladder", look_only=True)
    assert loaded.lost
    assert loaded.problems[0].quarantine is None
    assert {key: store.read(key) for key in store.keys()} == before  # noqa: SIM118


def test_damaged_copies_are_numbered_and_the_same_one_is_kept_once() -> None:
    """Each damaged copy is kept under its own number, and one that was kept already is not kept again."""
    store = MemoryStore()
    repository = Repository(store)
    for data in (b"torn 1", b"torn 2", b"torn 1"):
        store.save(f"{PREFIX}/ladder.json", data)
        repository.load_machine("ladder")
    assert repository.quarantined() == (
        f"{PREFIX}/ladder-quarantine-1.json",
        f"{PREFIX}/ladder-quarantine-2.json",
    )
    assert repository.names() == ()


def test_store_that_cannot_be_read_is_not_taken_for_an_empty_one() -> None:
    """A disk that fails is no reason to begin anew."""

    class Failing(MemoryStore):
        def read(self, key: str) -> bytes:
            raise PersistenceError(key, "input/output error")

    with pytest.raises(PersistenceError, match="input/output error"):
        Repository(Failing()).load_machine("ladder")


def test_names_are_those_of_machines_with_any_copy() -> None:
    """The manager, the log, quarantine and other people's files are no machines."""
    keys = (
        f"{PREFIX}/a.json",
        f"{PREFIX}/b-previous.json",
        f"{PREFIX}/c-quarantine-1.json",
        f"{PREFIX}/audit-000001-a.jsonl",
        f"{PREFIX}/manager.json",
        "other/d.json",
        "e.json",
        f"{PREFIX}/deep/f.json",
    )
    assert document_names(PREFIX, keys) == ("a", "b", "manager")
    assert [each.key for each in quarantined(PREFIX, keys)] == [f"{PREFIX}/c-quarantine-1.json"]
    store = MemoryStore()
    for key in keys:
        store.save(key, "x")
    assert Repository(store).names() == ("a", "b")


def test_documents_survive_in_a_real_folder(tmp_path: Path) -> None:
    """Machine and manager, written by one process and read by the next."""
    first = Repository(FolderStore(tmp_path, create=True))
    first.save_machine(EMPTY_MACHINE, [])
    first.save_manager(MANAGER._replace(records=0, history=()), [])
    second = Repository(FolderStore(tmp_path))
    assert second.load_machine("ladder").document == EMPTY_MACHINE
    assert second.load_manager().document == MANAGER._replace(records=0, history=())
    assert second.names() == ("ladder",)


@pytest.mark.parametrize("cut", [0, 1, 60, 200, None])
def test_kill_at_any_write_leaves_the_last_acknowledged_document(tmp_path: Path, cut: int | None) -> None:
    """Under LEAN's flush, whole or cut short, at every write: at least what `save` returned for is there."""
    for dies_at in range(1, 10):
        folder = tmp_path / str(dies_at)
        folder.mkdir()
        double = LeanDouble(folder)
        double.dies_at, double.cut = dies_at, cut
        acknowledged = written_until_killed(Repository(LeanStore(double, live=True)))
        loaded = Repository(LeanStore(LeanDouble(folder), live=True)).load_machine("ladder")
        assert (loaded.document.seq if loaded.document else 0) in (acknowledged, acknowledged + 1)


def written_until_killed(repository: Repository) -> int:
    """Write documents until the process dies, and return the last one that was acknowledged."""
    acknowledged = 0
    try:
        for seq in range(1, 20):
            repository.save_machine(numbered(seq), [])
            acknowledged = seq
    except Killed:
        return acknowledged
    raise AssertionError("it was to die")


def test_full_machine_document_has_a_sensible_size() -> None:
    """A strategy that lives for years writes documents of a few kilobytes."""
    store = MemoryStore()
    Repository(store).save_machine(MACHINE, ["x" * 250] * 16)
    assert len(store.read(f"{PREFIX}/condor.json")) < 8_192
