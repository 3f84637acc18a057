"""The object store, held against what LEAN's did (lean-golden/scenarios/store_basic)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from engine.common.errors import (
    ArgumentException,
    ArgumentNullException,
    KeyNotFoundException,
    UnsupportedMemberError,
)
from engine.storage.flush_strategy import FlushAlways, FlushOnRequest, FlushPeriodically
from engine.storage.local_object_store import LocalObjectStore, StorageLimitExceededException
from engine.storage.object_store import ObjectStore

TEXT = 'Grüße: 価格 €\n\t"quoted" 🙂'


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return ObjectStore(LocalObjectStore(tmp_path / "storage"))


def on_disk(tmp_path: Path) -> list[str]:
    root = tmp_path / "storage"
    return sorted(file.relative_to(root).as_posix() for file in root.rglob("*") if file.is_file())


def test_texts_and_bytes_come_back(store: ObjectStore) -> None:
    """Texts are UTF-8, bytes are themselves, and both may be empty."""
    assert store.save("a", TEXT)
    assert store.read("a") == store.read_string("a") == TEXT
    assert store.read_bytes("a") == TEXT.encode()
    assert store.save_bytes("b", bytearray(b"xyz"))
    assert store.read("b") == "xyz"
    assert store.save_bytes("c", [120, 121])
    assert store.read("c") == "xy"
    assert store.save("e", "")
    assert store.read_bytes("e") == b""


def test_bytes_that_are_no_text_read_as_replacements(store: ObjectStore) -> None:
    """Each byte that is not UTF-8 shows as one character, as in .NET."""
    store.save_bytes("all", bytes(range(256)))
    assert len(store.read("all")) == 256


def test_missing_key_is_leans_error(store: ObjectStore) -> None:
    """Reading what is not there says so, with the key."""
    for read in (store.read, store.read_bytes):
        with pytest.raises(KeyNotFoundException, match="Object with path 'zz' was not found"):
            read("zz")
    assert not store.contains_key("zz")


def test_saving_nothing_is_an_error(store: ObjectStore) -> None:
    """None is no text, a number neither; the messages are LEAN's."""
    with pytest.raises(ArgumentNullException) as error:
        store.save("g", None)
    assert str(error.value) == "Value cannot be null. (Parameter 's')"
    with pytest.raises(TypeError) as error:
        store.save("g", 5)
    assert str(error.value) == (
        "No method matches given arguments for save: (<class 'str'>, <class 'int'>). "
        "The following overloads are available:"
    )


def test_deleting_tells_whether_there_was_something(store: ObjectStore, tmp_path: Path) -> None:
    """The second time there is nothing; the file goes as well."""
    store.save("b", "text")
    store.get_file_path("b")
    assert on_disk(tmp_path) == ["b"]
    assert store.delete("b")
    assert not store.delete("b")
    assert on_disk(tmp_path) == []


@pytest.mark.parametrize(
    "key", ["a:b", "a.b.c", "ä", "a/b.json.bak", "", "a" + "/a" * 101, "a|b", "a\nb", "folder.x/file"]
)
def test_unsupported_keys_are_refused(store: ObjectStore, key: str) -> None:
    """LEAN allows letters, digits, a few signs and one dot."""
    with pytest.raises(ArgumentException, match="path is not supported"):
        store.save(key, "x")


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("a", "a"),
        ("options-machines/lt112.json", "options-machines/lt112.json"),
        ("folder\\file", "folder/file"),
        (".hidden", "hidden"),
        ("/rooted", "rooted"),
        ("a b_c#1-$=", "a b_c#1-$="),
    ],
)
def test_supported_keys_are_relative_paths(store: ObjectStore, tmp_path: Path, key: str, name: str) -> None:
    """Backslashes turn, leading dots and slashes go."""
    store.save(key, "x")
    assert Path(store.get_file_path(key)) == tmp_path / "storage" / name
    assert on_disk(tmp_path) == [name]


def test_nothing_is_written_before_it_is_asked_for(store: ObjectStore, tmp_path: Path) -> None:
    """A process that is killed loses what was only saved; get_file_path of any key writes everything."""
    store.save("a", "1")
    store.save("b", "2")
    assert on_disk(tmp_path) == []
    store.get_file_path("a")
    assert on_disk(tmp_path) == ["a", "b"]


def test_clear_and_dispose_write_everything(store: ObjectStore, tmp_path: Path) -> None:
    """Both are an end of the memory."""
    store.save("a", "1")
    store.clear()
    assert on_disk(tmp_path) == ["a"]
    store.save("b", "2")
    store.dispose()
    assert on_disk(tmp_path) == ["a", "b"]


def test_memory_wins_until_it_is_cleared(store: ObjectStore) -> None:
    """A change from outside is seen after clear only."""
    store.save("a", "inside")
    Path(store.get_file_path("a")).write_text("outside")
    assert store.read("a") == "inside"
    store.clear()
    assert store.read("a") == "outside"


