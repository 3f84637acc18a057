"""More than 10,000 damaged documents: no crash, no lost or invented position, each set aside and named."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from objectstore.codec import seal
from objectstore.keys import current_key, previous_key
from objectstore.repository import Loaded, Repository
from objectstore.schema import SCHEMA
from objectstore.store import MemoryStore
from tests.unit.objectstore.documents import MACHINE, MANAGER, machine_text, manager_text

NAMES = {"machine": "condor", "manager": "manager"}
TEXTS = {"machine": machine_text(), "manager": manager_text()}
PREVIOUS = {
    "machine": machine_text(MACHINE._replace(seq=MACHINE.seq - 1)),
    "manager": manager_text(MANAGER._replace(seq=MANAGER.seq - 1)),
}
LOAD: dict[str, Callable[[Repository], Loaded[Any]]] = {
    "machine": lambda repository: repository.load_machine("condor"),
    "manager": lambda repository: repository.load_manager(),
}
POSITION = {"machine": lambda document: document.legs, "manager": lambda document: document.external}
"""What may neither be lost nor invented."""

TRUTH: dict[str, Any] = {"machine": MACHINE.legs, "manager": MANAGER.external}


def truncations(kind: str) -> Iterator[bytes]:
    """Yield the document cut short at every byte."""
    data = TEXTS[kind].encode()
    # The last byte is the end of the line, which nobody misses.
    for end in range(len(data) - 1):
        yield data[:end]


def flips(kind: str) -> Iterator[bytes]:
    """Yield the document with one bit of every byte turned."""
    data = TEXTS[kind].encode()
    chance = random.Random(20250117)
    for place in range(len(data) - 1):
        yield data[:place] + bytes([data[place] ^ (1 << chance.randrange(8))]) + data[place + 1 :]


def patchwork(kind: str) -> Iterator[bytes]:
    """Yield documents of which parts were removed, doubled, moved or overwritten, as a failing disk does."""
    data = TEXTS[kind].encode()
    chance = random.Random(4711)
    for _ in range(400):
        a, b = sorted(chance.sample(range(1, len(data) - 1), 2))
        yield data[:a] + data[b:]
        yield data[:b] + data[a:]
        yield data[b:] + data[:b]
        yield data[:a] + bytes(b - a) + data[b:]
    for other in (TEXTS["machine"], TEXTS["manager"]):
        for end in range(1, len(data) - 1, 7):
            mixed = data[:end] + other.encode()[end:]
            if mixed != data:
                yield mixed


def oddities(kind: str) -> Iterator[bytes]:
    """Yield what is no document of this name at all."""
    text = TEXTS[kind]
    other = "manager" if kind == "machine" else "machine"
    yield from (b"", b"\0" * 4096, b"null", b"{}", b"[]", b'"text"', b"\xff\xfe\x00", "é".encode("latin-1"))
    yield from (b"[" * 200_000, b'{"a":' * 100_000, text.encode("utf-16"), text.encode("utf-8-sig"))
    yield TEXTS[other].encode()
    yield machine_text(MACHINE._replace(name="lt112")).encode()
    yield json.dumps(json.loads(text), indent=2).encode()
    yield json.dumps(json.loads(text), sort_keys=True).encode()
    written = f'"schema":{SCHEMA}'
    for version in (0, SCHEMA + 1, 99, 999_999):
        yield text.replace(written, f'"schema":{version}', 1).encode()
    yield text.replace(written, '"schema":"one"', 1).encode()
    yield (text + text).encode()


def forgeries(kind: str) -> Iterator[tuple[bytes, bool]]:
    """Yield documents with a right checksum and wrong contents, and whether the position was touched."""
    known = json.loads(TEXTS[kind])
    name, mine = NAMES[kind], "legs" if kind == "machine" else "external"

    def sealed(body: str, seq: int = known["seq"]) -> bytes:
        return seal(1, kind, name, seq, body).encode()

    text = json.dumps(known["body"])
    fields = list(known["body"])
    wrong: list[Any] = [
        None,
        True,
        False,
        "",
        "x",
        0,
        -1,
        1.5,
        10**30,
        10**400,
        [],
        {},
        [[]],
        [{}],
        {"a": []},
    ]
    for field in fields:
        touched = field == mine
        yield sealed(json.dumps({k: v for k, v in known["body"].items() if k != field})), touched
        yield sealed(text[:-1] + f', "{field}": {json.dumps(known["body"][field])}' + "}"), False
        yield sealed(text[:-1] + f', "{field}x": 1' + "}"), False
        for value in wrong:
            yield sealed(json.dumps(known["body"] | {field: value})), touched
            yield sealed(text[:-1] + f', "{field}": {json.dumps(value)}' + "}"), False
        for other in fields:
            swapped = known["body"] | {field: known["body"][other], other: known["body"][field]}
            if other != field:
                yield sealed(json.dumps(swapped)), touched or other == mine
    for number in ("1e999", "-1e999", "NaN", "Infinity", "9" * 5000, "1" + "0" * 400):
        yield sealed(text.replace("100.0", number).replace("-2.0", number)), True
    yield sealed("{" + "[" * 50_000 + "]" * 50_000 + "}"), True


def load(kind: str, current: bytes) -> tuple[Loaded[Any], MemoryStore]:
    """Load a document whose current copy is damaged and whose previous one is not."""
    store = MemoryStore()
    name = NAMES[kind]
    store.save(current_key("options-machines", name), current)
    store.save(previous_key("options-machines", name), PREVIOUS[kind])
    return LOAD[kind](Repository(store)), store


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("damage", [truncations, flips, patchwork, oddities])
def test_damaged_document_is_set_aside_and_the_previous_copy_believed(
    kind: str, damage: Callable[[str], Iterator[bytes]]
) -> None:
    """The position is the previous copy's, the damaged bytes are kept, and one line says what is wrong."""
    for data in damage(kind):
        loaded, store = load(kind, data)
        assert loaded.origin == "previous"
        assert POSITION[kind](loaded.document) == TRUTH[kind]
        assert len(loaded.problems) == 1
        problem = loaded.problems[0]
        assert problem.quarantine is not None
        assert store.read(problem.quarantine) == data
        assert not store.contains(problem.key)
        assert "\n" not in str(problem)
        assert len(str(problem)) < 400


