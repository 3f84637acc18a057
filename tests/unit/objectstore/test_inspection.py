"""Looking at a storage folder: everything that does not add up is named, and nothing is changed."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from objectstore.inspection import fields, inspect
from objectstore.journal import Journal
from objectstore.records import PositionLeg, TransitionRecord
from objectstore.schema import MachineDocument, encode_record
from objectstore.store import MemoryStore
from tests.unit.objectstore.documents import (
    AT,
    EMPTY_MACHINE,
    MACHINE,
    MANAGER,
    history,
    machine_text,
    manager_text,
)

STATES = ("WAITING", "VALIDATION", "ENTERING", "ACTIVE")
CALM = EMPTY_MACHINE._replace(
    name="condor", state="ACTIVE", records=3, legs=MACHINE.legs, history=history("condor", *STATES)
)
RUNNING = MANAGER._replace(halted=None, paused={}, differences=(), verdicts={}, records=0, history=())


def stored(*documents: MachineDocument, manager: Any = RUNNING, log: bool = True) -> MemoryStore:
    """Return a store with documents and a log of their histories."""
    store = MemoryStore()
    journal = Journal(store)
    for document in documents:
        store.save(f"options-machines/{document.name}.json", machine_text(document))
        for record in document.history if log else ():
            journal.append(encode_record(record))
    if manager is not None:
        store.save("options-machines/manager.json", manager_text(manager))
        for record in manager.history:
            journal.append(encode_record(record))
    journal.flush()
    return store


def test_calm_folder_needs_nobody() -> None:
    """Documents and log that agree are no problem and need no attention."""
    found = inspect(stored(CALM))
    assert (found.problems, found.attention, found.needs_operator, found.empty) == ((), (), False, False)
    assert list(found.documents) == ["condor", "manager"]
    assert found.last_sign_of_life == CALM.history[-1].at


def test_empty_folder_is_empty() -> None:
    """A folder without anything of ours says so."""
    found = inspect(MemoryStore())
    assert found.empty
    assert found.last_sign_of_life is None


def test_log_behind_the_documents_is_normal_and_shown_whole() -> None:
    """What a kill took from the log is in the documents; the history shows both, once."""
    found = inspect(stored(CALM, log=False))
    assert found.problems == ()
    assert found.history() == CALM.history
    assert found.history("condor") == CALM.history
    assert found.history("lt112") == ()


@pytest.mark.parametrize(
    ("documents", "more", "words"),
    [
        (
            [CALM._replace(state="ERROR", history=history("condor", *STATES[:-1], "ERROR"))],
            {},
            "condor is in ERROR: OrderRejected: no",
        ),
        ([CALM._replace(state="RECOVERY", history=(), records=0)], {}, "condor is in RECOVERY"),
        ([CALM], {"manager": RUNNING._replace(halted="flash crash")}, "everything is halted: flash crash"),
    ],
)
def test_what_waits_for_an_operator_is_named(documents: list[MachineDocument], more: Any, words: str) -> None:
    """Trouble that adds up is not a problem of the documents, but somebody has to look."""
    found = inspect(stored(*documents, **more))
    assert words in found.attention
    assert found.problems == ()
    assert found.needs_operator


def test_contract_on_two_sides_is_a_problem() -> None:
    """Two strategies on opposite sides of one contract cannot both hold what they think."""
    leg = MACHINE.legs[0]
    other = EMPTY_MACHINE._replace(
        state="ACTIVE", legs=(PositionLeg(leg.contract, leg.name, 1.0, 3.0, "long_put"),)
    )
    found = inspect(stored(CALM, other))
    assert found.problems == (
        "SPXW 2025-01-17 5900 put: condor owns -2, ladder owns +1, which the broker would net",
    )
    same_side = other._replace(legs=(leg,))
    assert inspect(stored(CALM, same_side)).problems == ()


def test_holdings_that_do_not_add_up_are_a_problem() -> None:
    """What the manager last saw at the broker and nobody owns is named."""
    found = inspect(stored(CALM, manager=RUNNING._replace(differences=MANAGER.differences)))
    assert found.problems == ("QQQ: the broker held 10, the strategies own 0",)


def test_hole_between_log_and_document_is_a_problem() -> None:
    """A log that ends before the document's history begins, or goes beyond it, has lost something."""
    hole = CALM._replace(records=13, history=history("condor", *STATES, first=11))
    assert inspect(stored(hole, log=False)).problems == (
        "condor: the log ends with record 0, its document begins with 11",
    )
    store = stored(CALM)
    journal = Journal(store)
    journal.append(
        encode_record(
            TransitionRecord("condor", 3, 4, "ACTIVE", "EXITING", "x", AT + timedelta(hours=1), timedelta())
        )
    )
    journal.flush()
    assert inspect(store).problems == ("condor: the log has record 4, its document ends with 3",)


def test_damaged_copies_and_a_torn_log_are_problems() -> None:
    """Each copy that cannot be believed is named; with none left, only the broker knows."""
    store = stored(CALM)
    store.save("options-machines/condor.json", b"torn")
    store.save("options-machines/audit-000001-a.jsonl", b'{"machine')
    found = inspect(store)
    assert found.machines["condor"].lost
    assert [line.split(" ", 1)[1] for line in found.problems] == [
        "is torn or was not written by this package",
        "no copy of its document can be believed, only the broker knows its position",
        "line 1 is no JSON: Unterminated string starting at: line 1 column 2 (char 1)",
    ]


def test_quarantine_waits_to_be_looked_at() -> None:
    """What was set aside once is shown until somebody removes it."""
    store = stored(CALM)
    store.save("options-machines/condor-quarantine-1.json", b"torn")
    assert inspect(store).attention == (
        "options-machines/condor-quarantine-1.json was set aside and waits to be looked at",
    )


@pytest.mark.parametrize("name", ["condor", "manager"])
def test_everything_known_can_be_said_in_json(name: str) -> None:
    """Other programs can read all of it."""
    found = inspect(stored(MACHINE, manager=MANAGER))
    said = json.loads(json.dumps(fields(name, found.documents[name])))
    assert said["copy"] == "current"
    assert said["name"] == name
    if name == "condor":
        assert said["legs"][0]["quantity"] == -2.0
        assert said["intents"][0]["legs"][0]["order_ids"] == [101, 105]
        assert said["last"]["to"] == "EXITING"
    else:
        assert said["halted"] == "flash crash"
        assert said["verdicts"][0]["rule"] == "errors"


def test_lost_document_in_json_has_its_problems_only() -> None:
    """Nothing is made up for a document that is lost."""
    store = stored(CALM)
    store.save("options-machines/condor.json", b"")
    said = fields("condor", inspect(store).documents["condor"])
    assert said == {
        "name": "condor",
        "copy": None,
        "problems": ["options-machines/condor.json is empty"],
    }
