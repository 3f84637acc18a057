"""Each strategy in each stored state, with each kind of holdings found at the broker: design 6, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from state.records import PositionLeg, TransitionRecord
from strategies.contracts import Right
from strategies.registry import STRATEGIES
from tests.crash.checks import Watch
from tests.crash.moments import accounted, moment, world_with
from tests.crash.worlds import CrashWorld
from tests.unit.algorithm.scripted_world import option

FLAT = ("INITIALIZING", "WAITING", "VALIDATION")
ENTRY = (*FLAT, "ENTERING")
EXITS = ("EXITING", "DEFENSIVE_EXIT", "EMERGENCY_EXIT", "DEFENSIVE_21DTE")
FOUND = ("all", "none", "some", "more", "another's")

CASES = [
    (name, str(state), found)
    for name, definition in STRATEGIES.items()
    for state in definition.table.edges
    for found in FOUND
]


def expected(name: str, state: str, found: str) -> set[str]:
    """Return where design 6 wants a machine to go on, by what the broker holds of its position."""
    if state == "ERROR":
        return {"ERROR"}
    kept = {"leap_ladder": "BUILDING"}.get(name, "ACTIVE")
    if state == "COMPLETE" and found in ("all", "some", "more"):
        return {kept, "EXITING", "DEFENSIVE_EXIT", "COMPLETE"}
    if found in ("none", "another's"):
        # EXITING, in the step that follows, knows whether this was a rolled back entry or the end of a position.
        return {"WAITING"} if state in ENTRY else {"EXITING" if state == "EXITING" else "COMPLETE"}
    if state == "EXITING" and (found == "all" or (name == "ipmcc" and found == "more")):
        return {"EXITING"}
    if state in EXITS:
        return {"DEFENSIVE_EXIT"} if state != "EMERGENCY_EXIT" else {"DEFENSIVE_EXIT", "EMERGENCY_EXIT"}
    if name == "leap_ladder" and state in ENTRY:
        return {
            kept,
            "WAITING",
        }  # weeks after its entry nobody can tell a rung without papers: it is reported
    if found == "all" or name == "leap_ladder":
        return {kept}
    if name == "ipmcc":
        # The short call without the long one is naked; the long one alone is a position.
        return {"DEFENSIVE_EXIT"} if found == "some" else {kept, "DEFENSIVE_EXIT"}
    if found == "some":
        return {"DEFENSIVE_EXIT"}
    return {kept, "EXITING", "DEFENSIVE_EXIT"}


def stored(name: str, state: str) -> tuple[CrashWorld, tuple[PositionLeg, ...]]:
    """Return a world whose document of a strategy has a state, with the legs that it may have in it."""
    writer = world_with(moment().disk)
    writer.boot()
    machine = writer.host.manager.machine(name)
    legs = machine.legs
    known = machine.table.state(state)
    held = legs if known in machine.table.holding else ()
    now = machine.situation
    came = TransitionRecord(
        name, now.cycle, now.seq + 1, now.state, known, "put there", now.since, timedelta()
    )
    if known != now.state:
        now = now._replace(state=known, seq=came.seq, last=came)
    machine.restore(now._replace(legs=held, deadline=None))
    machine.update()
    writer.host.audit.flush()
    return world_with(writer.store.disk), legs


def holdings(world: CrashWorld, legs: tuple[PositionLeg, ...], found: str) -> None:
    """Make the broker hold all of a position, none, some or more of it, or somebody else's instead."""
    positions = world.market.positions
    protective = [leg for leg in legs if leg.quantity > 0] or list(legs)
    if found in ("none", "another's"):
        for leg in legs:
            del positions[leg.contract]
    elif found == "some":
        del positions[protective[0].contract]
    elif found == "more":
        positions[legs[0].contract] += 2 if legs[0].quantity > 0 else -2
    if found == "another's":
        odd = option("QQQ", world.market.at.date().replace(month=6, day=20), 80, Right.PUT)
        world.market.contracts[odd.symbol] = odd
        positions[odd.symbol] = 3.0
        world.broker.prices[odd.symbol] = 1.0


def moves(world: CrashWorld, name: str) -> Iterator[str]:
    """Yield the states to which the comparison with the broker moved a machine."""
    for record in world.host.audit.recent:
        if record.machine == name and "after comparing with the broker" in record.reason:
            yield str(record.target)


@pytest.mark.parametrize(("name", "state", "found"), CASES)
def test_the_comparison_with_the_broker_decides(name: str, state: str, found: str) -> None:
    """The state that the table wants, every contract owned or reported, nothing naked for more than a step."""
    world, legs = stored(name, state)
    if found == "some" and len(legs) == 1:
        found = "none"  # a part of one leg is no leg
    holdings(world, legs, found)
    world.boot()
    machine = world.host.manager.machine(name)
    watch = Watch(world, errors=True, reported=True)
    world.host.clock.set(world.market.utc_now())
    world.host.reconciler.start(list(world.host.runners.values()))
    assert str(machine.state) in expected(name, state, found), list(moves(world, name))
    assert accounted(world)
    if found == "another's":
        assert any("entries are blocked" in line for line in world.lines)
        return
    world.start()
    world.checks.append(watch.step)
    world.run(world.market.at.replace(hour=12))
    assert accounted(world)
