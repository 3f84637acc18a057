"""Decides who may enter, knows who owns what, and can stop everything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from state.clock import Clock
from state.drawdown import DEFAULT_LADDER, DrawdownStep, check_ladder, step_of
from state.errors import DefinitionError, PersistenceError
from state.machine import Machine
from state.ownership import differences, netting, owned_quantities
from state.records import (
    Difference,
    Holding,
    ManagerSituation,
    Permission,
    PositionLeg,
    Refused,
    Situation,
    TransitionRecord,
    Verdict,
)
from state.rules import ENTERING, EVERYBODY, STANDING_RULES, EntryRequest, EntryRule, blocking
from state.states import StrategyState

SaveManager = Callable[[ManagerSituation], None]
ManagerHook = Callable[[TransitionRecord], None]

NAME = "manager"
RUNNING = "RUNNING"
HALTED = "HALTED"
ALLOWED = Permission(True, "no rule blocks")


class UnifiedStateManager:
    """The machines of one account and what holds for all of them together.

    Parameters
    ----------
    clock : the algorithm's time
    rules : declared entry rules; the standing rules (halt, pause, holdings, storage) hold besides
    priority : who comes first when capital is short, names in order
    entering : states in which a machine's commitment is not yet in the broker's figures
    ladder : steps of the drawdown from the highest equity
    save : stores the manager's situation, or raises PersistenceError
    hooks : told of each of the manager's own records
    """

    def __init__(
        self,
        clock: Clock,
        *,
        rules: Iterable[EntryRule] = (),
        priority: tuple[str, ...] = (),
        entering: frozenset[StrategyState] = ENTERING,
        ladder: tuple[DrawdownStep, ...] = DEFAULT_LADDER,
        save: SaveManager | None = None,
        hooks: tuple[ManagerHook, ...] = (),
    ) -> None:
        self.clock = clock
        self.rules = (*STANDING_RULES, *rules)
        names = [rule.name for rule in self.rules]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise DefinitionError("is the name of two rules", sorted(twice))
        self.priority = priority
        self.entering_states = entering
        self.ladder = check_ladder(ladder)
        self.save = save
        self.hooks = hooks
        self.unsaved_error: PersistenceError | None = None
        self.drawdown: DrawdownStep | None = None
        """Step of the ladder that the last observed equity is on."""
        self._machines: dict[str, Machine] = {}
        self._in_order: tuple[Machine, ...] = ()
        self._asked: dict[str, tuple[datetime, EntryRequest]] = {}
        self._situation = ManagerSituation(since=clock.now())

    def register(self, machine: Machine) -> Machine:
        """Take a machine in and return it."""
        if machine.name in self._machines or machine.name == NAME:
            raise DefinitionError("is registered already", [machine.name])
        self._machines[machine.name] = machine
        ranks = {name: rank for rank, name in enumerate(self.priority)}
        self._in_order = tuple(
            sorted(self._machines.values(), key=lambda each: ranks.get(each.name, len(ranks)))
        )
        return machine

    def machine(self, name: str) -> Machine:
        try:
            return self._machines[name]
        except KeyError:
            raise DefinitionError(
                f"is not registered; there are {', '.join(self._machines)}", [name]
            ) from None

    @property
    def machines(self) -> tuple[Machine, ...]:
        """All machines, first come first when capital is short."""
        return self._in_order

    @property
    def situation(self) -> ManagerSituation:
        return self._situation

    def situations(self) -> dict[str, Situation]:
        """Return every machine's situation; each is whole, whatever thread asks."""
        return {name: machine.situation for name, machine in tuple(self._machines.items())}

    def states(self) -> dict[str, str]:
        return {name: machine.state for name, machine in self._machines.items()}

    def entering(self) -> tuple[str, ...]:
        """Return who is about to use buying power that the broker does not know of yet."""
        return tuple(n for n, machine in self._machines.items() if machine.state in self.entering_states)

    def unsaved(self) -> dict[str, PersistenceError]:
        """Return whose situation could not be stored, and why."""
        found = {name: m.unsaved for name, m in self._machines.items() if m.unsaved is not None}
        return found if self.unsaved_error is None else {**found, NAME: self.unsaved_error}

    def restore(self, situation: ManagerSituation) -> None:
        """Take over what a document says, without a record or a save."""
        self._situation = situation
        # Until the equity is known, the last drawdown holds.
        self.drawdown = next((step for step in self.ladder if step.action == situation.drawdown), None)

    def remember_settings(self, settings: Mapping[str, str]) -> None:
        """Keep what the rules were made with, so that they can be made again when this run is gone."""
        if settings != self._situation.settings:
            self._store(self._situation._replace(settings=dict(settings)))

    def can_enter(self, request: EntryRequest | str) -> Permission:
        """Say whether a strategy may enter now, and if not, which rule refuses and why.

        Rules are asked in their order; the first that blocks answers. The answer is remembered per strategy,
        so that `state show manager` can say in words what blocks whom.
        """
        if isinstance(request, str):
            request = EntryRequest(request)
        self.machine(request.strategy)
        now = self.clock.now()
        self._asked[request.strategy] = (now, request)
        permission = next(blocking(self.rules, request, self), ALLOWED)
        self._remember(Verdict(request.strategy, permission.allowed, permission.rule, permission.reason, now))
        return permission

    def asked_now(self, name: str) -> EntryRequest | None:
        """Return what a strategy asked for at the current time, if it did."""
        at, request = self._asked.get(name, (None, None))
        return request if at == self.clock.now() else None

    def may_trade(self, strategy: str, contract: str, quantity: float) -> Permission:
        """Say whether a leg may be traded without netting against another owner's."""
        return netting(self.situations(), self._situation.external, strategy, contract, quantity)

    def commit(self, strategy: str, buying_power: float) -> None:
        """Remember what a strategy's cycle ties up. Raises PersistenceError if that could not be stored."""
        self.machine(strategy)
        commitments = {**self._situation.commitments, strategy: buying_power}
        self._store(self._situation._replace(commitments=commitments), must_happen=False)

    def release(self, strategy: str) -> None:
        """Forget what a strategy tied up, when its cycle is over."""
        if strategy in self._situation.commitments:
            commitments = {n: amount for n, amount in self._situation.commitments.items() if n != strategy}
            self._store(self._situation._replace(commitments=commitments))

    def owned(self) -> dict[str, dict[str, float]]:
        """Return contract: {owner: signed quantity}."""
        return owned_quantities(self.situations(), self._situation.external)

    def check_ownership(self, holdings: Iterable[Holding]) -> tuple[Difference, ...]:
        """Compare the broker's holdings with what is owned; entries are blocked while they differ."""
        found = differences(self.situations(), self._situation.external, holdings)
        if found != self._situation.differences:
            self._store(self._situation._replace(differences=found))
        return found

    def observe_equity(self, equity: float) -> DrawdownStep | None:
        """Take note of the account's equity and return the step of the drawdown ladder it is on."""
        now = self._situation
        step = step_of(self.ladder, max(now.peak_equity, equity), equity)
        moved, self.drawdown = step != self.drawdown, step
        if moved:
            text = (
                f"{step.loss_frac:.0%} below the peak: {step.action}" if step else "above the drawdown ladder"
            )
            self._record(
                f"equity {equity:,.2f} is {text}",
                "note",
                now._replace(
                    peak_equity=max(now.peak_equity, equity), drawdown=str(step.action) if step else None
                ),
            )
        elif equity > now.peak_equity:
            # Not worth a write each step: a peak that is lost with the process is one of its last steps.
            self._situation = now._replace(peak_equity=equity)
        return step

    def reset_peak(self, equity: float, by: str) -> TransitionRecord:
        """Start counting the drawdown from here: nothing else ends it once everything is closed."""
        self.drawdown = None
        now = self._situation._replace(peak_equity=equity, drawdown=None)
        return self._record(f"drawdown counted from {equity:,.2f}, by {by}", "operator", now)

    def halt(self, reason: str, by: str) -> TransitionRecord | Refused:
        """Stop everything: no entries, every machine with something at the broker goes to EMERGENCY_EXIT."""
        now = self._situation
        if now.halted is not None:
            return self._refused(HALTED, f"is halted already: {now.halted}")
        record = self._record(f"halt by {by}: {reason}", "operator", now._replace(halted=reason), HALTED)
        self._stop(self.machines)
        return record

    def enforce_halt(self) -> None:
        """Carry a halt through that a crash interrupted, or that met a position that appeared since.

        A machine that failed during its emergency exit is in ERROR and stays there until an operator looks.
        """
        if self._situation.halted is not None:
            self._stop([m for m in self.machines if m.state != StrategyState.ERROR])

    def resume(self, by: str, strategy: str | None = None) -> TransitionRecord | Refused:
        """Lift the emergency halt, or the pause of one strategy. Only an operator does this."""
        now = self._situation
        if strategy is None and now.halted is None and EVERYBODY in now.paused:
            strategy = EVERYBODY
        if strategy is not None:
            if strategy not in now.paused:
                return self._refused(self._mode, f"{strategy} is not paused")
            paused = {name: why for name, why in now.paused.items() if name != strategy}
            return self._record(f"{strategy} resumed by {by}", "operator", now._replace(paused=paused))
        if now.halted is None:
            return self._refused(RUNNING, "is not halted")
        return self._record(
            f"resumed by {by} after: {now.halted}", "operator", now._replace(halted=None), RUNNING
        )

    def pause(self, strategy: str, reason: str, by: str) -> TransitionRecord | Refused:
        """Keep one strategy (or EVERYBODY) from entering; what is held is managed on."""
        now = self._situation
        if strategy != EVERYBODY:
            self.machine(strategy)
        if strategy in now.paused:
            return self._refused(self._mode, f"{strategy} is paused already: {now.paused[strategy]}")
        paused = {**now.paused, strategy: reason}
        return self._record(f"{strategy} paused by {by}: {reason}", "operator", now._replace(paused=paused))

    def reset(self, strategy: str, by: str) -> TransitionRecord | Refused:
        """Take a machine out of ERROR: to RECOVERY with something at the broker, to WAITING without."""
        machine = self.machine(strategy)
        if machine.state != StrategyState.ERROR:
            reason = f"{strategy} is in {machine.state}, only ERROR can be reset"
            return Refused(strategy, machine.state, StrategyState.WAITING, reason, self.clock.now())
        target = StrategyState.RECOVERY if machine.exposed else StrategyState.WAITING
        machine.update(errors=())
        return machine.transition(target, f"reset by {by}")

    def adopt(
        self, contract: str, by: str, strategy: str | None = None, role: str = "adopted"
    ) -> TransitionRecord | Refused:
        """Give a holding that nobody owns an owner: a strategy, or the operator's own account beside them."""
        found = next((d for d in self._situation.differences if d.contract == contract), None)
        if found is None:
            return self._refused(self._mode, f"{contract} is not among the holdings that do not add up")
        leg = PositionLeg(contract, found.name, found.unexplained, found.average_price, role)
        rest = tuple(d for d in self._situation.differences if d is not found)
        now = self._situation._replace(differences=rest)
        if strategy is None:
            now = now._replace(external=_merged(now.external, leg))
        else:
            machine = self.machine(strategy)
            if machine.state not in machine.table.holding:
                reason = f"{strategy} is in {machine.state}, where it can hold nothing"
                return self._refused(self._mode, reason)
            machine.update(legs=_merged(machine.legs, leg))
            machine.note(f"adopted {leg.quantity:+g} {leg.name}, by {by}", kind="operator")
        owner = strategy or "nobody here"
        return self._record(f"{leg.quantity:+g} {leg.name} belongs to {owner}, by {by}", "operator", now)

    def note(self, reason: str, *, kind: str = "note") -> TransitionRecord:
        """Leave a record of something that changed nothing."""
        return self._record(reason, kind, self._situation)

    def store_again(self) -> None:
        """Save the situation as it is."""
        self._store(self._situation)

    @property
    def _mode(self) -> str:
        return mode(self._situation)

    def _stop(self, machines: Iterable[Machine]) -> None:
        failures = []
        for machine in machines:
            working = machine.exposed or machine.state in self.entering_states
            if working and machine.state != StrategyState.EMERGENCY_EXIT:
                try:
                    self._stop_one(machine)
                except Exception as error:
                    # One machine's hook must not keep the others from stopping.
                    failures.append(error)
        if failures:
            raise ExceptionGroup("emergency halt", failures)

    def _stop_one(self, machine: Machine) -> None:
        emergency = StrategyState.EMERGENCY_EXIT
        reason = f"emergency halt: {self._situation.halted}"
        if not machine.table.allows(machine.state, emergency):
            # A late fill can leave a position where none should be: ERROR has the edge that this state lacks.
            machine.fail(reason, f"something is at the broker in {machine.state}")
        if machine.table.allows(machine.state, emergency):
            machine.transition(emergency, reason)

    def _remember(self, verdict: Verdict) -> None:
        old = self._situation.verdicts.get(verdict.strategy)
        verdicts = {**self._situation.verdicts, verdict.strategy: verdict}
        now = self._situation._replace(verdicts=verdicts)
        if old is not None and (old.allowed, old.rule) == (verdict.allowed, verdict.rule):
            # The same rule says the same with other figures: not worth a write.
            self._situation = now
        else:
            self._store(now)

    def _record(
        self, reason: str, kind: str, situation: ManagerSituation, target: str | None = None
    ) -> TransitionRecord:
        source = self._mode
        target = target or source
        at = max(self.clock.now(), situation.since)
        seq = situation.seq + 1
        record = TransitionRecord(NAME, 0, seq, source, target, reason, at, at - situation.since, kind=kind)
        since = at if target != source else situation.since
        self._store(situation._replace(seq=seq, last=record, since=since))
        for hook in self.hooks:
            hook(record)
        return record

    def _store(self, situation: ManagerSituation, must_happen: bool = True) -> None:
        if self.save is not None:
            try:
                self.save(situation)
            except PersistenceError as error:
                if not must_happen:
                    raise
                self.unsaved_error = error
            else:
                self.unsaved_error = None
        self._situation = situation

    def _refused(self, target: str, reason: str) -> Refused:
        return Refused(NAME, self._mode, target, reason, self.clock.now())


def mode(situation: ManagerSituation) -> str:
    """Return the manager's own state."""
    return RUNNING if situation.halted is None else HALTED


def _merged(legs: tuple[PositionLeg, ...], leg: PositionLeg) -> tuple[PositionLeg, ...]:
    """Return the legs with one more; where the contract is there already, its quantity changes."""
    old = next((each for each in legs if each.contract == leg.contract), None)
    if old is None:
        return (*legs, leg)
    quantity = old.quantity + leg.quantity
    rest = tuple(each for each in legs if each is not old)
    return (*rest, old._replace(quantity=quantity)) if quantity else rest
