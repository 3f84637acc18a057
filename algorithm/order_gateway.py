"""Sends the strategies' trades and books what comes back.

An intent is stored before anything is sent, registered under its tag before the call and under its order ids
after it: fills can arrive before a call returns, and LEAN overwrites tags (lean-semantics 18). Nothing here
waits: progress comes from order events and from `walk`, once a minute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

from algorithm.books import Fill, booked, booked_values
from algorithm.ports import Broker, Market, OrderState, OrderUpdate, Placed
from algorithm.working import EVERYTHING, Working, intent_leg, is_entry, stages
from state.machine import Machine
from state.records import Intent, Scalar
from state.recovery import ErrorKind, StrategyError
from strategies.base import Trade, TradeLeg
from strategies.contracts import Quote
from strategies.limits import FAR_SIDE, Walk, combo_tick_size, round_down, round_up, tick_size
from strategies.position import CASH, FEES, amount, net_price, units_of
from strategies.steps import CREDIT, ENTRY_WHOLE

SENT = "intents_sent"
"""Management value: counts a machine's intents, so that no tag is ever used twice."""
REMEMBERED_ORDERS = 1000
"""Orders that are still recognised after their end: fills can come late."""

Finished = Callable[[Machine, str], None]
"""Told when a machine's intent has ended, with the broker's complaint or an empty text."""
Late = Callable[[OrderUpdate], bool]
"""Takes an event of an order whose intent was thought to be over; False if it could not."""
Booked = Callable[[Machine, Fill, Intent], None]
"""Told of every fill of an intent."""


