"""A quarter of all five strategies in a scripted world that can be copied at any moment and started again."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from algorithm.configuration import read_configuration
from algorithm.host import Host
from algorithm.ports import OpenOrder, OrderUpdate, Placed
from objectstore.errors import MissingKey
from objectstore.store import MemoryStore
from strategies.contracts import Right
from strategies.sessions import Sessions
from tests.unit.algorithm.scripted_world import (
    ALL_COMBOS,
    NO_COMBOS,
    Resting,
    ScriptedBroker,
    ScriptedMarket,
    ScriptedTimer,
    World,
)

BEGIN = datetime(2014, 1, 6, 8, 0)
END = datetime(2014, 4, 4, 20, 0)
LEAPS = [date(2015, 1, 16), date(2015, 6, 19), date(2016, 1, 15)]
MONTHLY = [
    date(2014, 4, 17),
    *(date(2014, month, day) for month, day in ((5, 16), (6, 20), (7, 18), (8, 15))),
]
ASSIGNED_AT = datetime(2014, 2, 20, 9, 31)
"""From when on the covered call's short leg is exercised, once, as soon as there is one."""
GAP = datetime(2014, 3, 13, 11, 15)
START_USD = 250_000.0

Probe = Callable[[str], None]
"""Told of each moment at which the process could be killed, by its kind."""


def expiries(today: date) -> list[date]:
    """Fridays for nine weeks, the monthly ones after them, and the LEAPs; today's where it expires today."""
    friday = today + timedelta(days=(4 - today.weekday()) % 7)
    weekly = [friday + timedelta(weeks=week) for week in range(9)]
    return sorted({*weekly, *(day for day in MONTHLY if day > today), *LEAPS})


def wave(now: datetime) -> float:
    """Rise slowly in waves that test short strikes, with one sudden fall."""
    days = (now - BEGIN).total_seconds() / 86400
    level = 2000 * math.exp(0.022 * math.sin(days / 5) + 0.005 * math.sin(days * 2.1) + 0.0006 * days)
    return level if now < GAP else level * 0.975


class DiskStore(MemoryStore):
    """A store as LEAN has it in live mode: saves wait in memory until `flush` writes them, file by file."""

    def __init__(self, disk: dict[str, bytes], probe: Probe = lambda kind: None) -> None:
        super().__init__()
        self._data.update(disk)
        self.disk = dict(disk)
        """What a new process would find."""
        self.newest = ""
        """The key that is being written, or that was written last."""
        self.writing: bytes | None = None
        """What is just being written."""
        self.version = 0
        self.probe = probe
        self._waiting: dict[str, None] = {}

    def save(self, key: str, data: str | bytes) -> None:
        super().save(key, data)
        self._waiting[key] = None
        self.probe("write")

    def delete(self, key: str) -> None:
        super().delete(key)
        self._waiting.pop(key, None)
        if self.disk.pop(key, None) is None:
            raise MissingKey(key)
        self.version += 1

    def flush(self) -> None:
        for key in tuple(self._waiting):
            self.newest, self.writing = key, self.read(key)
            self.version += 1
            self.probe("flush")
            self.disk[key] = self.writing
            self.writing = None
            self.version += 1
            del self._waiting[key]
            self.probe("flushed")


