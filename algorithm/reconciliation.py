"""Compares machines with the broker, at the start and in RECOVERY. The broker is believed.

LEAN calls initialize() on an empty portfolio and loads cash, orders and holdings afterwards, so this runs in
on_warmup_finished at the earliest (lean-semantics 15).
"""

from __future__ import annotations

from collections.abc import Callable

from algorithm.allocation import TINY, allocate
from algorithm.attribution import Attribution
from algorithm.books import AWAITED, NEW_CYCLE, Fill, book
from algorithm.order_gateway import OrderGateway
from algorithm.orphans import Orphans
from algorithm.ports import Broker, Market, OpenOrder
from algorithm.runner import Runner
from algorithm.shortlist import Shortlists
from state.machine import Machine
from state.manager import UnifiedStateManager
from state.records import Intent, PositionLeg, TransitionRecord
from state.states import StrategyState as S
from strategies.base import Holdings
from strategies.conditions import next_minute
from strategies.contracts import Right, underlying_ticker
from strategies.steps import ENTRY_WHOLE
from strategies.windows import WHY_NOT

UNTOUCHED = frozenset({S.ERROR})
"""States that only an operator ends; their position is corrected all the same."""


class Reconciler:
    """Brings documents and holdings together."""

    def __init__(
        self,
        broker: Broker,
        market: Market,
        manager: UnifiedStateManager,
        gateway: OrderGateway,
        shortlists: Shortlists,
        attribution: Attribution,
        orphans: Orphans,
        log: Callable[[str], None],
    ) -> None:
        self._broker = broker
        self._market = market
        self._manager = manager
        self._gateway = gateway
        self._shortlists = shortlists
        self._attribution = attribution
        self._orphans = orphans
        self._log = log
        self._next_look = market.now()
        self._seen: dict[str, float] = {}
        """What the last look found: held and not owned, by contract."""
        self._answered: dict[str, float] = {}
        """What of that was looked into."""
        self._strange: set[int] = set()
        """Orders of nobody here that were reported."""
        self._cut_short: set[str] = set()
        """Machines whose entry was under way when the former process ended."""

    def start(self, runners: list[Runner]) -> None:
        """Compare every machine with the broker before the first step."""
        self._cut_short = {runner.name for runner in runners if self._was_entering(runner.machine)}
        for runner in runners:
            # Holdings first, whatever is at work: what fills from now on is told by events.
            self._take_stock(runner.machine)
        for runner in runners:
            self._resolve(runner)
            if runner.machine.state not in runner.machine.table.holding:
                self._manager.release(runner.name)  # the process may have ended right before it did
        self.report_differences()
        self._report_strange_orders()

    def compare(self, runners: list[Runner]) -> None:
        """Notice what changed at the broker without an event: a machine whose leg it is looks into it.

        Events may be on their way, so a difference counts when two looks in different minutes agree about it.
        """
        now = self._market.now()
        if now < self._next_look:
            return
        self._next_look = next_minute(now)
        owned = self._manager.owned()
        held = {each.contract: each.quantity for each in self._broker.holdings()}
        found = {
            contract: held.get(contract, 0.0) - sum(owned.get(contract, {}).values())
            for contract in {*owned, *held}
        }
        found = {contract: missing for contract, missing in found.items() if abs(missing) > TINY}
        lasting = {c: missing for c, missing in found.items() if self._seen.get(c) == missing}
        new = {c for c, missing in lasting.items() if self._answered.get(c) != missing}
        self._seen, self._answered = found, lasting
        if not new:
            return
        self.report_differences()
        for runner in runners:
            strange = [leg.name for leg in runner.machine.legs if leg.contract in new]
            if strange:
                runner.position_changed(f"the broker holds another quantity of {', '.join(strange)}")

    def resolve(self, runner: Runner) -> None:
        """Compare one machine that is in RECOVERY, and move it on if that is possible."""
        self._resolve(runner)
        self.report_differences()

    def report_differences(self) -> None:
        """Have the manager block entries while holdings are unexplained, and say so once."""
        before = self._manager.situation.differences
        found = self._manager.check_ownership(self._broker.holdings())
        for difference in found:
            if difference not in before:
                self._log(
                    f"held {difference.held:g} {difference.name}, owned {difference.owned:g}: "
                    "entries are blocked until an operator adopts or closes it"
                )

    def _resolve(self, runner: Runner) -> None:
        machine = runner.machine
        working = self._own_orders(machine)
        if working:
            self._cancel(machine, working)
            if machine.state != S.RECOVERY:
                machine.transition(S.RECOVERY, f"{len(working)} orders are still at the broker")
            runner.look_at = next_minute(self._market.now())
            return
        self._gateway.forget(machine)
        stored, intent = machine.legs, machine.intents[0] if machine.intents else None
        self._take_stock(machine)
        if machine.intents:
            machine.update(intents=())
        for leg in machine.legs:
            self._shortlists.keep(leg.contract)
        if machine.state in UNTOUCHED:
            return
        judged = self._state_to_judge(machine)
        verdict = runner.definition.reconciliation[judged](Holdings(machine.legs, stored, intent))
        self._move(machine, verdict.state, f"after comparing with the broker: {verdict.reason}")
        self._conclude_entry(runner, judged, intent)

    def _conclude_entry(self, runner: Runner, judged: str, intent: Intent | None) -> None:
        """Count an entry that the comparison found whole; let one of which nothing was filled be tried again."""
        machine = runner.machine
        wanted = {leg.contract for leg in intent.legs} if intent is not None else set()
        filled = bool(wanted & {leg.contract for leg in machine.legs})
        found = machine.state == S.ACTIVE or (judged == S.ENTERING and filled)
        if found and runner.holds_on(machine.state) and machine.values.get(ENTRY_WHOLE) is not True:
            runner.take_over_entry()
        elif judged == S.ENTERING and machine.legs:
            runner.account_entry()
        if machine.name in self._cut_short:
            self._cut_short.discard(machine.name)
            if not filled:
                runner.may_try_again()

    def _was_entering(self, machine: Machine) -> bool:
        """Answer whether an attempt to enter was under way that nothing had ended yet."""
        values, entering = machine.values, self._state_to_judge(machine) == S.ENTERING
        return entering and values.get(ENTRY_WHOLE) is not True and not values.get(WHY_NOT)

    def _own_orders(self, machine: Machine) -> list[OpenOrder]:
        """Return the orders at work that are this machine's."""
        return [
            order
            for order in self._broker.open_orders()
            if self._attribution.owner(order.symbol, order.quantity, order.tag) is machine
        ]

    def _report_strange_orders(self) -> None:
        """Say which orders at work nobody here has sent: they are left alone."""
        for order in self._broker.open_orders():
            nobody = self._attribution.owner(order.symbol, order.quantity, order.tag) is None
            if nobody and order.order_id not in self._strange:
                self._strange.add(order.order_id)
                name = self._market.contract(order.symbol).name
                self._log(
                    f"order {order.order_id} for {order.quantity:+g} {name} ({order.tag or 'no tag'}) "
                    "is nobody's here: it is left alone, cancel it at the broker if it is not wanted"
                )

    def _cancel(self, machine: Machine, orders: list[OpenOrder]) -> None:
        for order in orders:
            self._broker.cancel(order.order_id, order.tag or f"{machine.name}/{machine.cycle}/cancel/all")

    def _take_stock(self, machine: Machine) -> None:
        """Correct the machine's legs by the holdings; what changed unseen is booked at a known price."""
        allocation = allocate(
            self._manager.machines,
            self._broker.holdings(),
            self._market.contract,
            self._attribution.recognise_holding,
        )
        real = {(leg.contract, leg.role): leg for leg in allocation.legs[machine.name]}
        known = {(leg.contract, leg.role): leg for leg in machine.legs}
        if real and not known and machine.state not in machine.table.holding:
            machine.update(values=NEW_CYCLE)  # what is found now belongs to an entry whose record was lost
        for key in sorted({*real, *known}):
            delivered = (machine.name, key[0]) in allocation.delivered
            self._correct(machine, known.get(key), real.get(key), delivered)
        came = {name: 0.0 for name, due in machine.values.items() if name.startswith(AWAITED) and due}
        if came:
            machine.update(values=came)

    def _correct(
        self, machine: Machine, old: PositionLeg | None, new: PositionLeg | None, delivered: bool
    ) -> None:
        leg = new or old
        assert leg is not None
        change = (new.quantity if new else 0.0) - (old.quantity if old else 0.0)
        if not change:
            return
        contract = self._market.contract(leg.contract)
        price, how = leg.average_price, "at its average price, the fill was not seen"
        if delivered:
            price, how = 0.0, "its shares were delivered"
        elif (
            new is None and contract.right is not Right.SHARE and contract.expiry < self._market.now().date()
        ):
            close = self._market.close_on(underlying_ticker(contract.root), contract.expiry)
            if close is not None:
                price, how = contract.intrinsic(close), f"settled on a close of {close:.2f}"
        book(machine, Fill(leg.contract, leg.name, leg.role, change, price, contract.multiplier))
        self._orphans.guessed(machine, leg, change, price)
        machine.note(f"{change:+g} {leg.name} by the broker's holdings, booked at {price:.2f}: {how}")

    def _state_to_judge(self, machine: Machine) -> str:
        """Return the state whose rule applies: of a machine in RECOVERY, the one it came from."""
        last = machine.last
        came = machine.state == S.RECOVERY and last is not None and last.target == S.RECOVERY
        if came and last is not None and last.source not in (S.RECOVERY, S.ERROR):
            return last.source
        return str(machine.state)

    def _move(self, machine: Machine, to: str, reason: str) -> None:
        target = machine.table.state(to)
        if target is None or target == machine.state:
            return
        if not machine.table.allows(machine.state, target) or not isinstance(
            machine.transition(target, reason), TransitionRecord
        ):
            machine.transition(S.RECOVERY, reason)
            machine.transition(target, reason)
