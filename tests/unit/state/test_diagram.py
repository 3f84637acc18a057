"""The Mermaid diagram shows the table, all of it, and nothing else."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum

import pytest

from state.diagram import in_words, mermaid
from state.table import table
from tests.unit.state.samples import TABLE


def test_diagram_has_every_edge_of_the_table_and_no_other() -> None:
    """Reading the diagram's arrows back gives the table."""
    text = mermaid(TABLE, "sample")
    arrows = set(re.findall(r"^    (\w+) --> (\w+)", text, re.MULTILINE))
    assert arrows == {(str(s), str(edge.target)) for s, row in TABLE.edges.items() for edge in row.values()}
    assert "[*] --> INITIALIZING" in text
    assert text.startswith("---\ntitle: sample\n---\nstateDiagram-v2\n")


def test_diagram_labels_guards_and_timeouts_and_marks_states() -> None:
    """Guards and timeouts are written on their edges; holding states and the current one stand out."""
    text = mermaid(TABLE, "sample", current="ACTIVE")
    assert "    VALIDATION --> ENTERING : risk ok\n" in text
    assert "    ENTERING --> EXITING : after 5 min\n" in text
    assert "    class ACTIVE current" in text
    held = re.search(r"class (\S+) holding", text)
    assert held is not None
    assert "MANAGING" in held[1]
    assert "ACTIVE" not in held[1].split(",")


def test_diagram_of_a_table_that_ends_shows_the_end() -> None:
    """Terminal states lead to the end."""

    class Once(StrEnum):
        A = "A"
        B = "B"

    once = table({Once.A: {Once.B: None}, Once.B: {}}, initial=Once.A, terminal={Once.B})
    assert mermaid(once, "once").endswith("    B --> [*]")


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=1, seconds=1), "1 h 1 s"),
        (timedelta(days=91, hours=2, minutes=3), "91 d 2 h"),
    ],
)
def test_spans_are_said_in_their_two_largest_units(span: timedelta, words: str) -> None:
    """Ninety-one days need no seconds."""
    assert in_words(span) == words
