"""What an operator can say while the algorithm runs: confirmed in the audit log, or refused in words.

LEAN hands a command file to `on_command` (lean-semantics 15); the command line writes the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from algorithm.books import DECIMALS, TOTAL_CASH
from state.errors import MachinesError
from state.machine import Machine
from state.manager import NAME as MANAGER
from state.records import Difference, Refused, TransitionRecord
from state.states import StrategyState as S

if TYPE_CHECKING:
    from algorithm.host import Host

OPERATOR = "operator"
DRAWDOWN = "drawdown"
"""What `reset` takes beside the strategies."""
QUESTIONS = frozenset({"status"})
"""Commands that change nothing, so that there is nothing to record."""
WORDS = {"adopt": ("contract", "strategy", "role"), "book": ("strategy", "amount")}
"""What the words after a command name, where it is not a strategy."""
EVERYTHING = "all"
"""What `adopt` takes instead of a contract."""
Arguments = Mapping[str, str]


class CommandRefused(Exception):
    """A command that cannot be carried out, and why."""


class OperatorCommands:
    """The commands by their words. Each leaves a record in the audit log, refused ones with the reason."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._commands: dict[str, Callable[[Arguments], Any]] = {
            "halt": self.halt,
            "resume": self.resume,
            "pause": self.pause,
            "flatten": self.flatten,
            "reset": self.reset,
            "adopt": self.adopt,
            "book": self.book,
            "status": self.status,
        }

    def run(self, text: str, arguments: Arguments) -> bool:
        """Carry a command out; the first word may be followed by its argument (`pause lt112`)."""
        words = text.split()
        command = self._commands.get(words[0].lower()) if words else None
        try:
            if command is None:
                known = ", ".join(self._commands)
                raise CommandRefused(f"unknown command {text!r}; there are {known}")
            names = WORDS.get(words[0].lower(), ("strategy",))
            given = {**arguments, **dict(zip(names, words[1:]))}
            text = " ".join([words[0], *(given[name] for name in names if given.get(name))])
            result = command(given)
        except (CommandRefused, MachinesError) as refused:
            return self._refuse(text, str(refused))
        if isinstance(result, Refused):
            return self._refuse(text, result.reason)
        told = isinstance(result, TransitionRecord) and result.machine == MANAGER
        if not told and words[0].lower() not in QUESTIONS:
            self._host.manager.note(f"{text}, by {OPERATOR}", kind=OPERATOR)
        self._host.log(f"done: {text}")
        return True

    def _refuse(self, text: str, reason: str) -> bool:
        """Say why not, in the log and in the audit log."""
        self._host.log(f"refused: {text}: {reason}")
        self._host.manager.note(f"refused: {text}: {reason}", kind=OPERATOR)
        return False

    def halt(self, arguments: Arguments) -> Any:
        """Stop everything: no entries, every position is closed at market."""
        record = self._host.manager.halt(arguments.get("reason", "by command"), OPERATOR)
        self._look_everywhere()
        return record

    def resume(self, arguments: Arguments) -> Any:
        """Lift the halt, or the pause of one strategy."""
        return self._host.manager.resume(OPERATOR, arguments.get("strategy"))

    def pause(self, arguments: Arguments) -> Any:
        """Keep one strategy from entering."""
        reason = arguments.get("reason", "by command")
        return self._host.manager.pause(self._strategy(arguments), reason, OPERATOR)

    def flatten(self, arguments: Arguments) -> None:
        """Close every position, or one strategy's, without stopping what comes later."""
        only = arguments.get("strategy")
        machines = [self._host.manager.machine(only)] if only else self._host.manager.machines
        for machine in machines:
            if machine.exposed and machine.table.allows(machine.state, S.EMERGENCY_EXIT):
                machine.transition(S.EMERGENCY_EXIT, f"flattened by {OPERATOR}")
        for each in self._host.manager.situation.differences:
            self._host.log(f"{each.unexplained:+g} {each.name} is nobody's here, so it stays: adopt it first")
        self._look_everywhere()

    def reset(self, arguments: Arguments) -> Any:
        """Take a machine out of ERROR, or count the drawdown anew from today's equity (`reset drawdown`)."""
        name = self._strategy(arguments)
        if name == DRAWDOWN:
            return self._host.manager.reset_peak(self._host.market.equity_usd(), OPERATOR)
        record = self._host.manager.reset(name, OPERATOR)
        self._look_everywhere()
        return record

    def adopt(self, arguments: Arguments) -> Any:
        """Give a holding that nobody owns an owner, or declare it outside of the strategies.

        `adopt all STRATEGY` gives it every such holding at once: a position of several legs is judged as a whole.
        """
        contract, strategy = arguments.get("contract"), arguments.get("strategy")
        if not contract:
            raise CommandRefused("adopt needs a contract")
        manager = self._host.manager
        found = [d for d in manager.situation.differences if contract in (d.contract, d.name, EVERYTHING)]
        if not found:
            raise CommandRefused(f"{contract} is not among the holdings that do not add up")
        machine = manager.machine(strategy) if strategy else None
        if machine is not None and machine.state not in machine.table.holding:
            # The comparison with the broker then says, by the strategy's own rules, how the position goes on.
            machine.transition(S.RECOVERY, f"takes {len(found)} holdings over, by {OPERATOR}")
        results = []
        for each in found:
            role = arguments.get("role") or self._role(machine, each)
            results.append(manager.adopt(each.contract, OPERATOR, strategy, role))
        self._look_everywhere()
        return next((result for result in results if isinstance(result, Refused)), results[-1])

    def book(self, arguments: Arguments) -> None:
        """Put a strategy's result right: what a fill that nobody saw brought more, or less, than was booked."""
        machine = self._host.manager.machine(self._strategy(arguments))
        text = arguments.get("amount", "")
        try:
            usd = float(text)
        except ValueError:
            usd = math.nan
        if not math.isfinite(usd) or not usd:
            raise CommandRefused(f"book needs an amount in USD, not {text!r}")
        known = machine.values.get(TOTAL_CASH) or 0.0
        machine.update(values={TOTAL_CASH: round(float(known) + usd, DECIMALS)})
        machine.note(f"{usd:+.2f} USD booked, by {OPERATOR}", kind=OPERATOR)

    def _role(self, machine: Machine | None, found: Difference) -> str:
        """Return in which role a machine would hold it, as far as that can be told."""
        if machine is None:
            return "adopted"
        return self._host.attribution.role(machine, found.contract, found.unexplained, "")

    def status(self, arguments: Arguments) -> None:
        """Say in the log who is in which state with what."""
        host = self._host
        halted = host.manager.situation.halted
        host.log(f"manager: {f'halted: {halted}' if halted else 'running'}")
        for machine in host.manager.machines:
            held = ", ".join(f"{leg.quantity:+g} {leg.name}" for leg in machine.legs) or "nothing"
            look = host.runners[machine.name].next_look()
            since = f"{machine.since:%Y-%m-%d %H:%M}Z"
            host.log(f"{machine.name}: {machine.state} since {since}, holds {held}, next look {look}")

    def _strategy(self, arguments: Arguments) -> str:
        name = arguments.get("strategy")
        if not name:
            raise CommandRefused("the command needs a strategy")
        return name

    def _look_everywhere(self) -> None:
        for runner in self._host.runners.values():
            runner.look_at = None
