"""Documents as text: an envelope that can be trusted around a body, and a reader that believes nothing.

    {"schema":1,"kind":"machine","name":"lt112","seq":12,"checksum":"<sha256>","body":{...}}

The checksum covers every other byte. A document that was cut short, edited, mixed with another or written
by another program is therefore noticed before anything in it is believed; what it says is then still
checked field by field.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple, NoReturn

from objectstore.errors import CorruptDocument, PersistenceError, SchemaTooNew
from objectstore.records import Scalar

_encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode

_ENVELOPE = re.compile(
    r'(\{"schema":(\d{1,6}),"kind":"([a-z]{1,20})","name":"([a-z0-9_]{1,64})","seq":(\d{1,15})),'
    r'"checksum":"([0-9a-f]{64})","body":(\{.*\})\}\n?',
    re.DOTALL,
)
_SCHEMA = re.compile(r'\{"schema":(\d{1,6}),')


class Envelope(NamedTuple):
    """A document whose checksum is right; what the body says is not checked yet."""

    schema: int
    kind: str
    name: str
    seq: int
    body: dict[str, Any]


def write_json(value: object) -> str:
    """Return compact JSON. What JSON does not have (NaN, numpy's integers) is a PersistenceError."""
    try:
        return _encode(value)
    except (TypeError, ValueError) as error:
        raise PersistenceError("document", f"cannot be written as JSON: {error}") from None


def seal(schema: int, kind: str, name: str, seq: int, body: str) -> str:
    """Return the text of a document around the JSON text of its body."""
    head = f'{{"schema":{schema},"kind":"{kind}","name":"{name}","seq":{seq}'
    return f'{head},"checksum":"{_checksum(head, body)}","body":{body}}}\n'


def unseal(data: bytes, key: str, newest_schema: int) -> Envelope:
    """Return what a document contains.

    Raises
    ------
    SchemaTooNew
        If it says that a later version of this package wrote it.
    CorruptDocument
        If it is anything else than an intact document.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise CorruptDocument(key, f"is not UTF-8 at byte {error.start}") from None
    if not text.strip():
        raise CorruptDocument(key, "is empty")
    found = _SCHEMA.match(text)
    if found and int(found[1]) > newest_schema:
        raise SchemaTooNew(key, int(found[1]), newest_schema)
    match = _ENVELOPE.fullmatch(text)
    if match is None:
        raise CorruptDocument(key, "is torn or was not written by this package")
    head, schema, kind, name, seq, checksum, body = match.groups()
    if _checksum(head, body) != checksum:
        raise CorruptDocument(key, "does not fit its checksum: it is torn or was changed")
    return Envelope(int(schema), kind, name, int(seq), read_json(body, key))


def read_json(text: str, key: str) -> dict[str, Any]:
    """Return the object that a JSON text is."""
    try:
        value = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_twice)
    except (ValueError, RecursionError) as error:
        raise CorruptDocument(key, f"is no JSON: {error}") from None
    if not isinstance(value, dict):
        raise CorruptDocument(key, "is no JSON object")
    return value


def write_time(moment: datetime) -> str:
    """Return a time as documents have it: UTC, microseconds, always 27 characters."""
    if moment.tzinfo is not UTC:
        if moment.tzinfo is None:
            raise PersistenceError("document", f"the time {moment.isoformat()} has no zone")
        moment = moment.astimezone(UTC)
    return f"{moment.isoformat(timespec='microseconds')[:26]}Z"


class Fields:
    """Reads an object strictly: every field is there, has its type, and nothing else is there."""

    __slots__ = ("_key", "_left", "_path")

    def __init__(self, value: object, key: str, path: str = "body") -> None:
        if not isinstance(value, dict):
            raise CorruptDocument(key, f"{path} should be an object, was {_show(value)}")
        self._left = dict(value)
        self._key = key
        self._path = path

    def text(self, field: str) -> str:
        value = self._take(field)
        return value if isinstance(value, str) else self._refuse(field, "a text", value)

    def name(self, field: str) -> str:
        value = self.text(field)
        return value if value else self._refuse(field, "a text that is not empty", value)

    def optional_text(self, field: str) -> str | None:
        return None if self._empty(field) else self.text(field)

    def number(self, field: str) -> float:
        value = self._take(field)
        if isinstance(value, bool) or not isinstance(value, int | float) or not _finite(value):
            self._refuse(field, "a finite number", value)
        return value

    def count(self, field: str) -> int:
        value = self._take(field)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 1 << 53:
            self._refuse(field, "a count", value)
        return value

    def flag(self, field: str) -> bool:
        value = self._take(field)
        return value if isinstance(value, bool) else self._refuse(field, "true or false", value)

    def time(self, field: str) -> datetime:
        value = self._take(field)
        return self._time(field, value)

    def optional_time(self, field: str) -> datetime | None:
        return None if self._empty(field) else self.time(field)

    def times(self, field: str) -> tuple[datetime, ...]:
        return tuple(self._time(field, value) for value in self._list(field))

    def counts(self, field: str) -> tuple[int, ...]:
        return tuple(Fields({"": value}, self._key, self._at(field)).count("") for value in self._list(field))

    def objects(self, field: str) -> list[Fields]:
        found = self._list(field)
        return [Fields(value, self._key, f"{self._at(field)}[{i}]") for i, value in enumerate(found)]

    def texts_by_name(self, field: str) -> dict[str, str]:
        each = self._object(field)
        return {name: each.text(name) for name in tuple(each._left)}

    def numbers_by_name(self, field: str) -> dict[str, float]:
        each = self._object(field)
        return {name: each.number(name) for name in tuple(each._left)}

    def scalars_by_name(self, field: str) -> dict[str, Scalar]:
        each = self._object(field)
        return {name: each._scalar(name) for name in tuple(each._left)}

    def done(self) -> None:
        """Refuse fields that nobody asked for."""
        if self._left:
            raise CorruptDocument(
                self._key, f"{self._path} has unknown fields {', '.join(sorted(self._left))}"
            )

    def refuse(self, problem: str) -> CorruptDocument:
        """Return the error for something that is wrong between fields."""
        return CorruptDocument(self._key, f"{self._path} {problem}")

    def _object(self, field: str) -> Fields:
        return Fields(self._take(field), self._key, self._at(field))

    def _list(self, field: str) -> list[Any]:
        value = self._take(field)
        return value if isinstance(value, list) else self._refuse(field, "a list", value)

    def _scalar(self, field: str) -> Scalar:
        value = self._take(field)
        if isinstance(value, str | bool) or value is None:
            return value
        if isinstance(value, int | float) and _finite(value):
            return value
        self._refuse(field, "a text, a number, true, false or null", value)

    def _time(self, field: str, value: object) -> datetime:
        if isinstance(value, str) and len(value) == 27 and value[-1] == "Z":
            try:
                return datetime.fromisoformat(value[:-1]).replace(tzinfo=UTC)
            except ValueError:
                pass
        self._refuse(field, "a UTC time like 2025-01-17T15:30:00.000000Z", value)

    def _empty(self, field: str) -> bool:
        if self._left.get(field, "") is None:
            del self._left[field]
            return True
        return False

    def _take(self, field: str) -> Any:
        try:
            return self._left.pop(field)
        except KeyError:
            raise CorruptDocument(self._key, f"{self._path} has no {field}") from None

    def _at(self, field: str) -> str:
        return f"{self._path}.{field}"

    def _refuse(self, field: str, wanted: str, value: object) -> NoReturn:
        raise CorruptDocument(self._key, f"{self._at(field)} should be {wanted}, was {_show(value)}")


def _checksum(head: str, body: str) -> str:
    return sha256(f"{head}{body}".encode()).hexdigest()


def _finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:
        # An integer that no float can hold.
        return False


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _no_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)[:60]} is there twice")
    return found


def _show(value: object) -> str:
    """Return a value in at most a line; what is wrong may be large."""
    if isinstance(value, Mapping | list):
        return f"{type(value).__name__} of {len(value)}"
    text = repr(value) if not isinstance(value, int) else "a number" if abs(value) >= 1 << 64 else str(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
