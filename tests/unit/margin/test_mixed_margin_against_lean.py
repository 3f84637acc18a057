"""Margin of stock with options, and of two strategies that net, as LEAN logged it."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from tests.unit.securities.log_replay import Replay

CHRISTMAS_EVE = [datetime(2015, 12, 24)]
X, Y = "GOOG  151231C00750000", "GOOG  151231C00755000"


@pytest.mark.parametrize(
    ("name", "cash", "until", "aliases", "checks"),
    [
        ("opt_covered_diagonal_expiry", 300_000, datetime(2015, 12, 24, 13), {}, 2),
        ("multi_netting", 200_000, datetime(2015, 12, 25), {"X": X, "Y": Y, "S": "GOOG"}, 12),
    ],
)
def test_margin_and_profit_equal_leans_log(shared, new_account, name, cash, until, aliases, checks) -> None:
    """Cash, value, used margin, remaining, profit and fees hold after every fill that LEAN booked."""
    record = json.loads((shared / f"lean-golden/scenarios/{name}.json").read_text())
    replay = Replay(new_account(cash), CHRISTMAS_EVE, aliases)
    seen = 0
    for line in replay.lines(record["log"], until):
        if " used " in line and " cash " in line:
            logged, here = replay.figures(line)
            assert here == logged, line
            seen += 1
        elif line.startswith("enter "):
            used = float(line.rpartition(" ")[2])
            assert round(replay.account.portfolio.total_margin_used, 4) == used, line
    assert seen >= checks
