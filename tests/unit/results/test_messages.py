"""What log, debug and error make of anything, as in LEAN (lean-golden/scenarios/data_parameters_log)."""

from __future__ import annotations

from collections import deque
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from engine.algorithm.message_text import message_text
from engine.algorithm.qc_algorithm_plotting import QCAlgorithmPlotting
from engine.common.enums import Resolution, SecurityType
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.common.symbol_cache import SymbolCache
from engine.results.log_store import LogStore


class Algorithm(QCAlgorithmPlotting):
    time = datetime(2013, 10, 7, 10)
    live_mode = False


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("text", "text"),
        (" ", " "),
        (5, "5"),
        (2.50, "2.5"),
        (1e20, "1E+20"),
        (1e-7, "1E-07"),
        (True, "1"),
        (None, "None"),
        ([1, 2], "[1, 2]"),
        (Decimal("1.50"), "1.50"),
        (ValueError("python error"), "python error"),
        (Resolution.DAILY, "\nDaily"),
    ],
)
def test_any_value_has_its_text(message: Any, text: str) -> None:
    """Numbers as .NET writes them, objects of LEAN on a line of their own."""
    assert message_text(message) == text


def test_symbol_is_shown_by_its_ticker() -> None:
    """A symbol the algorithm has added is known by name."""
    spy = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
    SymbolCache.set("SPY", spy)
    assert message_text(spy) == "\nSPY"


def test_lines_begin_with_the_algorithms_time() -> None:
    """Local time, to the second."""
    algorithm = Algorithm()
    algorithm.log("first line\nsecond line")
    assert algorithm.log_messages == deque(["2013-10-07 10:00:00 first line\nsecond line"])


def test_repeated_debug_and_error_are_left_out_but_log_is_not() -> None:
    """Only a repetition right after the first is; an empty message never counts."""
    algorithm = Algorithm()
    for text in ("one", "one", "two", "one", "", " "):
        algorithm.debug(text)
        algorithm.error(text)
        algorithm.log(text)
    expected = [f"2013-10-07 10:00:00 {text}" for text in ("one", "two", "one", " ")]
    assert list(algorithm.debug_messages) == expected
    assert list(algorithm.error_messages) == expected
    assert len(algorithm.log_messages) == 5


def test_live_mode_keeps_repetitions() -> None:
    """What is repeated live may matter."""
    algorithm = Algorithm()
    algorithm.live_mode = True
    algorithm.debug("one")
    algorithm.debug("one")
    assert len(algorithm.debug_messages) == 2


def test_flush_writes_debug_then_errors_then_log() -> None:
    """The log file is not chronological: each flush has the three kinds one after the other."""
    algorithm, store = Algorithm(), LogStore()
    algorithm.log("log")
    algorithm.error("error")
    algorithm.debug("debug")
    store.flush((algorithm.debug_messages, algorithm.error_messages, algorithm.log_messages))
    algorithm.debug("later")
    store.flush((algorithm.debug_messages, algorithm.error_messages, algorithm.log_messages))
    assert [line[20:] for line in store.copy()] == ["debug", "error", "log", "later"]
    assert not algorithm.debug_messages
