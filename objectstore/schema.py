"""What the documents say, in which version, and how older versions become the current one.

To change a document: raise `SCHEMA`, add the step from the version before to `MIGRATIONS`, and add documents
of the new version to tests/replay. Documents there are never edited: each must load for ever.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from objectstore.codec import Envelope, Fields, read_json, seal, unseal, write_json, write_time
from objectstore.errors import CorruptDocument
from objectstore.records import Difference, Intent, IntentLeg, PositionLeg, Scalar, TransitionRecord, Verdict

SCHEMA = 2
"""Version that is written."""

MACHINE = "machine"
MANAGER = "manager"

Migration = Callable[[str, dict[str, Any]], dict[str, Any]]
"""Takes a kind and a body of one version and returns the body of the next."""


def _with_settings(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    """2: the manager's document says by which numbers its rules judge, and on which step of the drawdown it is."""
    return body if kind == MACHINE else {**body, "settings": {}, "drawdown": None}


MIGRATIONS: Mapping[int, Migration] = {1: _with_settings}
"""Version: step to the next version. One for every version below `SCHEMA`."""

LONGEST_TEXT = 500
"""Reasons and errors are cut to this, so that documents stay small whatever an error has to say."""


class MachineDocument(NamedTuple):
    """What must survive of one machine. Nothing that can be computed again is in it."""

    name: str
    seq: int
    """Counts the writes of this document; of two copies the higher one is newer."""
    state: str
    since: datetime
    deadline: datetime | None
    cycle: int
    records: int
    """Number of the last record of the machine."""
    legs: tuple[PositionLeg, ...]
    intents: tuple[Intent, ...]
    values: dict[str, Scalar]
    errors: tuple[datetime, ...]
    history: tuple[TransitionRecord, ...]
    """The last records, without gaps, oldest first."""


class ManagerDocument(NamedTuple):
    """What must survive of the manager."""

    name: str
    seq: int
    since: datetime
    halted: str | None
    paused: Mapping[str, str]
    external: tuple[PositionLeg, ...]
    commitments: Mapping[str, float]
    peak_equity: float
    drawdown: str | None
    """Action of the drawdown's step that the last observed equity was on."""
    settings: Mapping[str, str]
    """Parameters that the entry rules were made with."""
    verdicts: Mapping[str, Verdict]
    differences: tuple[Difference, ...]
    records: int
    history: tuple[TransitionRecord, ...]


def record_fields(record: TransitionRecord) -> dict[str, Scalar]:
    """Return a record ready for JSON."""
    return {
        "machine": record.machine,
        "cycle": record.cycle,
        "seq": record.seq,
        "from": record.source,
        "to": record.target,
        "reason": _cut(record.reason),
        "at": write_time(record.at),
        "duration_s": record.duration.total_seconds(),
        "error": None if record.error is None else _cut(record.error),
        "kind": record.kind,
    }


def encode_record(record: TransitionRecord) -> str:
    """Return a record as one line of JSON: of the audit log and of a document's history."""
    return write_json(record_fields(record))


def machine_fields(document: MachineDocument) -> dict[str, Any]:
    """Return what a machine's document says, without its history, ready for JSON."""
    return _moving_fields(document) | _lasting_fields(document)


def _moving_fields(document: MachineDocument) -> dict[str, Any]:
    return {
        "state": document.state,
        "since": write_time(document.since),
        "deadline": None if document.deadline is None else write_time(document.deadline),
        "cycle": document.cycle,
        "records": document.records,
    }


def _lasting_fields(document: MachineDocument) -> dict[str, Any]:
    return {
        "legs": [leg._asdict() for leg in document.legs],
        "intents": [_intent_fields(intent) for intent in document.intents],
        "values": document.values,
        "errors": [write_time(at) for at in document.errors],
    }


