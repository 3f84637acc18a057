"""Files of a folder: replaced in one step, and every trouble of a disk is a PersistenceError."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from objectstore.errors import MissingKey, PersistenceError
from objectstore.folder_store import FolderStore

KEY = "options-machines/condor.json"


def test_missing_folder_is_an_error_unless_it_may_be_made(tmp_path: Path) -> None:
    """Looking into a folder that is not there is a mistake, not an empty answer."""
    with pytest.raises(PersistenceError, match="is not a folder"):
        FolderStore(tmp_path / "missing")
    FolderStore(tmp_path / "made" / "deep", create=True).save(KEY, "x")
    assert (tmp_path / "made" / "deep" / KEY).read_text() == "x"


def test_file_where_a_folder_should_be_is_an_error(tmp_path: Path) -> None:
    """A file cannot be a store."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(PersistenceError):
        FolderStore(tmp_path / "file", create=True)


def test_crash_before_the_replacement_leaves_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until the new file is whole, the old one is there; the stray part is no key and is used up later."""
    store = FolderStore(tmp_path)
    store.save(KEY, "old")

    def killed(source: object, target: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        store.save(KEY, "new")
    monkeypatch.undo()
    assert store.read(KEY) == b"old"
    assert store.keys() == (KEY,)
    store.save(KEY, "newer")
    assert sorted(p.name for p in (tmp_path / "options-machines").iterdir()) == ["condor.json"]


def test_trouble_of_the_disk_is_a_persistence_error(tmp_path: Path) -> None:
    """A folder in the way of a file, or a file in the way of a folder, is said in one line."""
    store = FolderStore(tmp_path)
    (tmp_path / "a.json").mkdir()
    with pytest.raises(PersistenceError, match=r"a\.json: "):
        store.save("a.json", "x")
    (tmp_path / "folder").write_text("a file")
    with pytest.raises(PersistenceError):
        store.save("folder/b.json", "x")
    with pytest.raises(MissingKey):
        store.read("folder/b.json")
    with pytest.raises(MissingKey):
        store.read("a.json")
    with pytest.raises(PersistenceError):
        store.delete("a.json")


def test_flush_of_a_file_that_somebody_removed_is_an_error(tmp_path: Path) -> None:
    """What should be on the disk and is not was lost."""
    store = FolderStore(tmp_path)
    store.save(KEY, "x")
    (tmp_path / KEY).unlink()
    for _ in range(2):
        with pytest.raises(PersistenceError, match=KEY):
            store.flush()
