"""Time has a zone; errors carry their facts and survive being sent elsewhere."""

from __future__ import annotations

import pickle
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from objectstore.errors import InvalidKey, MissingKey
from state.clock import SettableClock
from state.errors import (
    CorruptDocument,
    DefinitionError,
    IllegalTransitionError,
    MachinesError,
    PersistenceError,
    RecoveryError,
    SchemaTooNew,
)
from tests.unit.state.samples import START


def test_clock_stands_until_it_is_moved_and_speaks_utc() -> None:
    """A step has one time; a time given in another zone is the same moment."""
    clock = SettableClock(datetime(2024, 1, 5, 10, tzinfo=ZoneInfo("America/New_York")))
    assert clock.now() == START
    assert clock.now().tzinfo is UTC
    clock.advance(timedelta(minutes=1))
    clock.set(START)
    assert clock.now() == START


def test_naive_time_is_refused() -> None:
    """A time without a zone would be read in some zone later."""
    with pytest.raises(ValueError, match="needs its zone"):
        SettableClock(datetime(2024, 1, 5, 10))


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (DefinitionError("is a trap", ["B", "A"]), "B, A: is a trap"),
        (DefinitionError("nothing is right"), "nothing is right"),
        (
            IllegalTransitionError("condor", "WAITING", "ACTIVE", START, ()),
            "condor: WAITING -> ACTIVE is not allowed at 2024-01-05T15:00:00+00:00; allowed: nothing",
        ),
        (PersistenceError("a.json", "disk full"), "a.json: disk full"),
        (CorruptDocument("a.json", "is torn"), "a.json: is torn"),
        (
            SchemaTooNew("a.json", 9, 1),
            "a.json: was written with schema 9, this version reads up to schema 1",
        ),
        (MissingKey("a.json"), "a.json: is not stored"),
        (InvalidKey("a", "cannot be a key"), "a: cannot be a key"),
        (RecoveryError("condor", "has no ERROR state"), "condor: has no ERROR state"),
    ],
)
def test_error_says_its_sentence_and_survives_pickling(error: MachinesError, text: str) -> None:
    """An error is its facts; the sentence is built from them, on both sides of a process border."""
    assert str(error) == text
    again = pickle.loads(pickle.dumps(error))
    assert str(again) == text
    assert again.__dict__ == error.__dict__
    assert error.code.startswith("OM")


def test_error_codes_are_different() -> None:
    """A code that is searched for in logs means one thing."""
    errors = (
        DefinitionError,
        IllegalTransitionError,
        PersistenceError,
        CorruptDocument,
        SchemaTooNew,
        MissingKey,
    )
    codes = [error.code for error in (*errors, InvalidKey, RecoveryError, MachinesError)]
    assert len(set(codes)) == len(codes)
