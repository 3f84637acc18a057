"""What is peculiar to LEAN's object store, and what the adapter makes of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from objectstore.errors import MissingKey, PersistenceError
from objectstore.folder_store import FolderStore
from objectstore.lean_store import LeanStore
from tests.unit.objectstore.lean_double import LeanDouble

KEY = "options-machines/condor.json"


def test_live_flush_survives_a_kill_and_save_alone_does_not(tmp_path: Path) -> None:
    """Measured in LEAN: save() alone loses the last seconds, get_file_path() after it loses nothing."""
    store = LeanStore(LeanDouble(tmp_path), live=True)
    store.save(KEY, "one")
    store.flush()
    store.save(KEY, "two")
    assert LeanStore(LeanDouble(tmp_path), live=True).read(KEY) == b"one"
    store.flush()
    assert LeanStore(LeanDouble(tmp_path), live=True).read(KEY) == b"two"


def test_backtest_flush_writes_nothing(tmp_path: Path) -> None:
    """A backtest pays for no file: nothing has to survive it in the middle."""
    double = LeanDouble(tmp_path)
    store = LeanStore(double, live=False)
    store.save(KEY, "one")
    store.flush()
    assert double.writes == 0
    assert store.read(KEY) == b"one"


def test_flush_that_did_not_reach_the_file_is_an_error(tmp_path: Path) -> None:
    """LEAN only logs a failed write; nothing may be sent to a broker on the strength of that."""
    double = LeanDouble(tmp_path)
    store = LeanStore(double, live=True)
    store.save(KEY, "one")
    store.flush()
    double.broken_disk = True
    store.save(KEY, "two")
    for _ in range(2):
        with pytest.raises(PersistenceError, match="did not write it to its file"):
            store.flush()
    double.broken_disk = False
    store.flush()
    assert (tmp_path / KEY).read_text() == "two"


def test_full_store_is_an_error(tmp_path: Path) -> None:
    """LEAN answers False when its limits are reached; that is no success."""
    store = LeanStore(LeanDouble(tmp_path, max_files=1), live=True)
    store.save(KEY, "one")
    with pytest.raises(PersistenceError, match="did not take it"):
        store.save("options-machines/other.json", "two")


def test_key_that_somebody_only_asked_a_path_for_is_missing(tmp_path: Path) -> None:
    """Measured in LEAN: get_file_path() of a new key makes contains_key() True and read() None."""
    double = LeanDouble(tmp_path)
    double.get_file_path(KEY)
    store = LeanStore(double, live=True)
    assert double.contains_key(KEY)
    assert not store.contains(KEY)
    with pytest.raises(MissingKey):
        store.read(KEY)


def test_error_of_lean_is_a_persistence_error_with_its_words(tmp_path: Path) -> None:
    """Exceptions of .NET have classes that nobody here can name."""

    class Denied(LeanDouble):
        def save(self, path: str, text: str) -> bool:
            raise RuntimeError("no permission to write")

    with pytest.raises(PersistenceError, match="RuntimeError: no permission to write"):
        LeanStore(Denied(tmp_path), live=True).save(KEY, "one")


def test_store_that_keeps_its_files_elsewhere_is_believed(tmp_path: Path) -> None:
    """Where the path leads to no file, there is nothing to compare with."""

    class Elsewhere(LeanDouble):
        def get_file_path(self, path: str) -> str:
            return str(tmp_path / "nowhere" / "file")

    store = LeanStore(Elsewhere(tmp_path), live=True)
    store.save(KEY, "one")
    store.flush()
    store.delete(KEY)
    store.flush()


def test_folder_store_reads_what_lean_wrote(tmp_path: Path) -> None:
    """Documents can be looked at from outside, where LEAN left them."""
    store = LeanStore(LeanDouble(tmp_path), live=True)
    store.save(KEY, "one")
    store.flush()
    (tmp_path / "custom").mkdir()
    (tmp_path / "custom" / "without_extension").write_text("of another algorithm")
    folder = FolderStore(tmp_path)
    assert folder.read(KEY) == b"one"
    assert folder.keys() == ("custom/without_extension", KEY)
    assert folder.read("custom/without_extension") == b"of another algorithm"
    assert folder.contains("./custom\\without_extension")