class CrashBroker(ScriptedBroker):
    """Changes its books first and tells afterwards, at once or after the host's step, as LEAN's thread does."""

    def __init__(self, market: ScriptedMarket, setting: Setting) -> None:
        super().__init__(market, capabilities=ALL_COMBOS if setting.combos else NO_COMBOS)
        self.accepts = 0.5
        self.later = setting.later
        """Whether events wait until the host's step is over."""
        if setting.partial:
            self.part = lambda tag: 0.5 if market.at.minute % 2 else 1.0
        self.probe: Probe = lambda kind: None
        self.check_sent: Callable[[list[tuple[str, int]], str], None] = lambda legs, tag: None
        self.told: list[OrderUpdate] = []
        """Events that the host has not taken yet."""
        self.version = 0
        self.assigned = False
        self.on_event = self.told.append
        self.silent = True  # the base class tells nobody: `deliver` does
        self._depth = 0

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Hold events back until the books are right."""
        self._depth += 1
        try:
            yield
        finally:
            self._depth -= 1
            self.version += 1
        if not self._depth and not self.later:
            self.deliver()

    def deliver(self) -> None:
        """Tell the host what happened."""
        while self.told:
            self.probe("event")
            update = self.told.pop(0)
            self.version += 1
            if self.host is not None:
                self.host.on_order_update(update)
            self.probe("event taken")

    def _take(self, legs: list[tuple[str, int]], limit: float | None, tag: str, group: bool) -> list[Placed]:
        self.probe("order")
        self.check_sent(legs, tag)
        with self.acting():
            placed = super()._take(legs, limit, tag, group)
        self.probe("order sent")
        return placed

    def cancel(self, order_id: int, tag: str) -> None:
        self.probe("cancel")
        super().cancel(order_id, tag)
        self.version += 1
        self.probe("cancelled")

    def move(self, symbol: str, quantity: float, price: float) -> None:
        """Keep a true average price, as a broker does."""
        held, average = self.market.positions.get(symbol, 0.0), self.prices.get(symbol, 0.0)
        super().move(symbol, quantity, price)
        if held * quantity > 0:
            self.prices[symbol] = (average * held + price * quantity) / (held + quantity)
        elif held and held * (held + quantity) > 0:
            self.prices[symbol] = average


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that outlives a process, at the moment of its death."""

    number: int
    kind: str
    at: datetime
    cash: float
    positions: dict[str, float]
    prices: dict[str, float]
    resting: tuple[Resting, ...]
    next_id: int
    events: int
    disk: dict[str, bytes]
    before: dict[str, bytes]
    """The disk as it was more than five seconds ago."""
    newest: str
    writing: bytes | None
    assigned: bool
    watching: frozenset[str]
    """Machines that had a shortlist subscribed."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One kind of brokerage and market to run the quarter with."""

    name: str
    combos: bool = True
    later: bool = False
    partial: bool = False


SETTINGS = {
    "combos": Setting("combos"),
    "legs": Setting("legs", combos=False),
    "late events": Setting("late events", later=True, partial=True),
}


@dataclass
class Shared:
    """What does not change while a world runs, and costs time to make."""

    contracts: dict = field(default_factory=dict)
    sessions: Sessions = field(default_factory=lambda: Sessions(BEGIN.date(), END.date()))


SHARED = Shared()