@pytest.mark.parametrize("kind", NAMES)
def test_forged_document_is_refused_or_leaves_the_position_as_it_was(kind: str) -> None:
    """Even with a right checksum: refused, or read with the position that the document has."""
    for data, touched in forgeries(kind):
        loaded, _ = load(kind, data)
        assert loaded.document is not None
        if loaded.origin == "previous" or not touched:
            assert POSITION[kind](loaded.document) == TRUTH[kind]


def test_there_are_more_than_ten_thousand_cases() -> None:
    """The promise is about at least 10,000 damaged documents."""
    plain = sum(
        1 for kind in NAMES for damage in (truncations, flips, patchwork, oddities) for _ in damage(kind)
    )
    assert plain + sum(1 for kind in NAMES for _ in forgeries(kind)) >= 10_000


@pytest.mark.parametrize("kind", NAMES)
def test_both_copies_damaged_is_lost_and_said_so(kind: str) -> None:
    """With no copy to believe there is no document, no invented position, and both are kept."""
    store = MemoryStore()
    name = NAMES[kind]
    store.save(current_key("options-machines", name), TEXTS[kind][:100])
    store.save(previous_key("options-machines", name), PREVIOUS[kind][:-100])
    loaded = LOAD[kind](Repository(store))
    assert loaded.lost
    assert loaded.document is None
    assert len(loaded.problems) == 2
    assert store.keys() == tuple(f"options-machines/{name}-quarantine-{number}.json" for number in (1, 2))
