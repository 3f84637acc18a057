"""What a transition costs, in calls and bytes: these do not depend on the computer."""

from __future__ import annotations

import gc
import sys
from typing import Any

from state.machine import Machine
from state.states import StrategyState as S
from tests.unit.state.samples import ROUND_TRIP, TABLE, clock_at, machine_in


def calls_of(action: Any) -> int:
    """Return how many functions of any kind, Python's and C's, an action calls."""
    count = 0

    def counted(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(counted)
    try:
        action()
    finally:
        sys.setprofile(None)
    # The last one is the call that ends the profile.
    return count - 1


def test_transition_takes_at_most_15_calls() -> None:
    """A transition through an open guard with a hook stays within the budget of 15 calls."""
    machine = machine_in(S.WAITING, hooks=(lambda m, record: None,))
    for state in ROUND_TRIP:
        assert calls_of(lambda to=state: machine.transition(to, "round trip")) <= 15


def test_refusal_and_poll_take_at_most_15_calls() -> None:
    """Asking in vain is as cheap as moving."""
    machine = machine_in(S.WAITING, S.VALIDATION, context={"risk": False})
    assert calls_of(lambda: machine.transition(S.ENTERING, "no")) <= 15
    assert calls_of(machine.poll) <= 15


def size_of(root: object, shared: set[int]) -> int:
    """Return the bytes of everything that can be reached from an object and is not shared with others."""
    seen, left, total = set(shared), [root], 0
    while left:
        each = left.pop()
        if id(each) in seen or isinstance(each, type):
            continue
        seen.add(id(each))
        total += sys.getsizeof(each)
        left += gc.get_referents(each)
    return total


def test_machine_takes_at_most_1_kb() -> None:
    """A machine that has gone round keeps its last record, and no more than 1 KB."""
    clock = clock_at()
    shared: set[int] = {id(TABLE), id(clock), id(Machine)}
    for known in (TABLE, clock):
        left: list[Any] = [known]
        while left:
            each = left.pop()
            if id(each) not in shared or each is known:
                shared.add(id(each))
                left += [r for r in gc.get_referents(each) if id(r) not in shared and not isinstance(r, type)]
    machine = Machine("sample", TABLE, clock)
    machine.transition(S.WAITING, "begin")
    for state in ROUND_TRIP:
        machine.transition(state, "round trip")
    assert size_of(machine, shared) <= 1024
