"""What can go wrong at a broker, one thing at one order of a short story of each kind of position."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from algorithm.ports import OrderState, Placed
from strategies.contracts import Right
from tests.crash.worlds import SETTINGS, CrashBroker, CrashWorld, Setting, at
from tests.unit.algorithm.scripted_world import SHARES, Resting

FAULTS = (
    "reject",
    "partial fill",
    "delay",
    "duplicate",
    "out of order",
    "disconnect",
    "early assignment",
    "leg closed",
    "leg closed unheard",
    "cash adjusted",
)
ADJUSTED_USD = -5_000.0
MINUTE = timedelta(minutes=1)


class FaultyBroker(CrashBroker):
    """Does one thing wrong with, or shortly after, its n-th order."""

    fault = ""
    nth = 0
    count = 0
    happened = False
    _order: Resting | None = None
    _sent: datetime | None = None
    _ids: frozenset[int] = frozenset()

    def _take(self, legs: list[tuple[str, int]], limit: float | None, tag: str, group: bool) -> list[Placed]:
        self.count += 1
        if self.count != self.nth:
            return super()._take(legs, limit, tag, group)
        self._sent = self.market.at
        if self.fault == "reject":
            self.happened = True
            self.reject = lambda tag: "rejected by the exchange"
            try:
                return super()._take(legs, limit, tag, group)
            finally:
                self.reject = lambda tag: ""
        if self.fault == "disconnect":
            self.happened = True
            self._ids = frozenset(range(self.next_id, self.next_id + len(legs)))
        if self.fault in ("partial fill", "delay", "out of order"):
            # What would fill at once rests with this broker for a while.
            self.asleep = True
            placed = super()._take(legs, limit, tag, group)
            self.asleep = False
            self._order = self.resting[-1]
            return placed
        return super()._take(legs, limit, tag, group)

    def _good(self, order: Resting) -> bool:
        if order is not self._order or self._sent is None:
            return super()._good(order)
        minutes = (self.market.at - self._sent) // MINUTE
        self.happened = self.happened or minutes >= 1
        if self.fault == "delay":
            return minutes > 3 and super()._good(order)
        return minutes in (1, 2) if self.fault == "out of order" else minutes in (1, 9)

    def scan(self) -> None:
        """Fill half of the order at first, where that is the fault; then do what happens beside it."""
        minutes = (self.market.at - self._sent) // MINUTE if self._sent is not None else 0
        half = self._order is not None and self.fault in ("partial fill", "out of order") and minutes == 1
        self.part = (lambda tag: 0.5) if half else (lambda tag: 1.0)
        super().scan()
        if minutes >= 3 and not self.happened:
            self._beside()

    def deliver(self) -> None:
        """Lose, repeat or disorder the events of the order."""
        if self.fault == "disconnect":
            self.told[:] = [update for update in self.told if update.order_id not in self._ids]
        elif self.fault == "duplicate" and self._sent is not None:
            self.happened = self.happened or bool(self.told)
            self.told[:] = [update for update in self.told for _ in range(2)]
        elif self.fault == "out of order" and self._order is not None and self._order in self.resting:
            return  # the part that filled first is told last
        elif self.fault == "out of order":
            self.told.reverse()
        super().deliver()

    def _beside(self) -> None:
        held = sorted(self.market.positions.items())
        longs = [symbol for symbol, quantity in held if quantity > 0 and symbol != SHARES]
        shorts = [symbol for symbol, quantity in held if quantity < 0 and symbol != SHARES]
        if self.fault == "cash adjusted":
            self.happened = True
            self.market.cash += ADJUSTED_USD
        elif self.fault == "early assignment" and shorts:
            self.happened = True
            self._exercise(shorts[0])
        elif self.fault.startswith("leg closed") and held:
            self.happened = True
            self._close((longs or shorts)[0], heard=self.fault == "leg closed")

    def _exercise(self, symbol: str) -> None:
        contract = self.market.contract(symbol)
        if contract.root == "SPY":
            self.assign(symbol)
            return
        if contract.root in self.market.names.values():
            self.assign(symbol, contract.root)  # an option on a future delivers the future
            return
        quantity, level = self.market.positions[symbol], self.market.underlying(contract.root)
        self.move(symbol, -quantity, contract.intrinsic(level))
        order_id, self.next_id = self.next_id, self.next_id + 1
        self._tell(
            order_id,
            symbol,
            OrderState.FILLED,
            "",
            -quantity,
            0.0,
            exercise=True,
            underlying=level,
            cash=True,
        )

    def _close(self, symbol: str, *, heard: bool) -> None:
        quantity = self.market.positions[symbol]
        price = max(round(self.market.mid(symbol), 2), 0.01)
        self.move(symbol, -quantity, price)
        order_id, self.next_id = self.next_id, self.next_id + 1
        if heard:
            self._tell(order_id, symbol, OrderState.FILLED, "Margin Call", -quantity, price)


@dataclass(frozen=True, slots=True)
class Story:
    """A position from its entry to the end of what is of interest."""

    strategy: str
    begin: datetime
    end: datetime
    spot: Callable[[datetime], float]
    parameters: dict[str, str]
    orders: dict[str, int]
    """Kind of brokerage: how many orders there are without a fault."""


def level(now: datetime) -> float:
    """Stand still."""
    return 2000.0


def tested(now: datetime) -> float:
    """Rise until the call of a strangle is tested."""
    return 2000.0 if now < datetime(2014, 1, 7, 13) else 2000.0 * 1.05


def rising(now: datetime) -> float:
    """Rise until half of a put spread's credit is earned."""
    return 2000.0 if now < datetime(2014, 1, 23, 11) else 2000.0 * 1.06


def _day(day: int, clock: str) -> datetime:
    return at(clock, datetime(2014, 1, day).date())


STORIES = {
    "condor": Story("iron_condor", _day(10, "08:00"), _day(13, "12:00"), level, {}, {"combos": 2, "legs": 8}),
    "lt112": Story(
        "lt112", _day(22, "08:00"), _day(24, "12:00"), rising, {"profit_pct": "20"}, {"combos": 2, "legs": 4}
    ),
    "strangle roll": Story(
        "futures_strangle",
        _day(7, "08:00"),
        _day(8, "12:00"),
        tested,
        {"loss_pct": "1000"},
        {"combos": 2, "legs": 4},
    ),
}


def faulty_world(story: Story, brokerage: str, fault: str, nth: int) -> CrashWorld:
    """Return a world in which a story is about to begin and in which one thing will go wrong."""
    setting: Setting = replace(SETTINGS[brokerage], partial=False)
    names = ("iron_condor", "lt112", "ipmcc", "futures_strangle", "leap_ladder")
    parameters = {f"{name}.enabled": str(name == story.strategy).lower() for name in names}
    parameters |= {f"{story.strategy}.{name}": value for name, value in story.parameters.items()}
    world = CrashWorld(setting, {}, parameters)
    world.market.at, world.market.spot = story.begin, story.spot
    world.broker = broker = FaultyBroker(world.market, setting)
    broker.fault, broker.nth = fault, nth
    broker.assigned = True  # by the story's own fault, if at all
    broker.accepts = 0.3
    return world


def short_of_shares(world: CrashWorld) -> bool:
    """Return whether shares of an assignment are still there."""
    return any(world.market.contract(s).right is Right.SHARE for s in world.market.positions)
