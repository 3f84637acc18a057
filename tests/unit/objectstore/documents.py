"""Full documents, with something in every field, for tests."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from objectstore.records import Difference, Intent, IntentLeg, PositionLeg, TransitionRecord, Verdict
from objectstore.schema import MachineDocument, ManagerDocument, encode_machine, encode_manager, encode_record

AT = datetime(2025, 1, 17, 15, 30, 0, 250_000, tzinfo=UTC)

LEGS = (
    PositionLeg("SPXW 32N1|SPX 31", "SPXW 2025-01-17 5900 put", -2.0, 3.45, "short_put"),
    PositionLeg("SPXW 32N2|SPX 31", "SPXW 2025-01-17 5870 put", 2.0, 1.15, "long_put"),
    PositionLeg("SPXW 32N3|SPX 31", "SPXW 2025-01-17 6000 call", -2.0, 2.8, "short_call"),
    PositionLeg("SPXW 32N4|SPX 31", "SPXW 2025-01-17 6030 call", 2.0, 0.95, "long_call"),
)

INTENTS = (
    Intent(
        "exit-2",
        "exit",
        "sent",
        AT,
        (
            IntentLeg(LEGS[0].contract, LEGS[0].name, "short_put", 2.0, 1.0, 1.25, (101, 105)),
            IntentLeg(LEGS[1].contract, LEGS[1].name, "long_put", -2.0),
        ),
        {"limit": 1.2, "step": 3, "market": False, "note": None},
    ),
)


def history(name: str, *states: str, first: int = 1) -> tuple[TransitionRecord, ...]:
    """Return records that lead through these states."""
    return tuple(
        TransitionRecord(
            name,
            3,
            first + i,
            source,
            target,
            f"because of {target}",
            AT + timedelta(minutes=i),
            timedelta(minutes=1, microseconds=i),
            "OrderRejected: no" if target == "ERROR" else None,
        )
        for i, (source, target) in enumerate(pairwise(states))
    )


MACHINE = MachineDocument(
    name="condor",
    seq=41,
    state="EXITING",
    since=AT + timedelta(minutes=4),
    deadline=AT + timedelta(minutes=9),
    cycle=3,
    records=15,
    legs=LEGS,
    intents=INTENTS,
    values={"credit": 620.5, "expiry": "2025-01-17", "rolls": 0, "defended": False, "hedge": None},
    errors=(AT, AT + timedelta(minutes=1)),
    history=history("condor", "WAITING", "VALIDATION", "ENTERING", "ACTIVE", "MANAGING", "EXITING", first=11),
)

MANAGER = ManagerDocument(
    name="manager",
    seq=7,
    since=AT,
    halted="flash crash",
    paused={"lt112": "earnings", "*": "holiday"},
    external=(PositionLeg("SPY R735QTJ8XC9X", "SPY", 100.0, 590.25, "adopted"),),
    commitments={"condor": 4_200.0, "lt112": 12_000.5},
    peak_equity=263_123.45,
    drawdown="NO_ENTRIES",
    settings={"portfolio.max_entering": "2", "lt112.max_share_pct": "25"},
    verdicts={
        "condor": Verdict("condor", False, "errors", "lt112 is in ERROR (something is broken)", AT),
        "lt112": Verdict("lt112", True, "", "no rule blocks", AT),
    },
    differences=(Difference("QQQ X", "QQQ", 10.0, 0.0, 400.5),),
    records=2,
    history=(
        TransitionRecord(
            "manager", 0, 1, "RUNNING", "RUNNING", "lt112 paused by me", AT, timedelta(), kind="operator"
        ),
        TransitionRecord(
            "manager", 0, 2, "RUNNING", "HALTED", "halt by me", AT, timedelta(), kind="operator"
        ),
    ),
)

EMPTY_MACHINE = MachineDocument("ladder", 1, "INITIALIZING", AT, None, 0, 0, (), (), {}, (), ())


def machine_text(document: MachineDocument = MACHINE) -> str:
    return encode_machine(document, [encode_record(record) for record in document.history])


def manager_text(document: ManagerDocument = MANAGER) -> str:
    return encode_manager(document, [encode_record(record) for record in document.history])