def manager_fields(document: ManagerDocument) -> dict[str, Any]:
    """Return what the manager's document says, without its history, ready for JSON."""
    return {
        "since": write_time(document.since),
        "halted": document.halted,
        "paused": dict(document.paused),
        "external": [leg._asdict() for leg in document.external],
        "commitments": dict(document.commitments),
        "peak_equity": document.peak_equity,
        "drawdown": document.drawdown,
        "settings": dict(document.settings),
        "verdicts": [{**v._asdict(), "at": write_time(v.at)} for v in document.verdicts.values()],
        "differences": [difference._asdict() for difference in document.differences],
        "records": document.records,
    }


def encode_lasting(document: MachineDocument) -> str:
    """Return the part of a machine's document that most transitions leave as it is, to be kept."""
    return write_json(_lasting_fields(document))


def encode_machine(document: MachineDocument, history: Iterable[str], lasting: str | None = None) -> str:
    """Return a machine's document.

    Parameters
    ----------
    document : what to write; its own `history` is not looked at
    history : the lines of its records, encoded once, when they happened
    lasting : `encode_lasting` of the same document, if that is known
    """
    return _encode(
        MACHINE, document, write_json(_moving_fields(document)), lasting or encode_lasting(document), history
    )


def encode_manager(document: ManagerDocument, history: Iterable[str]) -> str:
    """Return the manager's document."""
    return _encode(MANAGER, document, write_json(manager_fields(document)), "{}", history)


def decode_machine(data: bytes, key: str, name: str) -> MachineDocument:
    """Return the machine document that the bytes are. Raises CorruptDocument, SchemaTooNew."""
    envelope = _open(data, key, MACHINE, name)
    body = Fields(envelope.body, key)
    document = MachineDocument(
        name=name,
        seq=envelope.seq,
        state=body.name("state"),
        since=body.time("since"),
        deadline=body.optional_time("deadline"),
        cycle=body.count("cycle"),
        records=body.count("records"),
        legs=tuple(_leg(each) for each in body.objects("legs")),
        intents=tuple(_intent(each) for each in body.objects("intents")),
        values=body.scalars_by_name("values"),
        errors=body.times("errors"),
        history=tuple(_record(each) for each in body.objects("history")),
    )
    body.done()
    _check_history(document, body)
    if document.history and document.history[-1].target != document.state:
        raise body.refuse(f"is in {document.state}, its last record says {document.history[-1].target}")
    return document


def decode_manager(data: bytes, key: str, name: str = MANAGER) -> ManagerDocument:
    """Return the manager's document. Raises CorruptDocument, SchemaTooNew."""
    envelope = _open(data, key, MANAGER, name)
    body = Fields(envelope.body, key)
    verdicts = [_verdict(each) for each in body.objects("verdicts")]
    document = ManagerDocument(
        name=name,
        seq=envelope.seq,
        since=body.time("since"),
        halted=body.optional_text("halted"),
        paused=body.texts_by_name("paused"),
        external=tuple(_leg(each) for each in body.objects("external")),
        commitments=body.numbers_by_name("commitments"),
        peak_equity=body.number("peak_equity"),
        drawdown=body.optional_text("drawdown"),
        settings=body.texts_by_name("settings"),
        verdicts={verdict.strategy: verdict for verdict in verdicts},
        differences=tuple(_difference(each) for each in body.objects("differences")),
        records=body.count("records"),
        history=tuple(_record(each) for each in body.objects("history")),
    )
    body.done()
    _check_history(document, body)
    return document


def decode_record(line: str, key: str) -> TransitionRecord:
    """Return the record that a line of the audit log is. Raises CorruptDocument."""
    return _record(Fields(read_json(line, key), key, "record"))


def migrate(kind: str, schema: int, body: dict[str, Any], key: str) -> dict[str, Any]:
    """Return a body of any version as one of the current version."""
    while schema < SCHEMA:
        step = MIGRATIONS.get(schema)
        if step is None:
            raise CorruptDocument(key, f"has schema {schema}, which was never written")
        body = step(kind, body)
        schema += 1
    return body