class OrderGateway:
    """All orders of all machines."""

    def __init__(
        self,
        broker: Broker,
        market: Market,
        finished: Finished,
        on_fill: Booked,
        late: Late | None = None,
    ) -> None:
        self.broker = broker
        self.market = market
        self.finished = finished
        self.on_fill = on_fill
        self.late = late
        """Takes events of orders whose intent is over; without it they are booked here."""
        self._by_machine: dict[str, Working] = {}
        self._by_tag: dict[str, Working] = {}
        self._by_order: dict[int, Working] = {}

    def working(self, machine: Machine) -> Working | None:
        """Return what is at work for a machine."""
        return self._by_machine.get(machine.name)

    def open(self, machine: Machine, trade: Trade) -> None:
        """Store the intent to trade, then send its first orders.

        Raises
        ------
        PersistenceError
            If the intent could not be stored; nothing was sent.
        StrategyError
            If something is at work already or a leg has no tradable quote; nothing was sent.
        """
        if self.working(machine) is not None or machine.intents:
            raise StrategyError(ErrorKind.UNKNOWN, "a trade was asked for while another one is at work")
        self._require_quotes(trade.legs, trade)
        self._require_held(trade.legs)
        several = len(trade.legs) > 1
        takes = self.broker.capabilities
        combo = several and (takes.combo_limit or (trade.walk is None and takes.combo_market))
        number = int(amount(machine.values, SENT)) + 1
        working = Working(
            machine=machine,
            group=str(number),
            trade=trade,
            combo=combo,
            legs={leg.contract.symbol: intent_leg(leg) for leg in trade.legs},
            stages=stages(trade, combo),
        )
        values: dict[str, Scalar] = {"limit": trade.walk is not None, "combo": combo}
        legs = tuple(working.legs.values())
        intent = Intent(working.group, trade.purpose, "planned", self.market.utc_now(), legs, values)
        machine.update(intents=(intent,), values={SENT: number}, required=True)
        self._by_machine[machine.name] = working
        self._by_tag[working.tag] = working
        for order_id in list(self._by_order)[:-REMEMBERED_ORDERS]:
            del self._by_order[order_id]
        self._send_stage(working)

    def refusal(self, trade: Trade) -> str | None:
        """Return why the brokerage would refuse a leg of a trade, None if nothing speaks against it."""
        least = self.broker.capabilities.least_short_usd
        for leg in trade.legs if least > 0 else ():
            quote = self._quote(trade, leg)
            if leg.quantity < 0 and not leg.closing and quote is not None and quote.mid < least:
                return f"the brokerage sells nothing short below {least:.2f}, {leg.contract.name} is at {quote.mid:.2f}"
        return None

    def walk(self, machine: Machine) -> None:
        """Move the limits of what is at work by the minutes that passed, send a stage that had to wait."""
        working = self.working(machine)
        if working is None:
            return
        if not working.live:
            self._send_stage(working)
            return
        self._look_for_lost(working)
        if working.cancelling or working.trade.walk is None or working.started is None:
            return
        for order_id, limit in self._limits(working, self._step(working)).items():
            if limit != working.limits.get(order_id):
                working.limits[order_id] = limit
                self.broker.reprice(order_id, limit, working.combo)

    def _look_for_lost(self, working: Working) -> None:
        """Notice orders that the broker has ended without telling: twice in a row, for events may be late.

        Raises
        ------
        StrategyError
            The machine has to be compared with the broker.
        """
        at_broker = {order.order_id for order in self.broker.open_orders()}
        gone = {order_id for order_id in working.live if order_id not in at_broker}
        lost, working.missing = gone & working.missing, gone
        if lost:
            named = ", ".join(sorted(working.legs[working.live[order_id]].name for order_id in lost))
            raise StrategyError(ErrorKind.ORDER_LOST, f"the broker has ended orders unheard: {named}")

    def cancel(self, machine: Machine) -> None:
        """Ask for the cancellation of what is at work; it has ended when the broker's events say so."""
        working = self.working(machine)
        if working is None or working.cancelling:
            return
        working.cancelling = True
        working.stages = []
        if not working.live:
            self._end(working)
            return
        for order_id in list(working.live)[: 1 if working.combo else None]:
            self.broker.cancel(order_id, self._tag(working, working.live[order_id]))

    def on_update(self, update: OrderUpdate) -> bool:
        """Book an order event; False if it belongs to no group of ours."""
        working = self._by_order.get(update.order_id) or self._by_tag.get(update.tag.rpartition("/")[0])
        if working is None or update.symbol not in working.legs:
            return False
        if (update.order_id, update.event_id) in working.seen:
            return True
        over = self.working(working.machine) is not working
        if over and update.fill_quantity and self.late is not None:
            return self.late(update)
        working.seen.add((update.order_id, update.event_id))
        self._by_order[update.order_id] = working
        if update.fill_quantity:
            self._book(working, update)
        if update.state.final:
            working.final.add(update.order_id)
            if update.state is OrderState.INVALID:
                working.complain(update.message)
        # An order that says it is filled before all of its fills were told is waited for.
        waits = update.state is OrderState.FILLED and working.legs[update.symbol].remaining != 0
        if update.order_id in working.final and not waits:
            working.live.pop(update.order_id, None)
        if not over:
            self._settle_stage(working)
        elif update.fill_quantity:
            self.finished(working.machine, "")
        return True

    def forget(self, machine: Machine) -> None:
        """Drop what memory says is at work: the reconciliation goes by the broker alone."""
        self._by_machine.pop(machine.name, None)

    # --- sending ---

    def _send_stage(self, working: Working) -> None:
        """Send the next legs, if their quotes may be traded on; otherwise they wait for the next minute."""
        stage = working.stages[0]
        if any(self._quote(working.trade, leg) is None for leg in stage):
            return
        limits = None if working.combo else self._first_limits(working, stage)
        if limits == {}:
            return  # even the middle is below what the whole group must bring
        working.stages.pop(0)
        working.stage, working.started = stage, working.started or self.market.now()
        working.sending = True
        failed = False
        try:
            placed = self._place(working, stage, limits)
        except Exception as error:  # whatever LEAN raises, an order that may be out there must stay known
            working.problem, failed = f"{type(error).__name__}: {error}", True
            placed = self._found_at_broker(working)
        finally:
            working.sending = False
        for each in placed:
            if each.order_id > 0:
                self._by_order[each.order_id] = working
            if each.state is OrderState.INVALID:
                working.complain(each.message)
            elif each.order_id not in working.final:
                # Even one that has filled or ended: only its event says at what price, and it may be on its way.
                working.live[each.order_id] = each.symbol
        self._remember_orders(working, placed)
        if failed and working.live:
            self.cancel(working.machine)
        self._settle_stage(working)

    def _found_at_broker(self, working: Working) -> list[Placed]:
        """Return what of a group is at work, although the call that sent it has failed."""
        return [
            Placed(order.order_id, order.symbol, OrderState.WORKING)
            for order in self.broker.open_orders()
            if order.tag.rpartition("/")[0] == working.tag and order.symbol in working.legs
        ]

    def _place(
        self, working: Working, stage: list[TradeLeg], limits: dict[str, float] | None
    ) -> list[Placed]:
        trade = working.trade
        if working.combo:
            units = units_of(leg.quantity for leg in stage)
            legs = [(leg.contract.symbol, leg.quantity // units) for leg in stage]
            limit = None
            if trade.walk is not None or not self.broker.capabilities.combo_market:
                limit = self._group_limit(working, 0)
            placed = self.broker.send_group(legs, units, limit, f"{working.tag}/{EVERYTHING}")
            if limit is not None and placed:
                working.limits[placed[0].order_id] = limit
            return placed
        placed = []
        for leg in stage:
            limit = None if limits is None else limits[leg.contract.symbol]
            each = self.broker.send_single(
                leg.contract.symbol, leg.quantity, limit, f"{working.tag}/{leg.role}"
            )
            if limit is not None:
                working.limits[each.order_id] = limit
            placed.append(each)
        return placed

    def _require_quotes(self, legs: Iterable[TradeLeg], trade: Trade) -> None:
        for leg in legs:
            if self._quote(trade, leg) is None:
                problem = trade.rule.tradable(self.market.quote(leg.contract.symbol))
                raise StrategyError(ErrorKind.STALE_DATA, f"{leg.contract.name} has {problem}")

    def _require_held(self, legs: Iterable[TradeLeg]) -> None:
        """Refuse to close more than the broker holds: that would open the opposite. Somebody was faster."""
        closing = [leg for leg in legs if leg.closing]
        held = {each.contract: each.quantity for each in self.broker.holdings()} if closing else {}
        for leg in closing:
            there = held.get(leg.contract.symbol, 0.0)
            if there * leg.quantity >= 0 or abs(leg.quantity) > abs(there):
                problem = f"{leg.quantity:+d} {leg.contract.name} would close more than the {there:+g} that are held"
                raise StrategyError(ErrorKind.ORDER_LOST, problem)

    def _quote(self, trade: Trade, leg: TradeLeg) -> Quote | None:
        """Return the quote at which a leg may be traded now, None if it must not."""
        return trade.rule.usable(self.market.quote(leg.contract.symbol), buys_back=leg.buys_back)

    def _priced(self, trade: Trade, leg: TradeLeg) -> Quote:
        """Return the quote of a leg that was found usable."""
        return self._quote(trade, leg) or self.market.quote(leg.contract.symbol)

    def _tag(self, working: Working, symbol: str) -> str:
        return f"{working.tag}/{EVERYTHING if working.combo else working.legs[symbol].role}"

    # --- limits ---

    def _limits(self, working: Working, step: int) -> dict[int, float]:
        """Return what the limits at work should be now; nothing where a quote is not good enough."""
        walk, stage = working.trade.walk, working.stage
        if walk is None or any(self._quote(working.trade, leg) is None for leg in stage):
            return {}
        if working.combo:
            return {order_id: self._group_limit(working, step) for order_id in working.limits}
        by_symbol = self._leg_limits(working, walk, stage, step)
        return {order_id: by_symbol[symbol] for order_id, symbol in working.live.items() if by_symbol}

    def _first_limits(self, working: Working, stage: list[TradeLeg]) -> dict[str, float] | None:
        """Return the limits with which a stage is sent, None for market orders, nothing if it has to wait.

        A later stage goes on where the one before it was: the minutes of the walk are those of the whole group.
        """
        walk = working.trade.walk
        if walk is None:
            return None
        steps = range(self._step(working), -1, -1)
        return next(filter(None, (self._leg_limits(working, walk, stage, step) for step in steps)), {})

    def _leg_limits(self, working: Working, walk: Walk, stage: list[TradeLeg], step: int) -> dict[str, float]:
        """Return the limit of each leg at a step; nothing if the group would then be below its floor."""
        limits = {leg.contract.symbol: self._leg_limit(working.trade, walk, leg, step) for leg in stage}
        return {} if walk.floor is not None and self._net(working, limits) < walk.floor else limits

    def _step(self, working: Working) -> int:
        """Return how many minutes the group is at work."""
        if working.started is None:
            return 0
        return int((self.market.now() - working.started + timedelta(seconds=1)) / timedelta(minutes=1))

    def _group_limit(self, working: Working, step: int) -> float:
        units = units_of(leg.quantity for leg in working.stage)
        ratios = [(leg.contract.symbol, leg.quantity / units) for leg in working.stage]
        quotes = {leg.contract.symbol: self._priced(working.trade, leg) for leg in working.stage}
        middle, far = net_price(ratios, quotes.__getitem__)
        tick = combo_tick_size(working.stage[0].contract.root)
        price = (working.trade.walk or FAR_SIDE).price(step, middle, far, tick)
        # LEAN raises for a combo limit of 0 (lean-semantics 16): a tick more is paid instead.
        return price if abs(price) >= tick / 2 else -tick

    def _leg_limit(self, trade: Trade, walk: Walk, leg: TradeLeg, step: int) -> float:
        """Return the limit of a single order as a price per share, walked like the group."""
        quote = self._priced(trade, leg)
        sign = 1 if leg.quantity < 0 else -1
        tick = tick_size(leg.contract.root, quote.mid)
        alone = Walk(walk.steps, walk.reach_pct, None, walk.start_pct)
        price = sign * alone.price(step, sign * quote.mid, sign * quote.far_side(leg.quantity), tick)
        return max(round_up(price, tick) if leg.quantity > 0 else round_down(price, tick), tick)

    def _net(self, working: Working, limits: dict[str, float]) -> float:
        """Return the net price of the whole group: filled legs at their fills, the others at these limits."""
        units = units_of(leg.quantity for leg in working.trade.legs)
        total = 0.0
        for leg in working.trade.legs:
            record = working.legs[leg.contract.symbol]
            price = limits.get(leg.contract.symbol)
            if price is None:
                price = record.average_price or self._priced(working.trade, leg).far_side(leg.quantity)
            total -= leg.quantity / units * price
        return total

    # --- what comes back ---

    def _book(self, working: Working, update: OrderUpdate) -> None:
        leg = working.legs[update.symbol]
        filled = leg.filled + update.fill_quantity
        average = (leg.average_price * leg.filled + update.fill_price * update.fill_quantity) / filled
        working.legs[update.symbol] = leg._replace(filled=filled, average_price=average)
        contract = self.market.contract(update.symbol)
        fill = Fill(
            update.symbol,
            leg.name,
            leg.role,
            update.fill_quantity,
            update.fill_price,
            contract.multiplier,
            update.fee_usd,
        )
        machine = working.machine
        intents = self._intents(working)
        machine.update(legs=booked(machine.legs, fill), values=booked_values(machine, fill), intents=intents)
        if intents:
            self.on_fill(machine, fill, intents[0])

    def _intents(self, working: Working) -> tuple[Intent, ...]:
        """Return the machine's intents with the fills of this one; a late fill finds its intent gone."""
        return tuple(
            intent._replace(legs=tuple(working.legs.values())) if intent.group == working.group else intent
            for intent in working.machine.intents
        )

    def _remember_orders(self, working: Working, placed: list[Placed]) -> None:
        for each in placed:
            if each.order_id <= 0:
                continue  # refused before it became an order
            leg = working.legs[each.symbol]
            working.legs[each.symbol] = leg._replace(order_ids=(*leg.order_ids, each.order_id))
        sent = tuple(intent._replace(status="sent") for intent in self._intents(working))
        working.machine.update(intents=sent)

    def _settle_stage(self, working: Working) -> None:
        """Go on when everything that was sent has ended: to the next stage, or to the end of the intent."""
        if working.sending or working.live:
            return
        if working.stage_filled() and working.stages:
            self._send_stage(working)
        else:
            self._end(working)

    def _end(self, working: Working) -> None:
        machine = working.machine
        self.forget(machine)
        self._by_tag.pop(working.tag, None)
        values: dict[str, Scalar] = {}
        if is_entry(working):
            values[ENTRY_WHOLE] = working.whole
            values[CREDIT] = round(amount(machine.values, CASH) + amount(machine.values, FEES), 6)
        machine.update(intents=(), values=values)
        self.finished(machine, "" if working.whole else working.problem)