def test_path_of_a_new_key_reserves_it(store: ObjectStore) -> None:
    """The key is known, has no content yet, and can be adopted once a file is there."""
    path = Path(store.get_file_path("folder/new"))
    assert path.parent.is_dir()
    assert not path.exists()
    assert store.contains_key("folder/new")
    assert store.read("folder/new") is None
    with pytest.raises(ArgumentException, match="There is no file associated with path folder/new"):
        store.save("folder/new")
    path.write_text("by hand")
    assert store.save("folder/new")
    assert store.read("folder/new") == "by hand"


def test_known_key_whose_file_is_gone_reads_as_none(store: ObjectStore) -> None:
    """Known is not loaded: after clear and keys the file was expected, and is no longer there."""
    store.save("j", "x")
    path = Path(store.get_file_path("j"))
    store.clear()
    assert store.contains_key("j")
    path.unlink()
    assert store.contains_key("j")
    assert store.read("j") is None


def test_keys_are_those_of_memory_and_disk(store: ObjectStore, tmp_path: Path) -> None:
    """What another process has written counts as well; iterating gives pairs."""
    (tmp_path / "storage" / "old").write_text("1")
    store.save("new", "2")
    assert sorted(store.keys) == ["new", "old"]
    assert {pair.key: pair.value for pair in store} == {"new": b"2", "old": b"1"}


@pytest.mark.parametrize(("first", "second"), [("a", "a/b"), ("ok", "ends/")])
def test_key_that_cannot_be_a_file_stops_the_flush(
    store: ObjectStore, tmp_path: Path, first: str, second: str
) -> None:
    """A key that is another's folder, or ends as one, fails when it is written, with those behind it."""
    raised: list[Exception] = []
    store.error_raised.append(raised.append)
    for key in (first, second, "z"):
        assert store.save(key, "x")
    store.dispose()
    assert isinstance(raised[0], OSError)
    assert on_disk(tmp_path) == [first]


def test_limits_make_saving_return_false(tmp_path: Path) -> None:
    """One file too many, or one byte; replacing what is there counts once."""
    raised: list[Exception] = []
    store = LocalObjectStore(tmp_path / "storage", max_files=2, max_size=10)
    store.error_raised.append(raised.append)
    assert store.save_bytes("a", b"12345")
    assert store.save_bytes("b", b"12345")
    assert store.save_bytes("b", b"54321")
    assert not store.save_bytes("c", b"")
    assert not store.save_bytes("b", b"123456")
    assert [type(error) for error in raised] == [StorageLimitExceededException] * 2
    assert store.read_bytes("b") == b"54321"


def test_files_of_an_earlier_run_count_for_the_limits(tmp_path: Path) -> None:
    """The folder may have been full before this process began."""
    first = LocalObjectStore(tmp_path / "storage")
    first.save_bytes("old", b"x")
    first.dispose()
    second = LocalObjectStore(tmp_path / "storage", max_files=1)
    assert not second.save_bytes("new", b"x")


def test_flush_strategies(tmp_path: Path) -> None:
    """On request only; with each save; or what is older than five seconds of the given clock."""
    clock = {"now": 0}
    periodic = FlushPeriodically(lambda: clock["now"], interval=5)
    for name, flush, moments in (
        ("request", FlushOnRequest(), []),
        ("always", FlushAlways(), [0, 3, 5, 8, 9]),
        ("periodic", periodic, [5]),
    ):
        store = LocalObjectStore(tmp_path / name, flush)
        written = []
        for now in (0, 3, 5, 8, 9):
            clock["now"] = now
            store.save_bytes(f"k{now}", b"x")
            if (tmp_path / name / f"k{now}").exists():
                written.append(now)
        assert written == moments


def test_time_passing_writes_what_waits(tmp_path: Path) -> None:
    """Without another save the periodic flush is asked by whoever keeps the time."""
    clock = {"now": 0}
    store = LocalObjectStore(tmp_path / "storage", FlushPeriodically(lambda: clock["now"], interval=5))
    store.save_bytes("a", b"x")
    store.persist_if_due()
    assert on_disk(tmp_path) == []
    clock["now"] = 5
    store.persist_if_due()
    assert on_disk(tmp_path) == ["a"]


@pytest.mark.parametrize("member", ["read_json", "save_json", "read_xml", "save_xml"])
def test_generic_members_are_named_with_what_to_use(store: ObjectStore, member: str) -> None:
    """They end LEAN's process when Python calls them, so a backtest must not accept them."""
    with pytest.raises(UnsupportedMemberError, match=f"ObjectStore.{member}: use read"):
        getattr(store, member)


def test_json_texts_survive(store: ObjectStore) -> None:
    """Python's json module with read and save is the way that works in both."""
    store.save("j", json.dumps({"b": [1, 2.5, None], "a": "ä"}))
    assert json.loads(store.read("j")) == {"b": [1, 2.5, None], "a": "ä"}