def _encode(
    kind: str, document: MachineDocument | ManagerDocument, first: str, second: str, history: Iterable[str]
) -> str:
    both = f"{first[:-1]},{second[1:-1]}" if second != "{}" else first[:-1]
    body = f'{both},"history":[{",".join(history)}]}}'
    return seal(SCHEMA, kind, document.name, document.seq, body)


def _open(data: bytes, key: str, kind: str, name: str) -> Envelope:
    envelope = unseal(data, key, SCHEMA)
    if (envelope.kind, envelope.name) != (kind, name):
        raise CorruptDocument(
            key, f"is the document of {envelope.kind} {envelope.name}, not of {kind} {name}"
        )
    return envelope._replace(body=migrate(kind, envelope.schema, envelope.body, key))


def _check_history(document: MachineDocument | ManagerDocument, body: Fields) -> None:
    seqs = [record.seq for record in document.history]
    if seqs != list(range(document.records - len(seqs) + 1, document.records + 1)):
        raise body.refuse(f"has a history that does not lead up to record {document.records}")
    if any(record.machine != document.name for record in document.history):
        raise body.refuse("has a history of another machine")


def _intent_fields(intent: Intent) -> dict[str, Any]:
    fields = intent._asdict()
    fields["created"] = write_time(intent.created)
    fields["legs"] = [leg._asdict() for leg in intent.legs]
    return fields


def _leg(fields: Fields) -> PositionLeg:
    leg = PositionLeg(
        contract=fields.name("contract"),
        name=fields.text("name"),
        quantity=fields.number("quantity"),
        average_price=fields.number("average_price"),
        role=fields.text("role"),
    )
    fields.done()
    if not leg.quantity:
        raise fields.refuse("is a leg of nothing")
    return leg


def _intent(fields: Fields) -> Intent:
    intent = Intent(
        group=fields.name("group"),
        purpose=fields.text("purpose"),
        status=fields.text("status"),
        created=fields.time("created"),
        legs=tuple(_intent_leg(each) for each in fields.objects("legs")),
        values=fields.scalars_by_name("values"),
    )
    fields.done()
    return intent


def _intent_leg(fields: Fields) -> IntentLeg:
    leg = IntentLeg(
        contract=fields.name("contract"),
        name=fields.text("name"),
        role=fields.text("role"),
        quantity=fields.number("quantity"),
        filled=fields.number("filled"),
        average_price=fields.number("average_price"),
        order_ids=fields.counts("order_ids"),
    )
    fields.done()
    return leg


def _verdict(fields: Fields) -> Verdict:
    verdict = Verdict(
        strategy=fields.name("strategy"),
        allowed=fields.flag("allowed"),
        rule=fields.text("rule"),
        reason=fields.text("reason"),
        at=fields.time("at"),
    )
    fields.done()
    return verdict


def _difference(fields: Fields) -> Difference:
    difference = Difference(
        contract=fields.name("contract"),
        name=fields.text("name"),
        held=fields.number("held"),
        owned=fields.number("owned"),
        average_price=fields.number("average_price"),
    )
    fields.done()
    return difference


def _record(fields: Fields) -> TransitionRecord:
    record = TransitionRecord(
        machine=fields.name("machine"),
        cycle=fields.count("cycle"),
        seq=fields.count("seq"),
        source=fields.name("from"),
        target=fields.name("to"),
        reason=fields.text("reason"),
        at=fields.time("at"),
        duration=_duration(fields),
        error=fields.optional_text("error"),
        kind=fields.name("kind"),
    )
    fields.done()
    return record


def _duration(fields: Fields) -> timedelta:
    seconds = fields.number("duration_s")
    try:
        return timedelta(seconds=seconds)
    except OverflowError:
        raise fields.refuse("has a duration that no time can have") from None


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else f"{text[: LONGEST_TEXT - 3]}..."
