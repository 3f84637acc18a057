"""A small market, broker and timer written by hand, which the host's tests script minute by minute."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from algorithm.configuration import read_configuration
from algorithm.host import Host
from algorithm.ports import Capabilities, OpenOrder, OrderState, OrderUpdate, Placed
from objectstore.store import MemoryStore
from state.records import Holding
from strategies.base import AssetClass, Price
from strategies.contracts import NO_QUOTE, Contract, Quote, Right, contract_from_name, future, shares
from strategies.greeks import delta
from strategies.registry import STRATEGIES
from strategies.sessions import Sessions
from tests.unit.algorithm.plain_listed import PlainListed

MINUTE = timedelta(minutes=1)
NEW_YORK = ZoneInfo("America/New_York")
ALL_COMBOS = Capabilities(True, True, frozenset(AssetClass))
NO_COMBOS = Capabilities(False, False, frozenset(AssetClass))
SHARES = "SPY R735QTJ8XC9X"
FUTURE_EXPIRY = date(2014, 3, 21)
"""Of every future that has options; the scripted market rolls none."""


def black(right: Right, forward: float, strike: float, deviation: float) -> float:
    """Return an undiscounted Black price."""
    sign = 1 if right is Right.CALL else -1
    if deviation <= 0:
        return max(sign * (forward - strike), 0.0)
    d1 = math.log(forward / strike) / deviation + deviation / 2
    d2 = d1 - deviation
    both = (0.5 * math.erfc(-sign * d / math.sqrt(2)) for d in (d1, d2))
    return sign * (forward * next(both) - strike * next(both))


def option(root: str, expiry: date, strike: float, right: Right) -> Contract:
    """Return a contract as LEAN would name it."""
    name = f"{root:<6}{expiry:%y%m%d}{right[0]}{round(strike * 1000):08d}"
    return contract_from_name(f"{root} {expiry} {right[0]} {strike:g}", name)


@dataclass
class ScriptedMarket:
    """Prices follow functions of the time; quotes come from Black with one volatility and fixed spreads."""

    at: datetime
    spot: Callable[[datetime], float] = lambda at: 2000.0
    vix: Callable[[datetime], float | None] = lambda at: 16.0
    volatility: float = 0.13
    half_spread: float = 0.02
    steps: dict[str, float] = field(default_factory=lambda: {"SPXW": 5.0, "SPY": 1.0})
    names: dict[str, str] = field(default_factory=dict)
    """Root of a product's options where it is not the product's name."""
    greeks: bool = True
    """Whether the chain of yesterday has deltas."""
    tick: float = 0.05
    cash: float = 250_000.0
    age: timedelta = timedelta()
    """Age of every quote and price; scripts make them stale by it."""
    seen: Callable[[Quote], Quote] = lambda quote: quote
    """What of every quote reaches us."""
    overrides: dict[str, Quote] = field(default_factory=dict)
    no_chain: bool = False
    future_margin: float | None = 5_000.0
    free_share: float = 1.0
    subscribed: set[str] = field(default_factory=set)
    positions: dict[str, float] = field(default_factory=dict)
    contracts: dict[str, Contract] = field(default_factory=dict)
    closes: list[float] = field(default_factory=lambda: [200.0] * 60)
    scale: dict[str, float] = field(default_factory=lambda: {"SPX": 1.0, "SPY": 0.1})
    expiries: Callable[[date], list[date]] = lambda today: [today]
    rate: Callable[[datetime], float] = lambda at: 0.0
    """Risk-free rate: forwards of shares rise by it, option prices are discounted with it."""

    def now(self) -> datetime:
        return self.at

    def utc_now(self) -> datetime:
        return self.at.replace(tzinfo=NEW_YORK).astimezone(UTC)

    def price(self, ticker: str) -> Price | None:
        if ticker == "VIX":
            value = self.vix(self.at)
            return None if value is None else Price(value, self.age)
        return Price(self.spot(self.at) * self.scale[ticker], self.age)

    def contract(self, symbol: str) -> Contract:
        if symbol == SHARES:
            return shares(SHARES, "SPY")
        if symbol in self.names.values():
            return future(symbol, symbol, FUTURE_EXPIRY)
        known = self.contracts.get(symbol)
        if known is None:
            root, expiry, right, strike = symbol.split()
            known = option(
                root, date.fromisoformat(expiry), float(strike), Right.CALL if right == "C" else Right.PUT
            )
            self.contracts[symbol] = known
        return known

    def underlying(self, root: str) -> float:
        known = "SPX" if root == "SPXW" or root.startswith("ES") else root
        return self.spot(self.at) * self.scale[known]

    def deviation(self, contract: Contract) -> float:
        """Return the standard deviation until expiry that the quotes are made with."""
        days = (contract.expiry - self.at.date()).days
        if days > 0:
            return self.volatility * math.sqrt(days / 365)
        closes = datetime.combine(contract.expiry, datetime.min.time()) + timedelta(hours=16)
        return self.volatility * 2 * math.sqrt(max((closes - self.at).total_seconds(), 0.0) / 86400 / 252)

    def theory(self, contract: Contract) -> float:
        if contract.right is Right.SHARE:
            return self.underlying(contract.root)
        forward, worth = self.forward(contract), self.discount(contract)
        return worth * black(contract.right, forward, contract.strike, self.deviation(contract))

    def discount(self, contract: Contract) -> float:
        """Return what a dollar at the expiry is worth now."""
        return math.exp(-self.rate(self.at) * (contract.expiry - self.at.date()).days / 365)

    def forward(self, contract: Contract) -> float:
        """Return the price of the underlying for delivery at the expiry; a future is one already."""
        spot = self.underlying(contract.root)
        return spot if contract.root.startswith("ES") else spot / self.discount(contract)

    def delta(self, contract: Contract) -> float | None:
        """Return the |delta| that the quotes are made with."""
        return delta(contract, self.theory(contract), self.forward(contract), self.discount(contract))

    def quote(self, symbol: str) -> Quote:
        if symbol in self.overrides:
            return self.overrides[symbol]
        if symbol not in self.subscribed and symbol not in self.positions and symbol != SHARES:
            return NO_QUOTE
        value = self.theory(self.contract(symbol))
        bid = math.floor((value - self.half_spread) / self.tick + 1e-9) * self.tick
        ask = math.ceil((value + self.half_spread) / self.tick - 1e-9) * self.tick
        return self.seen(Quote(round(bid, 2) if bid > 0 else None, round(ask, 2), self.age, self.age))

    def chain(self, product: str, first: date, last: date) -> list[PlainListed]:
        if self.no_chain:
            return []
        middle, step = self.underlying(product), self.steps.get(product, 5.0)
        around = round(middle / step)
        rows = []
        for expiry in self.expiries(self.at.date()):
            if first <= expiry <= last:
                for index in range(max(around - 80, 1), around + 81):
                    for right in (Right.PUT, Right.CALL):
                        contract = option(self.names.get(product, product), expiry, index * step, right)
                        self.contracts[contract.symbol] = contract
                        rows.append(PlainListed(contract, self.delta(contract) if self.greeks else None))
        return rows

    def daily_closes(self, ticker: str, count: int) -> list[float]:
        return self.closes[-count:]

    def close_on(self, ticker: str, day: date) -> float | None:
        return (
            self.spot(datetime.combine(day, datetime.min.time()) + timedelta(hours=16)) * self.scale[ticker]
        )

    def underlying_price(self, symbol: str) -> Price | None:
        return Price(self.underlying(self.contract(symbol).root), self.age)

    def future_margin_usd(self, symbol: str) -> float | None:
        return self.future_margin

    def interest_rate(self) -> float:
        return self.rate(self.at)

    def mid(self, symbol: str) -> float:
        return self.theory(self.contract(symbol))

    def holding_value_usd(self, symbol: str, quantity: float) -> float:
        return quantity * self.mid(symbol) * self.contract(symbol).multiplier

    def equity_usd(self) -> float:
        return self.cash + sum(self.holding_value_usd(s, q) for s, q in self.positions.items())

    def buying_power_usd(self) -> float:
        return self.equity_usd() * self.free_share

    def subscribe(self, symbol: str) -> None:
        self.subscribed.add(symbol)

    def unsubscribe(self, symbol: str) -> None:
        assert symbol not in self.positions, "LEAN would liquidate a held contract that is removed"
        self.subscribed.discard(symbol)


@dataclass
class Resting:
    """An order at the scripted broker."""

    ids: list[int]
    legs: list[tuple[str, int]]
    limit: float | None
    tag: str
    group: bool
    sent: datetime
    cancelling: bool = False


@dataclass
class ScriptedBroker:
    """Fills market orders at the far side inside the call, good enough limits from the next minute on."""

    market: ScriptedMarket
    capabilities: Capabilities = ALL_COMBOS
    accepts: float = 0.3
    """How far from the middle to the far side a limit must have come; above 1 nothing fills."""
    reject: Callable[[str], str] = lambda tag: ""
    """Answers with the complaint about an order of that tag."""
    part: Callable[[str], float] = lambda tag: 1.0
    """Share of a working order that fills at the next scan."""
    fee: float = 0.65
    host: Host | None = None
    resting: list[Resting] = field(default_factory=list)
    sent: list[tuple[str, tuple[tuple[str, int], ...], float | None]] = field(default_factory=list)
    """(tag, legs, limit) of everything that was ever sent."""
    repriced: list[tuple[datetime, float]] = field(default_factory=list)
    prices: dict[str, float] = field(default_factory=dict)
    """Average price of what is held."""
    silent: bool = False
    """Events are lost: the process is gone."""
    asleep: bool = False
    """Nothing fills and nothing is cancelled: the connection is lost."""
    next_id: int = 1
    events: int = 0
    on_event: Callable[[OrderUpdate], None] = lambda update: None

    def _take(self, legs: list[tuple[str, int]], limit: float | None, tag: str, group: bool) -> list[Placed]:
        self.sent.append((tag, tuple(legs), limit))
        ids = list(range(self.next_id, self.next_id + len(legs)))
        self.next_id += len(legs)
        complaint = self.reject(tag)
        if complaint:
            for order_id, (symbol, _) in zip(ids, legs):
                self._tell(order_id, symbol, OrderState.INVALID, tag, message=complaint)
            return [Placed(i, s, OrderState.INVALID, complaint) for i, (s, _) in zip(ids, legs)]
        order = Resting(ids, legs, limit, tag, group, self.market.at)
        if limit is None and not self.asleep:
            self._fill(order, 1.0)
            return [Placed(i, s, OrderState.FILLED) for i, (s, _) in zip(ids, legs)]
        self.resting.append(order)
        return [Placed(i, s, OrderState.WORKING) for i, (s, _) in zip(ids, legs)]

    def send_group(
        self, legs: list[tuple[str, int]], units: int, limit: float | None, tag: str
    ) -> list[Placed]:
        assert math.gcd(*(ratio for _, ratio in legs)) == 1, "LEAN refuses ratios with a common divisor"
        assert limit != 0, "LEAN raises for a combo limit of 0"
        return self._take([(symbol, ratio * units) for symbol, ratio in legs], limit, tag, True)

    def send_single(self, symbol: str, quantity: int, limit: float | None, tag: str) -> Placed:
        return self._take([(symbol, quantity)], limit, tag, False)[0]

    def reprice(self, order_id: int, limit: float, group: bool) -> None:
        for order in self.resting:
            if order_id in order.ids:
                order.limit = limit
                self.repriced.append((self.market.at, limit))

    def cancel(self, order_id: int, tag: str) -> None:
        for order in self.resting:
            if order_id in order.ids:
                order.cancelling = True

    def open_orders(self) -> list[OpenOrder]:
        return [OpenOrder(i, s, q, o.tag) for o in self.resting for i, (s, q) in zip(o.ids, o.legs)]

    def holdings(self) -> list[Holding]:
        return [
            Holding(symbol, self.market.contract(symbol).name, quantity, self.prices.get(symbol, 0.0))
            for symbol, quantity in self.market.positions.items()
        ]

    def scan(self) -> None:
        """Do what a broker does between two minutes: cancel, then fill what is good enough."""
        if self.asleep:
            return
        for order in list(self.resting):
            if order.cancelling:
                self.resting.remove(order)
                for order_id, (symbol, _) in zip(order.ids, order.legs):
                    self._tell(order_id, symbol, OrderState.CANCELED, order.tag)
            elif self._good(order):
                share = self.part(order.tag)
                if share >= 1:
                    self.resting.remove(order)
                if share > 0:
                    self._fill(order, share)

    def _good(self, order: Resting) -> bool:
        if order.sent >= self.market.at:
            return False
        if order.limit is None:
            quotes = [(self.market.quote(symbol), quantity) for symbol, quantity in order.legs]
            return all((q.ask if quantity > 0 else q.bid) is not None for q, quantity in quotes)
        units = math.gcd(*(q for _, q in order.legs)) if order.group else abs(order.legs[0][1])
        mid = far = 0.0
        for symbol, quantity in order.legs:
            quote = self.market.quote(symbol)
            if (quote.bid is None and quantity < 0) or quote.ask is None:
                return False
            mid -= quantity / units * ((quote.bid or 0.0) + quote.ask) / 2
            far -= quantity / units * (quote.ask if quantity > 0 else quote.bid)
        credit = order.limit if order.group else (order.limit if order.legs[0][1] < 0 else -order.limit)
        return credit <= mid - self.accepts * (mid - far) + 1e-9

    def _fill(self, order: Resting, share: float) -> None:
        limit, first = order.limit, True
        drift = 0.0
        if limit is not None and order.group:
            units = math.gcd(*(q for _, q in order.legs))
            mid = -sum(q / units * self.middle(s) for s, q in order.legs)
            drift = mid - limit
        filled = []
        for order_id, (symbol, quantity) in zip(order.ids, order.legs):
            part = int(quantity * share)
            if not part:
                continue
            quote = self.market.quote(symbol)
            if limit is None:
                price = quote.far_side(quantity)
            elif not order.group:
                price = limit
            else:
                # The first leg pays the distance from the middle, so that the legs add up to the limit.
                units = math.gcd(*(q for _, q in order.legs))
                price = self.middle(symbol) + (drift / (quantity / units) if first else 0.0)
                first = False
            state = OrderState.FILLED if share >= 1 else OrderState.WORKING
            filled.append((order_id, symbol, part, round(price, 4), state))
        order.legs = [(s, q - int(q * share)) if share < 1 else (s, q) for s, q in order.legs]
        for order_id, symbol, part, price, state in filled:
            self.move(symbol, part, price)
            self.market.cash -= self.fee * abs(part)
            self._tell(order_id, symbol, state, order.tag, part, price, self.fee * abs(part))

    def middle(self, symbol: str) -> float:
        """Return the middle of a quote; a missing bid is 0."""
        quote = self.market.quote(symbol)
        return ((quote.bid or 0.0) + (quote.ask or 0.0)) / 2

    def move(self, symbol: str, quantity: float, price: float) -> None:
        """Change a position and the cash."""
        self.market.cash -= quantity * price * self.market.contract(symbol).multiplier
        held = self.market.positions.get(symbol, 0.0) + quantity
        self.prices[symbol] = price
        if held:
            self.market.positions[symbol] = held
        else:
            self.market.positions.pop(symbol, None)

    def settle(self, symbol: str) -> None:
        """Settle an expired cash-settled option as LEAN does: a fill at 0, cash beside it."""
        quantity = self.market.positions[symbol]
        contract = self.market.contract(symbol)
        last = self.market.close_on("SPX" if contract.root == "SPXW" else contract.root, contract.expiry)
        value = contract.intrinsic(last)
        self.move(symbol, -quantity, value)
        order_id, self.next_id = self.next_id, self.next_id + 1
        self._tell(
            order_id, symbol, OrderState.FILLED, "", -quantity, 0.0, exercise=True, underlying=last, cash=True
        )

    def assign(self, symbol: str, shares_symbol: str = SHARES) -> None:
        """Exercise a physically settled option: the option goes at 0, shares come at the strike."""
        quantity = self.market.positions[symbol]
        contract = self.market.contract(symbol)
        order_id, self.next_id = self.next_id, self.next_id + 1
        self.move(symbol, -quantity, 0.0)
        price = self.market.underlying(contract.root)
        self._tell(order_id, symbol, OrderState.FILLED, "", -quantity, 0.0, exercise=True, underlying=price)
        sign = 1 if contract.right is Right.CALL else -1
        part = quantity * contract.unit_of_trade * sign
        self.move(shares_symbol, part, contract.strike)
        self._tell(order_id, shares_symbol, OrderState.FILLED, "", part, contract.strike, exercise=True)

    def _tell(
        self,
        order_id: int,
        symbol: str,
        state: OrderState,
        tag: str,
        quantity: float = 0.0,
        price: float = 0.0,
        fee: float = 0.0,
        message: str = "",
        exercise: bool = False,
        underlying: float | None = None,
        cash: bool = False,
    ) -> None:
        self.events += 1
        name = self.market.contract(symbol).name
        update = OrderUpdate(order_id, self.events, symbol, name, state, quantity, price, fee, tag, message)
        update = replace(update, exercise=exercise, underlying_price=underlying, cash_settled=cash)
        self.on_event(update)
        if self.host is not None and not self.silent:
            self.host.on_order_update(update)


class ScriptedTimer:
    """Remembers what was armed."""

    def __init__(self) -> None:
        self.moment: datetime | None = None

    def arm(self, moment: datetime) -> None:
        self.moment = moment


class World:
    """Market, broker, store and host together, run minute by minute."""

    def __init__(
        self,
        start: datetime,
        *,
        live: bool = False,
        parameters: dict[str, str] | None = None,
        strategies: tuple[str, ...] = ("iron_condor",),
    ) -> None:
        self.market = ScriptedMarket(start)
        self.broker = ScriptedBroker(self.market)
        self.timer = ScriptedTimer()
        self.store = MemoryStore()
        self.lines: list[str] = []
        self.live = live
        on = {f"{name}.enabled": str(name in strategies).lower() for name in STRATEGIES}
        self.parameters = {"end": f"{start.date() + timedelta(days=370)}", **on, **(parameters or {})}
        self.ticks = 0
        self.checks: list[Callable[[World], None]] = []
        self.host = self.boot()

    def boot(self) -> Host:
        """Start a process on the same broker and store; the first one and every restart."""
        self.timer = ScriptedTimer()
        self.host = Host(
            read_configuration(self.parameters),
            self.market,
            self.broker,
            self.timer,
            self.store,
            Sessions(self.market.at.date(), self.market.at.date()),
            self.lines.append,
            live=self.live,
        )
        self.broker.host = self.host
        self.broker.silent = False
        return self.host

    def start(self) -> World:
        self.host.start()
        return self

    def kill(self) -> None:
        """The process is gone; the broker goes on."""
        self.broker.silent = True
        self.timer.moment = None

    def restart(self) -> World:
        self.boot()
        return self.start()

    @property
    def machine(self):
        return self.host.manager.machines[0]

    def minutes(self, until: datetime) -> Iterator[datetime]:
        """Yield each moment at which something may happen, up to and including `until`."""
        while self.market.at < until:
            following = (self.market.at + MINUTE).replace(second=0)
            if not self.broker.resting and self.timer.moment is not None:
                following = max(following, min(self.timer.moment, until))
            self.market.at = min(following, until)
            yield self.market.at

    def run(self, until: datetime) -> World:
        """Let time pass: broker first, then whoever is to be woken, as in LEAN's loop."""
        for at in self.minutes(until):
            self.step(at)
        return self

    def step(self, at: datetime) -> None:
        self.broker.scan()
        self.expire()
        if self.timer.moment is not None and at >= self.timer.moment:
            self.ticks += 1
            self.host.tick()
        for check in self.checks:
            check(self)

    def expire(self) -> None:
        """Settle what expired, on the day after."""
        for symbol in sorted(self.market.positions):
            contract = self.market.contract(symbol)
            if contract.right is not Right.SHARE and contract.expiry < self.market.at.date():
                self.broker.settle(symbol)

    def states(self) -> list[str]:
        """Return the states that the machine went through, from the audit log."""
        name = self.machine.name
        records = [r for r in self.host.audit.recent if r.machine == name and r.source != r.target]
        return [str(records[0].source), *(str(r.target) for r in records)] if records else []

    def values(self) -> dict[str, object]:
        return dict(self.machine.values)


def stale(quote: Quote, age: timedelta, side: str = "both") -> Quote:
    """Return a quote of which one or both sides are old."""
    changes = {f"{each}_age": age for each in (("bid", "ask") if side == "both" else (side,))}
    return replace(quote, **changes)
