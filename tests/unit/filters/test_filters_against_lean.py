"""The filters keep what LEAN keeps: record opt_chain_filters."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from engine.common.enums import SecurityType

NARROW = {
    5: [
        ("delta 0.05 0.95", lambda u: u.delta(0.05, 0.95)),
        ("iv 0.1 0.5", lambda u: u.implied_volatility(0.1, 0.5)),
        ("interest 500", lambda u: u.open_interest(500, 100000)),
        ("theta", lambda u: u.theta(-10, -1)),
        ("gamma", lambda u: u.gamma(0.01, 0.2)),
    ],
    6: [
        ("delta -0.45 -0.05", lambda u: u.delta(-0.45, -0.05)),
        ("expiration 0 200", lambda u: u.expiration(0, 200)),
    ],
}
VARIANTS = [
    ("strikes -2 2", lambda u: u.strikes(-2, 2)),
    ("strikes 0 0", lambda u: u.strikes(0, 0)),
    ("strikes 1 3", lambda u: u.strikes(1, 3)),
    ("strikes -3 -1", lambda u: u.strikes(-3, -1)),
    ("expiration 0 30", lambda u: u.expiration(0, 30)),
    ("expiration 16 16", lambda u: u.expiration(16, 16)),
    ("expiration 40 400", lambda u: u.expiration(40, 400)),
    ("calls", lambda u: u.calls_only()),
    ("puts then strikes", lambda u: u.puts_only().strikes(-2, 2)),
    ("strikes then puts", lambda u: u.strikes(-2, 2).puts_only()),
    ("delta after contracts", lambda u: u.delta(0.2, 0.4)),
    ("delta zero", lambda u: u.delta(0, 0)),
    ("naked call", lambda u: u.naked_call(30, 5)),
    ("straddle", lambda u: u.straddle(30)),
    ("strangle", lambda u: u.strangle(30, 5, -5)),
    ("put spread", lambda u: u.put_spread(10, 5, -5)),
    ("condor", lambda u: u.iron_condor(10, 2.5, 5)),
    ("calendar", lambda u: u.call_calendar_spread(0, 10, 60)),
    ("front month", lambda u: u.front_month()),
    ("back months", lambda u: u.back_months()),
    ("back month", lambda u: u.back_month()),
]


@pytest.mark.parametrize("day", [5, 6])
def test_filters_keep_what_lean_keeps(filter_of, shared, day: int):
    """Each filter, alone and after others, leaves the contracts that LEAN's log names."""
    universe = filter_of("TWX", SecurityType.EQUITY, datetime(2014, 6, day))
    whole = [row.symbol for row in universe]
    price = universe.underlying.price
    log = [f"filter at 2014-06-0{day} 00:00:00 universe {len(whole)} spot {price:.4f} underlying TWX"]
    for name, narrow in NARROW[day]:
        narrow(universe)
        log.append(
            f"  narrowed by {name}: {len(universe)} {sorted(x.symbol.value[6:] for x in universe)[:6]}"
        )
    for name, keep in VARIANTS:
        universe.contracts(whole)
        keep(universe)
        left = sorted(x.symbol.value[6:] for x in universe)
        log.append(f"  {name}: {len(left)} first {left[0] if left else '-'} last {left[-1] if left else '-'}")
    record = json.loads((shared / "lean-golden" / "scenarios" / "opt_chain_filters.json").read_text())
    lines = [line.split(" ", 2)[2] for line in record["log"] if line.startswith(f"2014-06-0{day} 00:00:00")]
    assert log == [line for line in lines if line.startswith((" ", "filter"))]


def test_filter_that_adds_the_recorded_contracts(filter_of, shared):
    """The filter the record's algorithm returns keeps the contracts LEAN then added."""
    universe = filter_of("TWX", SecurityType.EQUITY, datetime(2014, 6, 5))
    kept = {row.symbol.value for row in universe.strikes(-2, 1).expiration(0, 50).apply_types_filter()}
    aapl = filter_of("AAPL", SecurityType.EQUITY, datetime(2014, 6, 5))
    kept |= {row.symbol.value for row in aapl.strikes(-2, 2).expiration(0, 14)}
    record = json.loads((shared / "lean-golden" / "scenarios" / "opt_chain_filters.json").read_text())
    (line,) = (x for x in record["log"] if "changes added 30" in x)
    assert all(f"'{value}'" in line for value in kept)
    assert len(kept) == 28  # and the two underlyings
