"""Whole columns of text become the numbers that are written there, or one error that names the row."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.common.errors import DataFileError
from engine.data_source.csv_numbers import parse_numbers

FILE = "spy.zip#spy.csv"


def _decimals(text: str, columns: int) -> list[list[Decimal | None]]:
    numbers = parse_numbers(text.encode(), columns, FILE)
    places = np.zeros(numbers.digits.shape) if numbers.places is None else numbers.places
    return [
        [
            None
            if numbers.blank is not None and numbers.blank[row, column]
            else Decimal(int(value)).scaleb(-int(places[row, column]))
            for column, value in enumerate(values)
        ]
        for row, values in enumerate(numbers.digits)
    ]


CELL = st.one_of(
    st.just(""),
    st.integers(0, 10**15 - 1).map(str),
    st.decimals(0, 10**9, places=4).map(str),
    st.decimals(0, 9, places=8).map(str),
)
SIGNED = st.one_of(CELL, st.integers(-(10**9), -1).map(str))


@settings(max_examples=150, deadline=None)
@given(st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=12))
def test_every_cell_is_the_number_written_there(rows: list[list[str]]) -> None:
    """Digits and decimals of all cells agree with reading them one by one."""
    text = "\n".join(",".join(cells) for cells in rows) + "\n"
    expected = [[Decimal(cell) if cell else None for cell in cells] for cells in rows]
    assert _decimals(text, 3) == expected


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(SIGNED, min_size=2, max_size=2), min_size=1, max_size=8))
def test_signs_are_read_too(rows: list[list[str]]) -> None:
    """Negative numbers take the slow way and come out the same."""
    text = "\n".join(",".join(cells) for cells in rows) + "\n"
    assert _decimals(text, 2) == [[Decimal(cell) if cell else None for cell in cells] for cells in rows]


@pytest.mark.parametrize("end", ["\n", "", "\r\n", "\n\n\n"])
def test_line_ends_make_no_difference(end: str) -> None:
    """Windows line ends, a missing last one and blank lines at the end are all the same file."""
    middle = "\r\n" if end == "\r\n" else "\n"
    assert _decimals(f"1,2{middle}3,4{end}", 2) == [[1, 2], [3, 4]]


def test_an_empty_file_has_no_rows() -> None:
    """No text, no rows, and no error."""
    assert parse_numbers(b"", 3, FILE).digits.shape == (0, 3)


@pytest.mark.parametrize(
    ("text", "row", "found"),
    [
        ("1,2,3\n1,2\n1,2,3\n", 2, 2),
        ("1,2,3\n1,2,3,4\n", 2, 4),
        ("1,2\n1,2,3,4\n", 1, 2),
        ("1,2,3\n\n1,2,3\n", 2, 0),
        ("1\n2\n3\n", 1, 1),
    ],
)
def test_a_wrong_number_of_columns_is_refused_with_its_row(text: str, row: int, found: int) -> None:
    """Even where the whole file has a multiple of the columns, the row that is wrong is named."""
    with pytest.raises(DataFileError, match=f"expected 3 columns, found {found}$") as caught:
        parse_numbers(text.encode(), 3, FILE)
    assert (caught.value.path, caught.value.row) == (FILE, row)


@pytest.mark.parametrize("cell", ["abc", "1.2.3", "1e", "--1", "0x10", "1_0x", "\xe9"])
def test_text_that_is_no_number_is_refused_with_its_row(cell: str) -> None:
    """The offending text and its row are in the message."""
    with pytest.raises(DataFileError) as caught:
        parse_numbers(f"1,2\n3,{cell}\n".encode("latin-1"), 2, FILE)
    assert caught.value.row == 2


def test_more_digits_than_a_double_holds_are_refused() -> None:
    """A number of sixteen digits would lose its last one silently."""
    with pytest.raises(DataFileError, match="at most 15 digits"):
        parse_numbers(b"1234567890123456,2\n", 2, FILE)
