"""`self.sma(...)` and its kin."""

from __future__ import annotations

import pytest

from engine.algorithm.indicator_shortcuts import SHORTCUTS, indicator_class


@pytest.mark.parametrize("name", sorted(SHORTCUTS))
def test_each_shortcut_has_its_indicator(name: str) -> None:
    """No shortcut is named whose class the engine lacks."""
    assert indicator_class(SHORTCUTS[name].class_name) is not None


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("self.sma(self.spy, 14)", "SMA(14,SPY_min)"),
        ("self.sma('SPY', 14, Resolution.DAILY)", "SMA(14,SPY_day)"),
        ("self.rsi(self.spy, 14)", "RSI(14,Wilders,SPY_min)"),
        ("self.obv(self.spy)", "OBV(SPY_min)"),
        ("self.tsi(self.spy)", "TSI(25,13,7,SPY_min)"),
        ("self.str(self.spy, 10, 3)", "STR(10,3,SPY_min)"),
        ("self.heikin_ashi(self.spy, Resolution.HOUR)", "HA(SPY_hr)"),
        ("self.b(self.spy, self.ibm, 5, Resolution.DAILY)", "B(5,day)"),
        ("self.cov(target=self.spy, reference=self.ibm, period=5)", "COV(5,)"),
        ("self.trin([self.spy, self.ibm])", "TRIN(min)"),
        ("self.adr(symbols=[self.spy, self.ibm], resolution=Resolution.DAILY)", "A/D Ratio(day)"),
    ],
)
def test_shortcuts_name_indicators_as_lean_does(ask, call: str, name: str) -> None:  # type: ignore[no-untyped-def]
    """The name tells kind, arguments, symbol and resolution."""
    assert ask(f"self.made = {call}").algorithm.made.name == name


@pytest.mark.parametrize("name", ["b", "c", "cov"])
def test_indicators_of_pairs_hear_both_symbols(ask, name: str) -> None:  # type: ignore[no-untyped-def]
    """Target and reference both feed the indicator."""
    made = ask(f"self.made = self.{name}(self.spy, self.ibm, 20)").algorithm.made
    assert made.is_ready
    assert made.samples == 2 * 390


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("(self.spy, None, big)", "close(SPY_min)"),
        ("(self.spy, Resolution.HOUR, None, big, 'volume')", "volume(SPY_hr)"),
        ("(self.spy, filter=big, field_name='size')", "size(SPY_min)"),
    ],
)
def test_filtered_identity_keeps_the_last_value_that_passed(ask, call: str, name: str) -> None:  # type: ignore[no-untyped-def]
    """Only what the filter accepts is taken over, in LEAN's overloads with and without a resolution."""
    algorithm = ask(
        "self.passed = []\n"
        "def big(bar):\n"
        "    if bar.volume > 300_000:\n"
        "        self.passed.append(bar.close)\n"
        "    return bar.volume > 300_000\n"
        f"self.made = self.filtered_identity{call}"
    ).algorithm
    assert algorithm.made.name == name
    assert algorithm.made.is_ready
    assert algorithm.made.current.value == algorithm.passed[-1]
