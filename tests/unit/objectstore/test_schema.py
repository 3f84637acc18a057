"""Documents: what is written is read again, and nothing else is believed."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from objectstore import schema
from objectstore.codec import read_json, seal, unseal, write_time
from objectstore.errors import CorruptDocument, PersistenceError, SchemaTooNew
from objectstore.records import PositionLeg, TransitionRecord
from objectstore.schema import decode_machine, decode_manager, decode_record, encode_record
from tests.unit.objectstore.documents import (
    AT,
    EMPTY_MACHINE,
    MACHINE,
    MANAGER,
    machine_text,
    manager_text,
)

KEY = "options-machines/condor.json"


def body_of(text: str) -> dict[str, Any]:
    return json.loads(text)["body"]


def resealed(change: Any, document: str = "machine") -> bytes:
    """Return a document whose body was changed and whose checksum is right all the same."""
    text = machine_text() if document == "machine" else manager_text()
    body = body_of(text)
    change(body)
    known = json.loads(text)
    return seal(known["schema"], known["kind"], known["name"], known["seq"], json.dumps(body)).encode()


@pytest.mark.parametrize("document", [MACHINE, EMPTY_MACHINE])
def test_machine_document_comes_back_as_it_was(document: schema.MachineDocument) -> None:
    """Every field survives, full or empty."""
    assert decode_machine(machine_text(document).encode(), KEY, document.name) == document


def test_manager_document_comes_back_as_it_was() -> None:
    """Every field of the manager survives."""
    assert decode_manager(manager_text().encode(), KEY) == MANAGER


def test_document_is_json_that_other_programs_can_read() -> None:
    """A document is one line of plain JSON with its schema, kind, name and number first."""
    text = machine_text()
    assert text.count("\n") == 1
    assert list(json.loads(text)) == ["schema", "kind", "name", "seq", "checksum", "body"]
    assert body_of(text)["since"] == "2025-01-17T15:34:00.250000Z"


@given(
    quantity=some.floats(allow_nan=False, allow_infinity=False).filter(bool),
    price=some.floats(allow_nan=False, allow_infinity=False),
    name=some.text(max_size=30),
    value=some.none() | some.booleans() | some.integers(-(2**53), 2**53) | some.text(),
    at=some.datetimes(timezones=some.just(UTC)),
    span=some.timedeltas(min_value=timedelta(), max_value=timedelta(days=10_000)),
)
def test_any_value_comes_back_as_it_was(
    quantity: float, price: float, name: str, value: Any, at: datetime, span: timedelta
) -> None:
    """Numbers to the last bit, texts with any sign in them, times to the microsecond."""
    document = EMPTY_MACHINE._replace(
        legs=(PositionLeg("X", name, quantity, price, name),), values={name: value}, since=at, deadline=at
    )
    try:
        text = machine_text(document).encode()
    except UnicodeEncodeError:
        return
    assert decode_machine(text, KEY, "ladder") == document
    record = TransitionRecord("ladder", 1, 1, "A", "B", name, at, span)
    assert decode_record(encode_record(record), KEY) == record


def test_time_of_another_zone_is_written_in_utc() -> None:
    """A clock that speaks New York time stores the same moment."""
    assert write_time(AT.astimezone(ZoneInfo("America/New_York"))) == write_time(AT)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf"), np.int64(1), Decimal(1), AT])
def test_value_that_json_does_not_have_is_not_written(value: Any) -> None:
    """A NaN is noticed when it is stored, not when it is needed."""
    with pytest.raises(PersistenceError, match="cannot be written as JSON"):
        machine_text(EMPTY_MACHINE._replace(values={"credit": value}))


def test_time_without_a_zone_is_not_written() -> None:
    """A naive time would be another moment on another computer."""
    with pytest.raises(PersistenceError, match="the time 2025-01-17T15:30:00 has no zone"):
        machine_text(EMPTY_MACHINE._replace(deadline=datetime(2025, 1, 17, 15, 30)))


def test_long_reasons_are_cut() -> None:
    """However long a traceback is, the document stays small."""
    record = MACHINE.history[0]._replace(reason="x" * 5000, error="y" * 501)
    again = decode_record(encode_record(record), KEY)
    assert again.reason == "x" * 497 + "..."
    assert again.error == "y" * 497 + "..."


WRONG_VALUES: list[Any] = [
    None,
    True,
    "text",
    "",
    1.5,
    -1,
    10**400,
    [],
    {},
    [1],
    {"a": 1},
    "2025-13-45T99:99:99.000000Z",
]


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value inside a JSON value."""
    found = [path] if path else []
    if isinstance(value, dict):
        for key, each in value.items():
            found += paths(each, (*path, key))
    elif isinstance(value, list) and value:
        found += paths(value[0], (*path, 0))
    return found


