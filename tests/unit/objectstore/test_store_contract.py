"""What every store promises, run on each: in memory, in a folder, over LEAN's object store."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine.storage.local_object_store import LocalObjectStore
from engine.storage.object_store import ObjectStore
from objectstore.errors import InvalidKey, MissingKey, PersistenceError
from objectstore.folder_store import FolderStore
from objectstore.lean_store import LeanStore
from objectstore.store import MemoryStore, Store
from tests.unit.objectstore.lean_double import LeanDouble

STORES: dict[str, Callable[[Path], Store]] = {
    "memory": lambda folder: MemoryStore(),
    "folder": lambda folder: FolderStore(folder),
    "lean_live": lambda folder: LeanStore(LeanDouble(folder), live=True),
    "lean_backtest": lambda folder: LeanStore(LeanDouble(folder), live=False),
    "engine_live": lambda folder: LeanStore(ObjectStore(LocalObjectStore(folder)), live=True),
    "engine_backtest": lambda folder: LeanStore(ObjectStore(LocalObjectStore(folder)), live=False),
}

KEY = "options-machines/condor.json"


@pytest.fixture(params=STORES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """Return each store in turn, empty."""
    return STORES[request.param](tmp_path)


def test_what_was_saved_can_be_read(store: Store) -> None:
    """Text comes back as its UTF-8 bytes, bytes as they are, whatever is in them."""
    store.save(KEY, "Prämie 1,50 €\n")
    store.save("options-machines/raw.bin", bytes(range(256)))
    assert store.read(KEY) == "Prämie 1,50 €\n".encode()
    assert store.read("options-machines/raw.bin") == bytes(range(256))
    assert store.contains(KEY)


def test_saving_again_replaces(store: Store) -> None:
    """The last save is what is there, also when it is shorter."""
    store.save(KEY, "long content")
    store.flush()
    store.save(KEY, "short")
    assert store.read(KEY) == b"short"


def test_empty_text_is_stored(store: Store) -> None:
    """Nothing is something: an empty value is there."""
    store.save(KEY, "")
    assert store.contains(KEY)
    assert store.read(KEY) == b""


def test_missing_key_is_said_so(store: Store) -> None:
    """Reading or deleting what is not there is a MissingKey, which is a PersistenceError."""
    assert not store.contains(KEY)
    with pytest.raises(MissingKey):
        store.read(KEY)
    with pytest.raises(MissingKey):
        store.delete(KEY)
    assert issubclass(MissingKey, PersistenceError)


def test_deleted_key_is_gone(store: Store) -> None:
    """A deleted key is neither contained nor listed, flushed before or not."""
    store.save(KEY, "a")
    store.flush()
    store.save("options-machines/other.json", "b")
    store.delete(KEY)
    assert not store.contains(KEY)
    assert store.keys() == ("options-machines/other.json",)
    store.flush()
    assert not store.contains(KEY)


def test_keys_are_all_keys_sorted(store: Store) -> None:
    """All keys are listed, sorted, flushed or not."""
    for key in ("options-machines/b.json", "a.json", "options-machines/deep/c.jsonl"):
        store.save(key, "x")
    assert store.keys() == ("a.json", "options-machines/b.json", "options-machines/deep/c.jsonl")


@pytest.mark.parametrize(
    "key",
    [
        "",
        "no-extension",
        "folder/no-extension",
        "two.dots.json",
        "../out.json",
        "/absolute.json",
        "a//b.json",
        "a/.json",
        ".hidden.json",
        "ümlaut.json",
        "a\\b.json",
        "a.json/b.json",
        "a/",
        "a.json ",
        "line\nbreak.json",
    ],
)
def test_key_that_lean_would_refuse_or_that_could_be_a_folder_is_refused(store: Store, key: str) -> None:
    """Nothing is written under a key that LEAN cannot have, or that could be another key's folder."""
    with pytest.raises(InvalidKey):
        store.save(key, "x")
    assert store.keys() == ()


@pytest.mark.parametrize("key", ["../out.json", "a.b.c", "ümlaut.json", ""])
def test_key_that_lean_cannot_have_cannot_be_asked_for(store: Store, key: str) -> None:
    """No key leads out of the store."""
    for asking in (store.read, store.contains, store.delete):
        with pytest.raises(InvalidKey):
            asking(key)


def test_flush_twice_and_of_nothing_is_fine(store: Store) -> None:
    """Flushing is a wish for certainty, not an action that can be wrong."""
    store.flush()
    store.save(KEY, "a")
    store.flush()
    store.flush()
    assert store.read(KEY) == b"a"
