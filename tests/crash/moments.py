"""One moment of the quarter at which all five strategies hold their positions, to be started again from."""

from __future__ import annotations

import functools
from datetime import date

from tests.crash.worlds import SETTINGS, CrashWorld, Snapshot, at, revive, snapshot

MOMENT = at("10:05", date(2014, 1, 31))
"""A Friday, just after the condor's entry."""
SETTING = SETTINGS["combos"]
NAMES = ("iron_condor", "lt112", "ipmcc", "futures_strangle", "leap_ladder")


@functools.cache
def moment() -> Snapshot:
    """Return what a crash at that moment leaves behind."""
    world = CrashWorld(SETTING, {})
    world.boot()
    world.start()
    world.run(MOMENT)
    assert all(machine.legs for machine in world.host.manager.machines)
    return snapshot(world, 0, "moment", {})


def world_with(disk: dict[str, bytes]) -> CrashWorld:
    """Return a world at that moment with other documents; no process has been started yet."""
    world = revive(SETTING, moment(), "none")
    world.store.disk = dict(disk)
    world.store._data = dict(disk)
    return world


def accounted(world: CrashWorld) -> bool:
    """Return whether every contract that is held has an owner, or is reported as nobody's."""
    quantities: dict[str, float] = {}
    for machine in world.host.manager.machines:
        for leg in machine.legs:
            quantities[leg.contract] = quantities.get(leg.contract, 0.0) + leg.quantity
    for difference in world.host.manager.situation.differences:
        quantities[difference.contract] = quantities.get(difference.contract, 0.0) + difference.unexplained
    return {symbol: q for symbol, q in quantities.items() if q} == world.market.positions