def put(body: Any, path: tuple[Any, ...], value: Any) -> None:
    for key in path[:-1]:
        body = body[key]
    body[path[-1]] = value


def assert_refused_or_whole(decode: Any, encode: Any) -> None:
    """Check that data is refused in one short line, or read as a document that is whole."""
    try:
        document = decode()
    except CorruptDocument as refused:
        line = str(refused)
    else:
        assert decode_again(encode(document), document) == document
        return
    assert line.startswith(f"{KEY}: ")
    assert "\n" not in line
    assert len(line) < 300


def decode_again(text: str, document: Any) -> Any:
    decode = decode_machine if isinstance(document, schema.MachineDocument) else decode_manager
    return decode(text.encode(), KEY, document.name)


@pytest.mark.parametrize("path", paths(body_of(machine_text())), ids=lambda p: ".".join(map(str, p)))
def test_wrong_type_in_any_field_is_refused_or_harmless(path: tuple[Any, ...]) -> None:
    """With a right checksum and a wrong value: refused in one line, or read as what has its type."""
    for value in WRONG_VALUES:
        data = resealed(lambda body, v=value: put(body, path, v))
        assert_refused_or_whole(lambda d=data: decode_machine(d, KEY, "condor"), machine_text)


@pytest.mark.parametrize("path", paths(body_of(manager_text())), ids=lambda p: ".".join(map(str, p)))
def test_wrong_type_in_any_field_of_the_manager_is_refused_or_harmless(path: tuple[Any, ...]) -> None:
    """The manager's document is read as strictly."""
    for value in WRONG_VALUES:
        data = resealed(lambda body, v=value: put(body, path, v), "manager")
        assert_refused_or_whole(lambda d=data: decode_manager(d, KEY), manager_text)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda body: body.pop("legs"), "body has no legs"),
        (lambda body: body.update(greeks=1), "body has unknown fields greeks"),
        (lambda body: body["legs"][0].update(quantity=0), r"body.legs\[0\] is a leg of nothing"),
        (
            lambda body: body["legs"][0].update(quantity="2"),
            r"legs\[0\].quantity should be a finite number, was '2'",
        ),
        (
            lambda body: body["legs"][1].update(contract=""),
            r"legs\[1\].contract should be a text that is not empty",
        ),
        (lambda body: body.update(cycle=True), "body.cycle should be a count, was True"),
        (lambda body: body.update(cycle=-1), "body.cycle should be a count, was -1"),
        (lambda body: body.update(since="2025-01-17T15:30:00"), "body.since should be a UTC time like"),
        (lambda body: body.update(legs={}), "body.legs should be a list, was dict of 0"),
        (lambda body: body.update(values=[1]), "body.values should be an object, was list of 1"),
        (
            lambda body: body["values"].update(credit=[1]),
            "values.credit should be a text, a number, true, false",
        ),
        (
            lambda body: body["intents"][0]["legs"][0].update(order_ids=[1.5]),
            "order_ids. should be a count, was 1.5",
        ),
        (lambda body: body.update(state="ACTIVE"), "is in ACTIVE, its last record says EXITING"),
        (lambda body: body.update(records=16), "has a history that does not lead up to record 16"),
        (lambda body: body["history"].pop(2), "has a history that does not lead up to record 15"),
        (lambda body: body["history"][0].update(machine="lt112"), "has a history of another machine"),
        (lambda body: body["history"][0].update(duration_s=1e300), "has a duration that no time can have"),
        (lambda body: body.update(cycle=10**30), "body.cycle should be a count, was a number"),
        (
            lambda body: body["legs"][0].update(name=5 * ["x" * 99]),
            "legs.0..name should be a text, was list of 5",
        ),
        (
            lambda body: body.update(cycle="x" * 99),
            "body.cycle should be a count, was '" + "x" * 56 + r"\.\.\.",
        ),
    ],
)
def test_contradiction_inside_a_document_is_named(change: Any, words: str) -> None:
    """What is wrong is said with the field and the value."""
    with pytest.raises(CorruptDocument, match=words):
        decode_machine(resealed(change), KEY, "condor")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xff\xfe{", "is not UTF-8 at byte 0"),
        (b"hello", "is torn or was not written by this package"),
        (b"{}", "is torn or was not written by this package"),
        (b"[" * 100_000, "is torn or was not written by this package"),
        (machine_text().encode()[:-40], "is torn or was not written by this package"),
        (machine_text().replace('"cycle":3', '"cycle":4', 1).encode(), "does not fit its checksum"),
        (machine_text().encode() + b"x", "is torn or was not written by this package"),
        (seal(1, "machine", "condor", 1, "{" + "[" * 100_000 + "}").encode(), "is no JSON"),
        (seal(1, "machine", "condor", 1, "{" + '"a":{' * 50_000 + "}").encode(), "is no JSON"),
        (seal(1, "machine", "condor", 1, '{"a":NaN}').encode(), "is no JSON: NaN is no JSON"),
        (seal(1, "machine", "condor", 1, '{"a":' + "9" * 5000 + "}").encode(), "is no JSON"),
        (seal(0, "machine", "condor", 1, "{}").encode(), "has schema 0, which was never written"),
        (
            machine_text(MACHINE._replace(name="lt112")).encode(),
            "is the document of machine lt112, not of machine condor",
        ),
        (manager_text().encode(), "is the document of manager manager, not of machine condor"),
    ],
)
def test_what_is_no_document_is_refused_in_one_line(data: bytes, words: str) -> None:
    """Torn, foreign, tampered with, somebody else's: each is said in words."""
    with pytest.raises(CorruptDocument, match=re.escape(words)):
        decode_machine(data, KEY, "condor")


