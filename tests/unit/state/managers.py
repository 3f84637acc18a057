"""A manager with machines of the sample table, for tests."""

from __future__ import annotations

from typing import Any

from state.clock import SettableClock
from state.machine import Machine
from state.manager import UnifiedStateManager
from state.rules import EntryRule
from state.states import StrategyState as S
from tests.unit.state.samples import TABLE, clock_at

NAMES = ("condor", "lt112", "ladder")


def manager_with(*rules: EntryRule, names: tuple[str, ...] = NAMES, **more: Any) -> UnifiedStateManager:
    """Return a manager whose machines are waiting."""
    clock: SettableClock = more.pop("clock", None) or clock_at()
    manager = UnifiedStateManager(clock, rules=rules, **more)
    for name in names:
        machine = manager.register(Machine(name, TABLE, clock))
        machine.transition(S.WAITING, "ready")
    return manager


def put(manager: UnifiedStateManager, name: str, *way: S) -> Machine:
    """Take a machine along a way."""
    machine = manager.machine(name)
    for state in way:
        assert machine.transition(state, "on the way")
    return machine
