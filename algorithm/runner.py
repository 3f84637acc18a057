"""Runs one strategy's machine: asks what to do, takes the transition, then sends the orders.

Every way in is inside a boundary: LEAN runs a raising scheduled event twice and would send its orders twice
(lean-semantics 17), so nothing ever leaves this module as an exception; the RecoveryManager decides instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from algorithm.books import DECIMALS, NEW_CYCLE
from algorithm.order_gateway import OrderGateway
from algorithm.view import HostView
from state.machine import Machine
from state.manager import UnifiedStateManager
from state.records import PositionLeg, Scalar, TransitionRecord
from state.recovery import ErrorKind, RecoveryManager, StrategyError
from state.states import StrategyState as S
from strategies.base import NOTHING_WATCHED, Decision, Definition, Outcome, Strategy, reason_name
from strategies.conditions import next_minute
from strategies.position import CASH, FEES, amount
from strategies.sessions import NEW_YORK
from strategies.steps import CREDIT, ENTRY_WHOLE, RESERVED
from strategies.windows import ACCOUNTED, TRIED_ON, WHY_NOT

MOST_STEPS = 16
"""Moves that one step may make; more is a strategy going round in circles."""


RAN_ON = "ran_on"
"""Management value: the last session with an opportunity on whose morning a live process ran."""
MOST_FAILURES = 3
"""Errors within one step after which the rest waits for the next one."""


class Runner:
    """One strategy with its machine."""

    def __init__(
        self,
        definition: Definition,
        strategy: Strategy,
        machine: Machine,
        view: HostView,
        gateway: OrderGateway,
        manager: UnifiedStateManager,
        recovery: RecoveryManager,
        watch: Callable[[str, frozenset[str]], frozenset[str]],
        reconcile: Callable[[Runner], None],
        log: Callable[[str], None],
    ) -> None:
        self.definition = definition
        self.strategy = strategy
        self.machine = machine
        self.view = view
        self.gateway = gateway
        self.manager = manager
        self.recovery = recovery
        self.watch = watch
        self.reconcile = reconcile
        self.log = log
        self.look_at: datetime | None = None
        """When the machine must be looked at next (naive New York time); None means now."""
        self._measured: tuple[PositionLeg, ...] = ()
        """The legs of which it is known what they tie up."""
        self._busy = False
        self._again = False
        self._problem = ""
        self._changed = ""

    @property
    def name(self) -> str:
        """Return the strategy's name."""
        return self.machine.name

    def due(self, now: datetime) -> bool:
        """Return whether the machine wants to be looked at."""
        return self.look_at is None or now >= self.look_at

    def next_look(self) -> datetime | None:
        """Return when to look next: what the strategy asked for, or the deadline if that is sooner."""
        deadline = self.machine.deadline
        if deadline is None or self.look_at is None:
            return self.look_at
        return min(self.look_at, deadline.astimezone(NEW_YORK).replace(tzinfo=None))

    def intent_ended(self, problem: str) -> None:
        """Take note that the orders have come to an end, and go on now or when the present step ends."""
        self._problem = problem or self._problem
        self._again = True
        if not self._busy:
            self.step()

    def position_changed(self, what: str) -> None:
        """Compare with the broker, now or when the present step ends: no order at work explains this."""
        if self.machine.state == S.ERROR:
            self.reconcile(self)  # its position is put right; the state is an operator's
            return
        self._changed = what
        self.intent_ended("")

    def step(self) -> None:
        """Do everything there is to do now. Never raises."""
        self._busy = True
        try:
            for _ in range(MOST_FAILURES):
                try:
                    self._run()
                    return
                except Exception as error:
                    self._recover(error)
                if self.look_at is not None:
                    return
        finally:
            self._busy = False

    def _run(self) -> None:
        self.look_at = next_minute(self.view.now)
        if self.machine.due() is None and self.machine.state != S.RECOVERY:
            self._walk()
        for _ in range(MOST_STEPS):
            self._again = False
            self._compare_if_changed()
            self._measure()
            self._report_problem()
            self._check_position()
            if self.machine.state == S.RECOVERY:
                self.reconcile(self)
                if self.machine.state == S.RECOVERY:
                    self.machine.poll()
                    return
            decision = self.strategy.decide(self.view)
            # What was reached in time is not late: the timeout is for what would stay.
            if decision.to is None and isinstance(self.machine.poll(), TransitionRecord):
                continue
            if self._apply(decision) and not self._again:
                return
        raise StrategyError(ErrorKind.UNKNOWN, f"moved {MOST_STEPS} times within one step")

    def _walk(self) -> None:
        """Let the limits walk. Orders that are lost to an errored machine are forgotten, and its legs put right."""
        try:
            self.gateway.walk(self.machine)
        except StrategyError as lost:
            if self.machine.state != S.ERROR:
                raise
            self.machine.note(f"compared with the broker: {lost}")
            self.reconcile(self)

    def _apply(self, decision: Decision) -> bool:
        """Carry a decision out; True if nothing is left to decide now."""
        if decision.outcome is not None:
            self.account(decision.outcome)
        if decision.watch is not None and decision.watch != self.view.watched:
            self.view.watched = self.watch(self.name, decision.watch)
        if decision.to is not None and not self._move(decision):
            return True
        self._remember_values(decision.remember)
        if decision.cancel:
            self.gateway.cancel(self.machine)
        if decision.trade is not None:
            self.gateway.open(self.machine, decision.trade)
            # The choice is made: only what is traded and held stays subscribed.
            self.view.watched = self.watch(self.name, NOTHING_WATCHED)
        if decision.look_at is not None:
            self.look_at = decision.look_at
        return decision.to is None

    def _move(self, decision: Decision) -> bool:
        """Take the transition; a closed guard is a normal answer, kept as the reason for the report."""
        assert decision.to is not None
        before = self.machine.cycle
        if self.machine.state == S.ENTERING and self.holds_on(decision.to):
            # Before the transition: an entry that a crash leaves behind it would never be counted.
            self.account_entry()
        self.view.planned = decision
        try:
            record = self.machine.transition(decision.to, decision.reason)
        finally:
            self.view.planned = None
        if not isinstance(record, TransitionRecord):
            if decision.to == S.ENTERING:
                self._remember_values({WHY_NOT: record.reason})
            return False
        if record.target == S.ENTERING:
            self._begin_entry(before, decision.reserve_usd)
        if self.machine.state not in self.machine.table.holding:
            self.manager.release(self.name)
        return True

    def _begin_entry(self, cycle_before: int, reserve_usd: float) -> None:
        """Put aside what the entry ties up, on top of what the same cycle has already."""
        committed = self.manager.situation.commitments.get(self.name, 0.0)
        self._remember_values({ENTRY_WHOLE: False})
        if self.machine.cycle != cycle_before:
            self._remember_values(NEW_CYCLE)
            committed = 0.0
        self._remember_values({RESERVED: round(committed + reserve_usd, 2)})
        self._measured = ()  # whatever comes of it
        self.manager.commit(self.name, committed + reserve_usd)

    def _measure(self) -> None:
        """Put aside what is held, where a position grows and shrinks leg by leg: what was closed is free again."""
        machine, tied_up = self.machine, self.definition.tied_up
        if tied_up is None or machine.intents or machine.legs == self._measured:
            return
        self._measured = machine.legs
        if machine.legs and self.manager.situation.commitments.get(self.name) != (
            value := tied_up(self.view)
        ):
            self.manager.commit(self.name, value)

    def holds_on(self, state: str) -> bool:
        """Return whether a state keeps a position, neither on its way out nor in trouble."""
        table = self.machine.table
        return state in table.holding - table.exits and state not in (S.ERROR, S.RECOVERY)

    def account_entry(self) -> None:
        """Count an entry that has filled to the last contract, once."""
        entered = str(self.machine.values.get(TRIED_ON) or "")
        whole = self.machine.values.get(ENTRY_WHOLE) is True
        if whole and entered > str(self.machine.values.get(ACCOUNTED) or ""):
            self.account(Outcome(datetime.fromisoformat(entered).date(), None))

    def take_over_entry(self) -> None:
        """Treat a position that was found at the broker as the entry that nobody saw complete."""
        values = self.machine.values
        credit = round(amount(values, CASH) + amount(values, FEES), DECIMALS)
        tried = values.get(TRIED_ON) or self.view.now.date().isoformat()
        self._remember_values({ENTRY_WHOLE: True, CREDIT: credit, TRIED_ON: tried})
        self.account_entry()

    def may_try_again(self) -> None:
        """Forget the session's one attempt to enter, of which nothing was filled when the process ended."""
        self._remember_values({TRIED_ON: None, WHY_NOT: "interrupted: the process ended during the entry"})

    def account(self, outcome: Outcome) -> None:
        """Count what became of an opportunity, and say so."""
        counter = "entered" if outcome.skipped is None else f"skipped.{reason_name(outcome.skipped)}"
        count = self.machine.values.get(counter) or 0
        self._remember_values(
            {ACCOUNTED: outcome.session.isoformat(), counter: int(str(count)) + 1, WHY_NOT: None}
        )
        self.log(f"{self.name}: {outcome.session} {outcome.skipped or 'entered'}")

    def account_from(self, day: date) -> None:
        """Have opportunities accounted after a day, if none ever were: the machine has never run before."""
        if ACCOUNTED not in self.machine.values:
            self._remember_values({ACCOUNTED: day.isoformat()})

    def account_missed(self, today: date, first_day: date) -> None:
        """Give every opportunity before today that nobody accounted for its reason.

        Parameters
        ----------
        first_day : on which this process began to look
        """
        last = date.fromisoformat(str(self.machine.values[ACCOUNTED]))
        sessions, day = self.view.sessions, timedelta(days=1)
        sessions.cover(last, today)
        for session in sessions.between(last + day, today - day):
            if self.definition.opportunity(session, self.strategy.parameters):
                state = self.machine.state
                why = self.machine.values.get(WHY_NOT) or f"in_{state}: the machine was in {state}"
                if session.date < first_day and session.date.isoformat() != self.machine.values.get(RAN_ON):
                    why = "not_running: the algorithm did not run"
                self.account(Outcome(session.date, str(why)))

    def note_running(self, today: date) -> None:
        """Remember that the process runs on a session with an opportunity: it may be another one that accounts."""
        session = self.view.sessions.on(today)
        if session is not None and self.definition.opportunity(session, self.strategy.parameters):
            self._remember_values({RAN_ON: today.isoformat()})

    def _remember_values(self, values: Mapping[str, Scalar]) -> None:
        known = self.machine.values
        changed = {name: value for name, value in values.items() if known.get(name) != value}
        if changed:
            self.machine.update(values=changed)

    # --- what went wrong ---

    def _compare_if_changed(self) -> None:
        """Go to RECOVERY when the position changed from outside: what protected a leg may be gone."""
        changed, self._changed = self._changed, ""
        machine = self.machine
        settled = machine.state in (S.RECOVERY, S.ERROR)  # compared anyway, or left to an operator
        if changed and not settled and machine.table.allows(machine.state, S.RECOVERY):
            machine.transition(S.RECOVERY, changed)

    def _report_problem(self) -> None:
        """Hand the broker's complaint to the recovery, as the error that it is."""
        problem, self._problem = self._problem, ""
        if problem:
            self._remember_values({WHY_NOT: f"rejected: {problem}"})
            poor = "nsufficient" in problem
            kind = ErrorKind.INSUFFICIENT_BUYING_POWER if poor else ErrorKind.ORDER_REJECTED
            raise StrategyError(kind, problem)

    def _check_position(self) -> None:
        """A position in a state that cannot hold one came from an event that nobody expected any more."""
        machine = self.machine
        if machine.legs and machine.state not in machine.table.holding:
            held = ", ".join(f"{leg.quantity:+g} {leg.name}" for leg in machine.legs)
            raise StrategyError(ErrorKind.ASSIGNMENT, f"holds {held} in {machine.state}")

    def _recover(self, error: Exception) -> None:
        """Let the RecoveryManager decide, and look again when it says so."""
        if self.machine.state == S.ENTERING and self.machine.values.get(WHY_NOT) is None:
            self._remember_values({WHY_NOT: f"error: {error}"})
        try:
            decision, record = self.recovery.handle(self.machine, error, self.definition.recovery)
        except Exception as worse:
            # Nothing that recovers can recover itself: the machine stays where it is, and somebody is told.
            self.log(f"{self.name}: {error!r}; recovery failed: {worse!r}")
            return
        self.log(f"{self.name}: {record.reason}: {record.error}")
        retry = decision.retry_at
        if retry is not None:
            self.look_at = retry.astimezone(NEW_YORK).replace(tzinfo=None)
        elif decision.target is not None:
            self.look_at = None
