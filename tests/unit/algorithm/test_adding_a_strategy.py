"""The page that explains how to add a strategy: its example is taken from the page and run."""

from __future__ import annotations

import re
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from types import ModuleType

import pytest
from scripted_world import World

from algorithm.configuration import read_configuration
from strategies.registry import STRATEGIES

MONDAY = date(2014, 1, 6)


def at(clock: str, day: date = MONDAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock))


@pytest.fixture
def example(repository: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the page's example as a module, registered as the page says."""
    page = (repository / "docs" / "adding-a-strategy.md").read_text()
    (code,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    module = ModuleType("weekly_put")
    monkeypatch.setitem(sys.modules, "weekly_put", module)  # dataclasses look their module up
    exec(compile(code, "docs/adding-a-strategy.md", "exec"), module.__dict__)
    monkeypatch.setitem(STRATEGIES, "weekly_put", module.DEFINITION)
    return module


def test_the_example_trades_and_its_books_close(example: ModuleType) -> None:
    """Two weeks: bought on Monday, sold on Thursday, every opportunity with an outcome."""
    w = World(at("08:00"), strategies=("weekly_put",))
    w.market.tick, w.market.half_spread = 0.01, 0.01
    w.market.expiries = lambda today: [today + timedelta(days=30)]
    w.broker.accepts = -9
    w.start()
    w.run(at("11:05"))
    assert [leg.role for leg in w.machine.legs] == ["put"]
    w.run(at("12:00", MONDAY + timedelta(days=3)))
    assert w.market.positions == {}
    w.run(at("20:00", MONDAY + timedelta(days=13)))
    report = w.host.report()
    row = next(each for each in report["strategies"] if each["name"] == "weekly_put")
    assert (row["opportunities"], row["entered"]) == (2, 2)
    assert report["portfolio"]["unattributed_usd"] == 0


def test_its_parameters_are_read_like_all_others(example: ModuleType) -> None:
    """`weekly_put.strike_pct` in config.json, with its range."""
    configuration = read_configuration({"weekly_put.strike_pct": "95"})
    assert configuration.strategies["weekly_put"].strike_pct == 95
    with pytest.raises(ValueError, match=r"weekly_put\.strike_pct must be a number from 50 to 110 % of spot"):
        read_configuration({"weekly_put.strike_pct": "5"})


def test_it_survives_a_restart(example: ModuleType) -> None:
    """Documents and reconciliation come with it."""
    w = World(at("08:00"), strategies=("weekly_put",), live=True)
    w.market.tick, w.market.half_spread = 0.01, 0.01
    expiry = MONDAY + timedelta(days=30)
    w.market.expiries = lambda today: [expiry]
    w.broker.accepts = -9
    w.start().run(at("11:05"))
    w.kill()
    w.restart()
    assert w.machine.state == "ACTIVE"
    w.run(at("12:00", MONDAY + timedelta(days=3)))
    assert w.market.positions == {}
