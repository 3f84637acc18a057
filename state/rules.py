"""Entry rules: who may enter when, declared as data, one rule per line.

    RULES = (
        EntryRule("errors", any_in(S.ERROR, S.RECOVERY), "nothing new while something is broken"),
        EntryRule("entering", at_most(2, S.ENTERING), "two groups at work are what one can watch"),
    )

A rule is a name, a check and why it exists. A check returns a sentence that says what blocks, or None. Rules
that know more than states (options, exposure) look like these and live with the strategies; the request
carries their facts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol

from state.drawdown import DrawdownAction, DrawdownStep
from state.errors import PersistenceError
from state.records import ManagerSituation, Permission
from state.states import StrategyState


class Account(NamedTuple):
    """What the account can carry, in account currency."""

    equity: float
    free_buying_power: float


class Funds(Protocol):
    """An `Account`, or one whose figures are reckoned only when a rule looks at them."""

    @property
    def equity(self) -> float: ...

    @property
    def free_buying_power(self) -> float: ...


class EntryRequest(NamedTuple):
    """What a strategy asks when it asks to enter."""

    strategy: str
    buying_power: float = 0.0
    """What the entry would tie up."""
    account: Funds | None = None
    """None only where no rule looks at money."""
    facts: Any = None
    """What rules outside of this package need to know."""


class Overview(Protocol):
    """What a rule may look at: the manager while running, the documents afterwards."""

    @property
    def situation(self) -> ManagerSituation: ...

    @property
    def drawdown(self) -> DrawdownStep | None: ...

    def states(self) -> Mapping[str, str]: ...

    def entering(self) -> tuple[str, ...]: ...

    def asked_now(self, name: str) -> EntryRequest | None: ...

    def unsaved(self) -> Mapping[str, PersistenceError]: ...


class NotKnown(Exception):
    """A rule lacks something to answer. Running, that blocks; in hindsight, it does not."""


Check = Callable[[EntryRequest, Overview], str | None]
"""Returns what blocks, None if nothing does; raises NotKnown."""


class EntryRule(NamedTuple):
    """One declared reason not to enter."""

    name: str
    blocks: Check
    because: str


def any_in(*states: StrategyState | str) -> Check:
    """Block everybody while any machine, the asking one included, is in one of the states."""

    def blocks(request: EntryRequest, overview: Overview) -> str | None:
        found = [f"{name} is in {state}" for name, state in overview.states().items() if state in states]
        return "; ".join(found) or None

    return blocks


def while_in(machine: str, *states: StrategyState | str, blocked: tuple[str, ...] = ()) -> Check:
    """Block the strategies in `blocked` (if empty, all others) while `machine` is in one of the states."""

    def blocks(request: EntryRequest, overview: Overview) -> str | None:
        affected = request.strategy in blocked if blocked else request.strategy != machine
        state = overview.states().get(machine)
        return f"{machine} is in {state}" if affected and state in states else None

    return blocks


def at_most(count: int, *states: StrategyState | str) -> Check:
    """Block while `count` other machines are in the states."""

    def blocks(request: EntryRequest, overview: Overview) -> str | None:
        there = [n for n, state in overview.states().items() if state in states and n != request.strategy]
        return f"{', '.join(there)}: {len(there)} of at most {count}" if len(there) >= count else None

    return blocks


def enough_buying_power(reserve_frac: float = 0.0) -> Check:
    """Block what the free buying power does not cover, less what others are entering with and a reserve."""

    def blocks(request: EntryRequest, overview: Overview) -> str | None:
        account = _account(request)
        left = _left(request, account, overview) - reserve_frac * account.equity
        return (
            f"needs {request.buying_power:,.2f}, {left:,.2f} is free" if request.buying_power > left else None
        )

    return blocks


def within_allocation(shares: Mapping[str, float]) -> Check:
    """Block what would take a strategy beyond its share of equity; a strategy without a share gets none."""

    def blocks(request: EntryRequest, overview: Overview) -> str | None:
        allowed = shares.get(request.strategy, 0.0) * _account(request).equity
        wanted = request.buying_power + overview.situation.commitments.get(request.strategy, 0.0)
        return f"would tie up {wanted:,.2f} of at most {allowed:,.2f}" if wanted > allowed else None

    return blocks


def yield_to(*order: str) -> Check:
    """Block whoever leaves too little for one before it in `order` that asked in the same step."""

    def blocks(request: EntryRequest, overview: Overview) -> str | None:
        before = order[: order.index(request.strategy)] if request.strategy in order else order
        left = _left(request, _account(request), overview)
        for name in before:
            asked = overview.asked_now(name)
            # Whoever is entering already is in the commitments, and so in what is left.
            if asked is not None and name not in overview.entering():
                left -= asked.buying_power
                if request.buying_power > left:
                    return f"{name} comes first and needs {asked.buying_power:,.2f}, not enough is left"
        return None

    return blocks


def drawdown_below(action: DrawdownAction = DrawdownAction.NO_ENTRIES) -> Check:
    """Block from the ladder's step with this action on."""

    def blocks(request: EntryRequest, overview: Overview) -> str | None:
        step = overview.drawdown
        order = list(DrawdownAction)
        if step is None or order.index(step.action) < order.index(action):
            return None
        return (
            f"equity is {step.loss_frac:.0%} or more below its peak of {overview.situation.peak_equity:,.2f}"
        )

    return blocks


def blocking(
    rules: Iterable[EntryRule], request: EntryRequest, overview: Overview, *, hindsight: bool = False
) -> Iterator[Permission]:
    """Yield the refusals of all rules that block, in the rules' order."""
    for rule in rules:
        try:
            why = rule.blocks(request, overview)
        except NotKnown as unknown:
            if hindsight:
                continue
            why = f"cannot be judged without {unknown}"
        if why is not None:
            yield Permission(False, f"{why} ({rule.because})", rule.name)


def _account(request: EntryRequest) -> Funds:
    if request.account is None:
        raise NotKnown("the account")
    return request.account


def _left(request: EntryRequest, account: Funds, overview: Overview) -> float:
    """Return the free buying power less what entries at work take: the broker does not know yet."""
    commitments = overview.situation.commitments
    taken = sum(commitments.get(name, 0.0) for name in overview.entering() if name != request.strategy)
    return account.free_buying_power - taken


def _halted(request: EntryRequest, overview: Overview) -> str | None:
    why = overview.situation.halted
    return None if why is None else f"emergency halt: {why}"


def _paused(request: EntryRequest, overview: Overview) -> str | None:
    paused = overview.situation.paused
    why = paused.get(request.strategy, paused.get(EVERYBODY))
    return None if why is None else f"paused: {why}"


def _unexplained(request: EntryRequest, overview: Overview) -> str | None:
    found = overview.situation.differences
    return "; ".join(f"{d.name}: held {d.held:g}, owned {d.owned:g}" for d in found) or None


def _unsaved(request: EntryRequest, overview: Overview) -> str | None:
    return "; ".join(f"{name} is not stored: {why}" for name, why in overview.unsaved().items()) or None


STANDING_RULES = (
    EntryRule("halt", _halted, "only an operator's resume lifts an emergency halt"),
    EntryRule("pause", _paused, "an operator has paused the strategy"),
    EntryRule(
        "holdings", _unexplained, "what the broker holds and what is owned must agree before more is added"
    ),
    EntryRule("storage", _unsaved, "nothing is begun that could not be remembered"),
)
"""In force with every set of declared rules."""

EVERYBODY = "*"
"""Name under which all strategies are paused at once."""

ENTERING = frozenset({StrategyState.ENTERING})
