"""Real documents of each strategy and of the manager, damaged in every way: the host starts, nothing is lost."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator

import pytest

from objectstore.codec import seal
from objectstore.keys import PREFIX, current_key, previous_key
from objectstore.repository import Repository
from objectstore.schema import SCHEMA
from objectstore.store import MemoryStore
from tests.crash.moments import NAMES, accounted, moment, world_with

ALL = (*NAMES, "manager")


def document(name: str) -> bytes:
    """Return the real document of a strategy, or the manager's."""
    return moment().disk[current_key(PREFIX, name)]


def cut_and_flipped(name: str) -> Iterator[bytes]:
    """Yield a document cut short at every byte, and with a bit turned in every fourth."""
    data, dice = document(name), random.Random(name)
    for end in range(len(data) - 1):
        yield data[:end]
    for place in range(0, len(data) - 1, 4):
        yield data[:place] + bytes([data[place] ^ (1 << dice.randrange(8))]) + data[place + 1 :]


def foreign(name: str) -> Iterator[bytes]:
    """Yield what is whole but not this document: another's, of another version, no text, nested without end."""
    data = document(name)
    yield from (document(other) for other in ALL if other != name)
    yield from (b"", b"null", b"\xff\xfe" + data, data.decode().encode("utf-16"), b"[" * 100_000, data + data)
    for schema in (0, SCHEMA + 1, 999_999):
        yield data.replace(f'"schema":{SCHEMA}'.encode(), f'"schema":{schema}'.encode(), 1)
    known = json.loads(data)
    kind = known["kind"]
    for field in known["body"]:
        text = json.dumps(known["body"])
        twice = text[:-1] + f', "{field}": {json.dumps(known["body"][field])}' + "}"
        yield seal(SCHEMA, kind, name, known["seq"], twice).encode()
        for value in (10**400, [[[[]]]], {"a": {"b": {}}}, -1.5, True):
            body = json.dumps(known["body"] | {field: value})
            if not (field in ("halted", "paused") or (field == "peak_equity" and value == -1.5)):
                yield seal(SCHEMA, kind, name, known["seq"], body).encode()


@pytest.mark.parametrize("name", ALL)
def test_a_cut_or_flipped_real_document_is_set_aside_with_its_bytes(name: str) -> None:
    """Never read as something else, never thrown away, one line about it. Tens of thousands of cases in all."""
    count = 0
    for data in cut_and_flipped(name):
        store = MemoryStore()
        store.save(current_key(PREFIX, name), data)
        repository = Repository(store)
        loaded = repository.load_manager() if name == "manager" else repository.load_machine(name)
        assert loaded.lost, data[-80:]
        assert [store.read(problem.quarantine) for problem in loaded.problems] == [data]  # type: ignore[arg-type]
        assert "\n" not in str(loaded.problems[0])
        count += 1
    assert count > len(document(name))


@pytest.mark.parametrize("name", ALL)
def test_a_host_starts_on_a_damaged_document_and_keeps_every_position(name: str) -> None:
    """The other copy and the broker's holdings are enough; what is wrong is said in one line."""
    dice = random.Random(f"host {name}")
    damaged = [*dice.sample(list(cut_and_flipped(name)), 12), *dice.sample(list(foreign(name)), 12)]
    for data in damaged:
        world = world_with({**moment().disk, current_key(PREFIX, name): data})
        world.boot()
        lines = [line for line in world.lines if "set aside" in line]
        world.start()
        assert len(lines) == 1, (lines, data[:80])
        assert accounted(world)
        machines = {machine.name: machine for machine in world.host.manager.machines}
        assert all(machine.legs for machine in machines.values())


@pytest.mark.parametrize("name", ALL)
def test_a_host_starts_with_both_copies_damaged(name: str) -> None:
    """Only the broker knows: what one strategy alone trades is its own, the rest is reported and blocks entries."""
    for end in range(1, 400, 80):
        disk = dict(moment().disk)
        for key in (current_key(PREFIX, name), previous_key(PREFIX, name)):
            disk[key] = disk[key][:end]
        world = world_with(disk)
        world.boot()
        lines = [line for line in world.lines if "set aside" in line]
        world.start()
        assert len(lines) == 2
        assert accounted(world)
        situation = world.host.manager.situation
        for difference in situation.differences:
            assert any(difference.name in line and "entries are blocked" in line for line in world.lines)
        world.run(world.market.at.replace(hour=15))
        assert accounted(world)