def test_document_of_a_later_version_is_said_to_be_one() -> None:
    """A document from the future is not torn: going back to an older version is what went wrong."""
    later = schema.SCHEMA + 1
    texts = (seal(later, "machine", "condor", 1, "{}"), f'{{"schema":{later},"everything":"changed"}}')
    for data in texts:
        with pytest.raises(SchemaTooNew) as raised:
            decode_machine(data.encode(), KEY, "condor")
        assert (raised.value.schema, raised.value.newest) == (later, schema.SCHEMA)


def test_older_versions_are_brought_up_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step knows one version only; a document goes through all of them."""
    newest = body_of(machine_text())
    oldest = {key: value for key, value in newest.items() if key not in ("errors", "values")}
    data = seal(1, "machine", "condor", 41, json.dumps(oldest)).encode()
    monkeypatch.setattr(schema, "SCHEMA", 3)
    monkeypatch.setattr(
        schema,
        "MIGRATIONS",
        {
            1: lambda kind, body: body | {"errors": newest["errors"]},
            2: lambda kind, body: body | {"values": newest["values"]},
        },
    )
    assert decode_machine(data, KEY, "condor") == MACHINE


def test_every_older_version_has_its_step() -> None:
    """No version that was ever written is without a way to the present."""
    assert set(schema.MIGRATIONS) == set(range(1, schema.SCHEMA))


def test_json_that_is_no_object_is_refused() -> None:
    """A line of the log is an object."""
    with pytest.raises(CorruptDocument, match="is no JSON object"):
        read_json("[1]", KEY)
    with pytest.raises(CorruptDocument, match="is no JSON"):
        decode_record("{", KEY)


def test_unsealed_envelope_tells_what_it_is() -> None:
    """The envelope can be read without knowing what is inside."""
    envelope = unseal(machine_text().encode(), KEY, schema.SCHEMA)
    assert (envelope.schema, envelope.kind, envelope.name, envelope.seq) == (
        schema.SCHEMA,
        "machine",
        "condor",
        41,
    )
