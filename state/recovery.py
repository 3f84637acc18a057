"""What follows from an error, by what went wrong and where the machine stood."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from state.clock import Clock
from state.errors import DefinitionError, IllegalTransitionError, PersistenceError, RecoveryError
from state.machine import Machine
from state.records import TransitionRecord
from state.states import StrategyState as S


class ErrorKind(StrEnum):
    """What went wrong, as far as it matters for what to do next."""

    CONNECTION_LOST = "CONNECTION_LOST"
    TIMEOUT = "TIMEOUT"
    MISSING_DATA = "MISSING_DATA"
    STALE_DATA = "STALE_DATA"
    ORDER_REJECTED = "ORDER_REJECTED"
    INSUFFICIENT_BUYING_POWER = "INSUFFICIENT_BUYING_POWER"
    PERSISTENCE_FAILURE = "PERSISTENCE_FAILURE"
    ASSIGNMENT = "ASSIGNMENT"
    ORDER_LOST = "ORDER_LOST"
    """What is held or at work is not what the events told."""
    UNKNOWN = "UNKNOWN"


class Action(StrEnum):
    """What the machine does about it."""

    AUTOMATIC_RETRY = "AUTOMATIC_RETRY"
    """Stay, and try again not before the decision's `retry_at`."""
    ROLLBACK = "ROLLBACK"
    """Undo a half-made entry: cancel what works, close what filled."""
    DEFENSIVE_EXIT = "DEFENSIVE_EXIT"
    """Close the position in the strategy's careful way."""
    HOLD_AND_RECONCILE = "HOLD_AND_RECONCILE"
    """Touch nothing, compare with the broker, then decide."""
    MANUAL = "MANUAL"
    """Keep everything as it is in ERROR until an operator decides."""


class StrategyError(Exception):
    """An error whose kind is known where it is raised."""

    def __init__(self, kind: ErrorKind, problem: str) -> None:
        self.kind = kind
        self.problem = problem
        super().__init__(kind, problem)

    def __str__(self) -> str:
        return f"{self.kind}: {self.problem}"


class Decision(NamedTuple):
    """What to do about one error."""

    action: Action
    kind: ErrorKind
    target: StrEnum | None
    """State to move to; None to stay."""
    retry_at: datetime | None
    """When to try again; None where nothing is tried again."""
    reason: str


Actions = Mapping[ErrorKind, Mapping[str | None, Action]]
"""What to do about each kind of error per state; the key None is every state that is not named."""


class RecoveryPlan(NamedTuple):
    """What one strategy does differently from `DEFAULT_ACTIONS` and `DEFAULT_TARGETS`."""

    actions: Actions = {}
    targets: Mapping[Action, tuple[str, ...]] = {}


A = Action
K = ErrorKind

DEFAULT_ACTIONS: Actions = {
    # Heals by itself, but a half-made entry must be compared with the broker before it goes on.
    K.CONNECTION_LOST: {S.ENTERING: A.HOLD_AND_RECONCILE, None: A.AUTOMATIC_RETRY},
    K.TIMEOUT: {S.ENTERING: A.ROLLBACK, None: A.AUTOMATIC_RETRY},
    # Without data nothing is entered, and nothing is closed at a price nobody knows.
    K.MISSING_DATA: {S.ENTERING: A.ROLLBACK, None: A.AUTOMATIC_RETRY},
    K.STALE_DATA: {S.ENTERING: A.ROLLBACK, None: A.AUTOMATIC_RETRY},
    # A position that cannot be managed is closed.
    K.ORDER_REJECTED: {S.ENTERING: A.ROLLBACK, S.MANAGING: A.DEFENSIVE_EXIT, None: A.AUTOMATIC_RETRY},
    K.INSUFFICIENT_BUYING_POWER: {
        S.ENTERING: A.ROLLBACK,
        S.MANAGING: A.DEFENSIVE_EXIT,
        None: A.AUTOMATIC_RETRY,
    },
    # What cannot be stored must not be begun; what is held goes on being held.
    K.PERSISTENCE_FAILURE: {S.ENTERING: A.HOLD_AND_RECONCILE, None: A.AUTOMATIC_RETRY},
    # The position is no longer what the document says.
    K.ASSIGNMENT: {None: A.HOLD_AND_RECONCILE},
    K.ORDER_LOST: {None: A.HOLD_AND_RECONCILE},
    # A bug: where nothing is held it may be the day's data, elsewhere somebody has to look.
    K.UNKNOWN: {S.WAITING: A.AUTOMATIC_RETRY, S.VALIDATION: A.AUTOMATIC_RETRY, None: A.MANUAL},
}

DEFAULT_TARGETS: Mapping[Action, tuple[str, ...]] = {
    A.ROLLBACK: (S.EXITING, S.RECOVERY),
    A.DEFENSIVE_EXIT: (S.DEFENSIVE_EXIT, S.EXITING),
    A.HOLD_AND_RECONCILE: (S.RECOVERY,),
    A.MANUAL: (),
}
"""Where an action leads, best first; ERROR where the table has none of these edges."""

NO_PLAN = RecoveryPlan()


