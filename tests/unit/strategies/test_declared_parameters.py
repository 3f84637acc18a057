"""Parameters: text in, checked value out, or one line that names what is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies.parameters import (
    ParameterError,
    as_text,
    choice,
    clock,
    day,
    declared,
    defaults,
    flag,
    number,
    read,
    refuse_unknown,
    whole,
)


@dataclass(frozen=True, slots=True)
class Sample:
    share: float = number(5, 0.5, 50, "% of equity", "a number")
    units: int = whole(3, 1, 10, "units", "a whole number")
    opens: time = clock("10:00", "09:35", "14:00", "a time")  # noqa: RUF009
    first: date = day("2014-01-03", "2000-01-01", "2030-01-01", "a day")  # noqa: RUF009
    side: str = choice("put", ("put", "call"), "a word")
    on: bool = flag(True, "a switch")


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("share", "7.5", 7.5),
        ("share", "1e1", 10.0),
        ("share", " 50 ", 50.0),
        ("share", ".5", 0.5),
        ("units", "10", 10),
        ("opens", "13:59", time(13, 59)),
        ("first", "2018-12-31", date(2018, 12, 31)),
        ("side", "call", "call"),
        ("on", "FALSE", False),
    ],
)
def test_text_becomes_a_value(name: str, text: str, value: object) -> None:
    """What is written as declared is taken."""
    sample = read(Sample, "x.", {f"x.{name}": text})
    assert getattr(sample, name) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("share", "1,5"),
        ("share", "nan"),
        ("share", "inf"),
        ("share", "1e999"),
        ("share", "0.4999"),
        ("share", "51"),
        ("share", ""),
        ("share", "1_0"),
        ("share", "٣"),
        ("units", "3.0"),
        ("units", "0"),
        ("units", "11"),
        ("units", "1e1"),
        ("opens", "9:35"),
        ("opens", "24:00"),
        ("opens", "08:00"),
        ("first", "2014-13-01"),
        ("first", "03.01.2014"),
        ("first", "1999-12-31"),
        ("side", "Put"),
        ("on", "1"),
        ("on", "yes"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(name: str, text: str) -> None:
    """The line names the parameter, what is allowed and what was given."""
    with pytest.raises(ParameterError) as caught:
        read(Sample, "x.", {f"x.{name}": text})
    line = str(caught.value)
    assert line.startswith(f"x.{name} must be ")
    assert repr(text) in line
    assert "\n" not in line


def test_the_range_is_named_with_its_unit() -> None:
    """Whoever is refused is told what would do."""
    with pytest.raises(ParameterError, match=r"a number from 0\.5 to 50 % of equity, was '90'"):
        read(Sample, "x.", {"x.share": "90"})


@pytest.mark.parametrize(("wrong", "near"), [("x.shar", "x.share"), ("y.unit", "x.units"), ("zzz", "x.")])
def test_an_unknown_name_is_refused_with_the_nearest(wrong: str, near: str) -> None:
    """A typing error never silently keeps a default."""
    known = [f"x.{name}" for name in declared(Sample)]
    with pytest.raises(ParameterError, match=rf"unknown parameter {wrong}; did you mean {near}"):
        refuse_unknown([wrong], known)


def test_defaults_read_back_as_themselves() -> None:
    """What config.json lists is what is used without it."""
    assert read(Sample, "x.", defaults(Sample, "x.")) == Sample()


@given(st.text(max_size=12))
def test_no_text_ever_gets_past_the_range(text: str) -> None:
    """Any text is a value within the range, or refused; nothing else."""
    try:
        sample = read(Sample, "", {"share": text, "units": text})
    except ParameterError:
        return
    assert 0.5 <= sample.share <= 50
    assert 1 <= sample.units <= 10


@given(st.floats(0.5, 50))
def test_numbers_survive_being_written(value: float) -> None:
    """A written number is read again as (nearly) itself."""
    assert read(Sample, "", {"share": as_text(value)}).share == pytest.approx(value, rel=1e-9)