class CrashWorld(World):
    """The scripted world with a disk, probes and copies."""

    def __init__(
        self, setting: Setting, disk: dict[str, bytes], parameters: dict[str, str] | None = None
    ) -> None:
        self.setting = setting
        self.market = ScriptedMarket(BEGIN, spot=wave, volatility=0.15, half_spread=0.01, tick=0.01)
        self.market.contracts = SHARED.contracts
        self.market.names["ES"], self.market.steps["ES"] = "ES21H14", 10.0
        self.market.expiries = expiries
        self.market.closes = [180 + i * 0.2 for i in range(100)]
        self.broker = CrashBroker(self.market, setting)
        self.store = DiskStore(disk)
        self.live = True
        self.lines = []
        self.ticks = 0
        self.checks = []
        self.parameters = {"end": f"{END.date() + timedelta(days=270)}", **(parameters or {})}
        self.timer = ScriptedTimer()
        self.probe: Probe = lambda kind: None

    def boot(self) -> Host:
        """Start a process."""
        self.timer = ScriptedTimer()
        self.host = Host(
            read_configuration(self.parameters),
            self.market,
            self.broker,
            self.timer,
            self.store,
            SHARED.sessions,
            self.lines.append,
            live=True,
        )
        self.broker.host = self.host
        return self.host

    def watching(self) -> frozenset[str]:
        """Return which machines have a shortlist subscribed; none before a process has started."""
        runners = self.broker.host.runners if self.broker.host is not None else {}
        return frozenset(name for name, runner in runners.items() if runner.view.watched)

    def watch(self, probe: Probe) -> None:
        """Have every moment at which the process could die told."""
        self.probe = self.store.probe = self.broker.probe = probe  # type: ignore[assignment]

    def start(self) -> CrashWorld:
        super().start()
        self.broker.deliver()
        return self

    def step(self, at: datetime) -> None:
        self.probe("step")
        self.let_broker_act()
        self.broker.deliver()
        if self.timer.moment is not None and at >= self.timer.moment:
            self.ticks += 1
            self.host.tick()
            self.broker.deliver()
        for check in self.checks:
            check(self)
        self.probe("step over")

    def let_broker_act(self) -> None:
        """Do what a broker does in a minute, whether anybody listens or not."""
        with self.broker.acting():
            self.broker.scan()
            self.expire()
            if self.market.at >= ASSIGNED_AT and not self.broker.assigned:
                self._exercise()

    def _exercise(self) -> None:
        for symbol, quantity in sorted(self.market.positions.items()):
            contract = self.market.contract(symbol)
            if contract.root == "SPY" and contract.right is Right.CALL and quantity < 0:
                self.broker.assigned = True
                self.broker.assign(symbol)


def snapshot(world: CrashWorld, number: int, kind: str, before: dict[str, bytes]) -> Snapshot:
    """Return what a new process would find if this one died now."""
    broker, store = world.broker, world.store
    resting = tuple(replace(order, ids=list(order.ids), legs=list(order.legs)) for order in broker.resting)
    return Snapshot(
        number,
        kind,
        world.market.at,
        world.market.cash,
        dict(world.market.positions),
        dict(broker.prices),
        resting,
        broker.next_id,
        broker.events,
        dict(store.disk),
        before,
        store.newest,
        store.writing,
        broker.assigned,
        world.watching(),
    )


def disk_of(found: Snapshot, damage: str) -> dict[str, bytes]:
    """Return the storage folder after a crash with so much damage: `none`, `late`, `torn`."""
    if damage == "late":
        return dict(found.before)
    disk = dict(found.disk)
    if damage == "torn" and found.newest:
        whole = found.writing if found.writing is not None else disk.get(found.newest)
        if whole is not None:
            part = (0.0, 0.3, 0.6, 0.97)[found.number % 4]
            disk[found.newest] = whole[: int(len(whole) * part)]
    return disk


def revive(setting: Setting, found: Snapshot, damage: str, *, tags: bool = True) -> CrashWorld:
    """Return a world in which the process of a snapshot is dead and a new one has not been started yet.

    As LEAN does it: open orders get new ids from 1 on; brokers may have forgotten their tags.
    """
    world = CrashWorld(setting, disk_of(found, damage))
    market, broker = world.market, world.broker
    market.at, market.cash, market.positions = found.at, found.cash, dict(found.positions)
    broker.prices, broker.events, broker.assigned = dict(found.prices), found.events, found.assigned
    for order in found.resting:
        ids = list(range(broker.next_id, broker.next_id + len(order.ids)))
        broker.next_id += len(ids)
        tag = order.tag if tags else ""
        broker.resting.append(replace(order, ids=ids, legs=list(order.legs), tag=tag))
    if found.kind == "step":
        world.let_broker_act()  # the broker's part of this minute was still to come
    broker.told.clear()
    return world


def at(clock: str, day: date) -> datetime:
    """Return a time of a day."""
    return datetime.combine(day, time.fromisoformat(clock))


__all__ = ["BEGIN", "END", "SETTINGS", "START_USD", "CrashWorld", "OpenOrder", "Setting", "Snapshot"]
