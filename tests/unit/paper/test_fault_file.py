"""A list of broker faults is understood whole, or refused with one line that names the mistake."""

from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from command_line.main import main
from engine.common.errors import EngineError
from engine.common.time_zones import TimeZones
from engine.paper.faults import FaultPlan, read_faults


def file_of(tmp_path: Path, *faults: Any) -> Path:
    file = tmp_path / "faults.json"
    file.write_text(json.dumps({"faults": list(faults)}))
    return file


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"fault": "reject", "order": 3}, {"order": 3}),
        ({"fault": "reject", "tag": "lt112/*", "reason": "no"}, {"tag": "lt112/*", "reason": "no"}),
        ({"fault": "partial_fill", "order": 1, "part": 0.5}, {"part": 0.5, "cancels_rest": False}),
        (
            {"fault": "partial_fill", "order": 1, "legs": 2, "rest": "cancel"},
            {"legs": 2, "cancels_rest": True},
        ),
        ({"fault": "delay", "order": 1, "minutes": 3}, {"minutes": 3}),
        ({"fault": "duplicate", "order": 1, "times": 2}, {"times": 2}),
        ({"fault": "out_of_order", "tag": "*"}, {"tag": "*"}),
        (
            {"fault": "disconnect", "time": "2015-01-09 10:05", "minutes": 9},
            {"stamp": TimeZones.NEW_YORK.utc_stamp(datetime(2015, 1, 9, 10, 5)), "minutes": 9},
        ),
        ({"fault": "early_assignment", "time": "2015-01-09 10:05"}, {"contract": "*"}),
        ({"fault": "leg_closed", "time": "2015-01-09 10:05", "contract": "SPXW*"}, {"contract": "SPXW*"}),
        ({"fault": "cash_adjusted", "time": "2015-01-09 10:05", "amount": -1.5}, {"amount": Decimal("-1.5")}),
    ],
)
def test_every_kind_is_read(tmp_path: Path, given: dict[str, Any], expected: dict[str, Any]) -> None:
    """What is said of a fault is what it has."""
    (fault,) = read_faults(file_of(tmp_path, given))
    assert fault.kind == given["fault"]
    assert {name: getattr(fault, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("reject", "an object was expected"),
        ({}, '"fault" is None; there are reject, partial_fill'),
        ({"fault": "explode", "order": 1}, "'explode'"),
        ({"fault": ["reject"], "order": 1}, "there are"),
        ({"fault": "reject"}, "reject needs one of order, tag"),
        ({"fault": "reject", "order": 1, "tag": "x"}, "needs one of order, tag"),
        ({"fault": "reject", "order": 1, "minutes": 2}, "reject has no 'minutes'"),
        ({"fault": "reject", "order": 0}, "a whole number from 1"),
        ({"fault": "reject", "order": True}, "a whole number from 1"),
        ({"fault": "reject", "tag": ""}, "a text was expected"),
        ({"fault": "partial_fill", "order": 1}, "needs one of part, legs"),
        ({"fault": "partial_fill", "order": 1, "part": 0.5, "legs": 1}, "needs one of part, legs"),
        ({"fault": "partial_fill", "order": 1, "part": 1}, "a fraction between 0 and 1"),
        ({"fault": "partial_fill", "order": 1, "part": 0.5, "rest": "never"}, "later or cancel"),
        ({"fault": "disconnect", "minutes": 3}, "needs one of order, tag, time"),
        ({"fault": "disconnect", "time": "9 Jan"}, "a New York time like"),
        ({"fault": "disconnect", "time": "2015-13-09 10:05"}, "a New York time like"),
        ({"fault": "cash_adjusted", "time": "2015-01-09 10:05"}, "needs 'amount'"),
        ({"fault": "cash_adjusted", "time": "2015-01-09 10:05", "amount": "1"}, "other than 0"),
        ({"fault": "cash_adjusted", "time": "2015-01-09 10:05", "amount": 0}, "other than 0"),
    ],
)
def test_a_mistake_is_one_line_that_names_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], given: Any, words: str
) -> None:
    """The file, which fault, and what was expected; the tool says it before anything starts."""
    file = file_of(tmp_path, {"fault": "reject", "order": 1}, given)
    with pytest.raises(EngineError) as refused:
        read_faults(file)
    assert str(refused.value).startswith(f"{file}: fault 2: ")
    assert words in str(refused.value)
    storage = tmp_path / "live"
    algorithm = tmp_path / "main.py"
    algorithm.touch()
    asked = ["live", "--paper", "--storage", str(storage), "--faults", str(file), str(algorithm)]
    assert main(asked) == 2
    assert capsys.readouterr().err.splitlines() == [f"options-machines live: {refused.value}"]
    assert not storage.exists()


@pytest.mark.parametrize("text", ["", "[]", '{"faults": {}}', '{"faults": [], "more": 1}', "{"])
def test_what_is_no_list_of_faults_is_refused(tmp_path: Path, text: str) -> None:
    """One line names the file."""
    file = tmp_path / "faults.json"
    file.write_text(text)
    with pytest.raises(EngineError, match=r"faults\.json: "):
        read_faults(file)


def test_missing_file_is_refused(tmp_path: Path) -> None:
    """A file that cannot be read is one line too."""
    with pytest.raises(EngineError, match="cannot be read"):
        read_faults(tmp_path / "nothing.json")


def test_two_equal_faults_are_two(tmp_path: Path) -> None:
    """Each is remembered for itself, so both happen."""
    twice = read_faults(file_of(tmp_path, *[{"fault": "reject", "tag": "*"}] * 2))
    plan = FaultPlan(twice, {twice[0].key: 1})
    assert plan.take("reject", 1, "a") is twice[1]
    assert plan.take("reject", 2, "a") is None
