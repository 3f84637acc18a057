"""Fields of rows that are computed when one of them is first read."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from engine.data_source.rows import LazyFields

ONE, TWO = np.array([1.0]), np.array([2.0])


def fields(calls: list[int]) -> LazyFields:
    def rest() -> dict[str, np.ndarray]:
        calls.append(1)
        return {"close": np.array([9.0]), "open": TWO}

    return LazyFields({"close": ONE}, rest)


def test_a_known_field_costs_nothing() -> None:
    """Reading the close does not compute the open."""
    calls: list[int] = []
    assert fields(calls)["close"] is ONE
    assert not calls


def test_another_field_is_computed_once_and_the_known_ones_stay() -> None:
    """What was handed out already is what is handed out again."""
    calls: list[int] = []
    lazy = fields(calls)
    assert lazy["open"] is TWO
    assert lazy["open"] is TWO
    assert lazy["close"] is ONE
    assert calls == [1]


@pytest.mark.parametrize(
    "read",
    [dict, list, len, lambda f: f.get("open"), lambda f: "open" in f, lambda f: f.items(), lambda f: {**f}],
)
def test_the_whole_has_every_field(read: Any) -> None:
    """However the fields are gone through, none is left out."""
    calls: list[int] = []
    lazy = fields(calls)
    read(lazy)
    assert calls == [1]
    assert list(lazy) == ["close", "open"]
    assert dict(lazy) == {"close": ONE, "open": TWO}


def test_a_field_that_does_not_exist_is_an_error() -> None:
    """As in any dictionary."""
    with pytest.raises(KeyError, match="volume"):
        fields([])["volume"]
