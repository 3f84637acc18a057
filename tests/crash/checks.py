"""What must hold after any crash: the invariants of design 6, and the comparison with a run that never crashed."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from algorithm.host import Host
from objectstore.inspection import inspect
from state.machine import Machine
from strategies.contracts import Contract, Right
from tests.crash.worlds import CrashWorld

UNCOMPARED = frozenset({"intents_sent", "why_not", "task"})
"""Management values that differ after a restart without meaning anything."""
PATIENCE = 3
"""Steps within which a restarted host has to have its position sorted out: cancelled, compared, moved on."""


class Broken(AssertionError):
    """An invariant does not hold."""


def naked(contract_of: Callable[[str], Contract], machine: Machine) -> str:
    """Return which short legs of a machine lack the protection that its strategy promises."""
    sides: dict[Right, float] = {}
    for leg in machine.legs:
        right = contract_of(leg.contract).right
        sides[right] = sides.get(right, 0.0) + leg.quantity
    if machine.name == "futures_strangle":
        if machine.state != "ACTIVE":
            return ""  # one side after the other, for some minutes
        even = sides.get(Right.PUT, 0.0) == sides.get(Right.CALL, 0.0)
        return "" if even else "one side of a strangle"
    short = {
        right: quantity for right, quantity in sides.items() if quantity < 0 and right is not Right.SHARE
    }
    if machine.name == "leap_ladder":
        short = {}
    found = ", ".join(f"{quantity:+g} {right}" for right, quantity in short.items())
    if sides.get(Right.SHARE, 0.0) < 0:
        found = f"{found} {sides[Right.SHARE]:+g} shares"
    return found.strip()


class Watch:
    """Follows a restarted world step by step."""

    def __init__(
        self, world: CrashWorld, patience: int = PATIENCE, *, errors: bool = False, reported: bool = False
    ) -> None:
        self.world = world
        self.patience = patience
        self.errors = errors
        self.reported = reported
        """Whether ERROR is an end that is allowed, and holdings that are reported as nobody's."""
        self.bare: dict[str, int] = {}
        """Machine: for how many steps in a row a short leg of it has been naked."""
        self.adrift = 0
        """For how many steps in a row holdings and owners have differed."""
        self.wrong: list[str] = []
        """What was wrong with orders; the host would take an exception for the broker's refusal."""
        world.broker.check_sent = self.sent

    def sent(self, legs: list[tuple[str, int]], tag: str) -> None:
        """Check an order against what is held and at work: nothing twice, nothing beyond zero."""
        broker = self.world.broker
        ours = tag.partition("/")[0]
        for symbol, quantity in legs:
            held = self.world.market.positions.get(symbol, 0.0)
            working = sum(
                q for order in broker.resting for s, q in order.legs if s == symbol and q * quantity > 0
            )
            if working:
                self.wrong.append(f"{tag} trades {quantity:+d} {symbol} while {working:+g} are at work")
            if held * quantity < 0 and abs(quantity) > abs(held):
                self.wrong.append(f"{tag} trades {quantity:+d} {symbol}, held are {held:+g}")
            if held * quantity > 0 and self.owner(symbol) == ours:
                self.wrong.append(f"{tag} adds {quantity:+d} {symbol} to {held:+g}")

    def owner(self, symbol: str) -> str:
        """Return who owns a contract."""
        machines = self.world.host.manager.machines
        return next((m.name for m in machines for leg in m.legs if leg.contract == symbol), "")

    def step(self, world: CrashWorld) -> None:
        """Check what must hold at the end of every step."""
        if self.wrong:
            raise Broken("; ".join(self.wrong))
        machines = world.host.manager.machines
        owned: dict[str, float] = {}
        for machine in machines:
            if machine.state == "ERROR" and not self.errors:
                raise Broken(f"{machine.name} is in ERROR: {machine.last}")
            for leg in machine.legs:
                owned[leg.contract] = owned.get(leg.contract, 0.0) + leg.quantity
            bare = "" if machine.state == "ERROR" else naked(world.market.contract, machine)
            self.bare[machine.name] = self.bare.get(machine.name, 0) + 1 if bare else 0
            if self.bare[machine.name] > 1 + (machine.name == "futures_strangle") and self.open():
                raise Broken(f"{machine.name} in {machine.state} has {bare} for more than a step")
        for each in world.host.manager.situation.differences if self.reported else ():
            owned[each.contract] = owned.get(each.contract, 0.0) + each.unexplained
        same = {s: q for s, q in owned.items() if q} == world.market.positions
        self.adrift = 0 if same else self.adrift + 1
        if self.adrift > self.patience:
            raise Broken(f"owned {owned}, held {world.market.positions}")

    def open(self) -> bool:
        """Return whether the exchange is open and has been for a minute."""
        now = self.world.market.at
        session = self.world.host.sessions.on(now.date())
        return session is not None and session.opens_at < now < session.closes_at


def machines_of(host: Host) -> dict[str, Any]:
    """Return of every machine what decides how it goes on."""
    found: dict[str, Any] = {}
    for machine in host.manager.machines:
        values = {name: value for name, value in machine.values.items() if name not in UNCOMPARED and value}
        found[machine.name] = (str(machine.state), sorted(machine.legs), bool(machine.intents), values)
    return found


def fingerprint(world: CrashWorld) -> dict[str, Any]:
    """Return everything that decides how a run goes on."""
    return {
        "cash": round(world.market.cash, 2),
        "positions": dict(world.market.positions),
        "resting": [(order.legs[:], order.limit) for order in world.broker.resting],
        "commitments": dict(world.host.manager.situation.commitments),
        **machines_of(world.host),
    }


class Trace:
    """How the run that was never interrupted went."""

    def __init__(self) -> None:
        self.times: list[datetime] = []
        self.prints: list[dict[str, Any]] = []

    def add(self, world: CrashWorld) -> None:
        """Remember the end of a step."""
        self.times.append(world.market.at)
        self.prints.append(fingerprint(world))

    def at(self, moment: datetime) -> dict[str, Any]:
        """Return how things stood at a time."""
        return self.prints[bisect_right(self.times, moment) - 1]

    def span(self, begin: datetime, end: datetime) -> tuple[int, int]:
        """Return which steps lie between two times: the first, and the one after the last."""
        return bisect_left(self.times, begin), bisect_right(self.times, end)


def books(world: CrashWorld) -> None:
    """Check that the strategies' results add up to the account's, to the cent."""
    missing = world.host.report()["portfolio"]["unattributed_usd"]
    if abs(missing) >= 0.01:
        raise Broken(f"{missing:.2f} USD of the account belong to no strategy")


def log_is_whole(world: CrashWorld) -> None:
    """Check the audit log and every document."""
    world.host.audit.flush()
    problems = inspect(world.store).problems
    if problems:
        raise Broken(f"the storage folder does not add up: {'; '.join(problems)}")


def differences(one: dict[str, Any], other: dict[str, Any]) -> Iterable[str]:
    """Yield in what two fingerprints differ."""
    for key in one:
        if one[key] != other.get(key):
            yield f"{key}: {one[key]} != {other.get(key)}"