class RecoveryManager:
    """Classifies errors, counts them, decides, and moves the machine accordingly.

    More than `limit` errors of one machine within `window` are no accident: the decision is MANUAL then,
    whatever the plan says; an exit is stepped up to EMERGENCY_EXIT instead, and that one never stops trying.
    Retries wait `first_delay` x 2^n, at most `longest_delay`. Errors are counted in the machine, so a restart
    forgets none.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        limit: int = 3,
        window: timedelta = timedelta(minutes=30),
        first_delay: timedelta = timedelta(seconds=10),
        longest_delay: timedelta = timedelta(seconds=300),
    ) -> None:
        if limit < 1 or not timedelta() < first_delay <= longest_delay or window <= timedelta():
            raise DefinitionError(
                "recovery needs limit >= 1, window > 0 and 0 < first_delay <= longest_delay"
            )
        self.clock = clock
        self.limit = limit
        self.window = window
        self.first_delay = first_delay
        self.longest_delay = longest_delay

    def recent_errors(self, machine: Machine) -> tuple[datetime, ...]:
        """Return when the machine's errors of the current window happened."""
        begin = self.clock.now() - self.window
        return tuple(at for at in machine.situation.errors if at > begin)

    def retry_at(self, machine: Machine) -> datetime | None:
        """Return until when the machine has to wait after its errors; None if it does not have to."""
        errors = self.recent_errors(machine)
        if not errors:
            return None
        until = errors[-1] + self._delay(len(errors))
        return until if until > self.clock.now() else None

    def decide(self, machine: Machine, error: Exception, plan: RecoveryPlan = NO_PLAN) -> Decision:
        """Return what to do about an error that `machine` has just had, without doing anything."""
        kind = classify(error)
        count = len(self.recent_errors(machine)) + 1
        state = machine.state
        if isinstance(error, IllegalTransitionError):
            return self._decision(
                machine, A.MANUAL, kind, count, plan, "a bug asked for an edge that is none"
            )
        if count > self.limit:
            why = f"{count} errors within {self.window}, at most {self.limit} are allowed"
            if state in machine.table.exits:
                return self._press_on(machine, kind, count, why)
            return self._decision(machine, A.MANUAL, kind, count, plan, why)
        action = _action(plan.actions.get(kind, {}), state) or _action(DEFAULT_ACTIONS[kind], state)
        assert action is not None, "DEFAULT_ACTIONS has an entry None for every kind"
        return self._decision(machine, action, kind, count, plan, f"{kind} in {state}")

    def handle(
        self, machine: Machine, error: Exception, plan: RecoveryPlan = NO_PLAN
    ) -> tuple[Decision, TransitionRecord]:
        """Count the error, decide, then move the machine or leave a note.

        Raises
        ------
        RecoveryError
            If the table has no ERROR state to fall back on. Nothing else.
        """
        decision = self.decide(machine, error, plan)
        machine.update(errors=(*self.recent_errors(machine), self.clock.now()))
        text = f"{type(error).__name__}: {error}"
        reason = f"{decision.action}: {decision.reason}"
        if decision.target is None:
            return decision, machine.note(reason, kind="failure", error=text)
        if machine.table.to_error is None:
            raise RecoveryError(machine.name, f"has no ERROR state to keep its position in after {text}")
        if decision.target != S.ERROR:
            try:
                record = machine.transition(decision.target, reason, text)
            except PersistenceError as unsaved:
                text = f"{text}; then {unsaved}"
            else:
                if isinstance(record, TransitionRecord):
                    return decision, record
                text = f"{text}; {decision.target} refused: {record.reason}"
            decision = decision._replace(action=A.MANUAL, target=machine.table.to_error.target, retry_at=None)
        return decision, machine.fail(reason, text)

    def _decision(
        self, machine: Machine, action: Action, kind: ErrorKind, count: int, plan: RecoveryPlan, why: str
    ) -> Decision:
        state = machine.state
        if action is A.AUTOMATIC_RETRY or (action is A.DEFENSIVE_EXIT and state in machine.table.exits):
            delay = self._delay(count)
            return Decision(
                A.AUTOMATIC_RETRY,
                kind,
                None,
                self.clock.now() + delay,
                f"{why}, error {count}, again in {delay}",
            )
        targets = plan.targets.get(action, DEFAULT_TARGETS[action])
        if action is A.ROLLBACK and not machine.exposed and action not in plan.targets:
            # Nothing was sent: there is nothing to close, and the machine can simply wait again.
            targets = (S.WAITING, *targets)
        for target in targets:
            if machine.table.allows(state, target):
                return Decision(action, kind, machine.table.state(target), None, why)
        error = machine.table.to_error
        return Decision(action, kind, error.target if error and state != error.target else None, None, why)

    def _press_on(self, machine: Machine, kind: ErrorKind, count: int, why: str) -> Decision:
        if machine.table.allows(machine.state, S.EMERGENCY_EXIT):
            target = machine.table.state(S.EMERGENCY_EXIT)
            return Decision(A.DEFENSIVE_EXIT, kind, target, None, f"{why}, the exit goes on as an emergency")
        until = self.clock.now() + self._delay(count)
        return Decision(A.AUTOMATIC_RETRY, kind, None, until, f"{why}, but an exit never gives up")

    def _delay(self, count: int) -> timedelta:
        # The exponent is capped because a timedelta overflows long before a count does.
        return min(self.first_delay * (1 << min(count - 1, 16)), self.longest_delay)


def classify(error: Exception) -> ErrorKind:
    """Return the kind of an error."""
    if isinstance(error, StrategyError):
        return error.kind
    if isinstance(error, PersistenceError):
        return K.PERSISTENCE_FAILURE
    if isinstance(error, ConnectionError):
        return K.CONNECTION_LOST
    if isinstance(error, TimeoutError):
        return K.TIMEOUT
    return K.UNKNOWN


def _action(row: Mapping[str | None, Action], state: str) -> Action | None:
    return row.get(state) or row.get(None)
