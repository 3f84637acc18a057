"""Documents that any version of this package ever wrote load for ever. The files here are never edited."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from objectstore.inspection import fields, inspect
from objectstore.journal import read_journal
from objectstore.schema import SCHEMA
from objectstore.store import MemoryStore

HERE = Path(__file__).parent
VERSIONS = sorted(int(folder.name[1:]) for folder in HERE.glob("v*"))


def folder_of(version: int) -> MemoryStore:
    """Return a store with everything that a version wrote."""
    store = MemoryStore()
    for file in (HERE / f"v{version}").iterdir():
        if file.name != "expected.json":
            store.save(f"options-machines/{file.name}", file.read_bytes())
    return store


def assert_contains(found: Any, expected: Any) -> None:
    """Check that all that was expected is there; later versions may know more."""
    if isinstance(expected, dict):
        for key, value in expected.items():
            assert_contains(found[key], value)
    elif isinstance(expected, list):
        assert len(found) == len(expected)
        for each, value in zip(found, expected):
            assert_contains(each, value)
    else:
        assert found == expected


def test_every_version_that_was_ever_written_has_documents_here() -> None:
    """A new version comes with documents of its own."""
    assert list(range(1, SCHEMA + 1)) == VERSIONS


@pytest.mark.parametrize("version", VERSIONS)
def test_documents_of_every_version_say_what_they_said(version: int) -> None:
    """Each document loads, unharmed, and means what it meant."""
    expected = json.loads((HERE / f"v{version}" / "expected.json").read_text())
    found = inspect(folder_of(version))
    assert set(found.documents) == set(expected)
    for name, said in expected.items():
        loaded = found.documents[name]
        assert loaded.document is not None
        assert loaded.problems == ()
        number, length = said.pop("seq"), said.pop("history")
        assert (loaded.document.seq, len(loaded.document.history)) == (number, length)
        assert_contains(json.loads(json.dumps(fields(name, loaded))), said)


@pytest.mark.parametrize("version", VERSIONS)
def test_log_of_every_version_can_be_read(version: int) -> None:
    """The audit log has no version of its own: every line of every version is read."""
    pieces = list(read_journal(folder_of(version)))
    assert pieces
    assert all(piece.problem is None and piece.records for piece in pieces)


@pytest.mark.parametrize("version", VERSIONS)
def test_documents_hold_no_path_account_or_secret(version: int) -> None:
    """What is stored can be shown to anybody."""
    for file in (HERE / f"v{version}").iterdir():
        assert not re.search(r"/home/|/root/|password|token|secret|account", file.read_text(), re.IGNORECASE)
