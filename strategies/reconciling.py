"""Reconciliation rules after a restart that several strategies share: broker first, document second."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from state.states import StrategyState as S
from strategies.base import Holdings, Resumption, Rule

Judge = Callable[[Holdings], bool]


def has_all(*roles: str) -> Judge:
    """Return the question whether every role is held and nothing else, as many contracts of each."""

    def balanced(holdings: Holdings) -> bool:
        sizes = {leg.role: abs(leg.quantity) for leg in holdings.legs}
        return set(sizes) == set(roles) and len(set(sizes.values())) == 1

    return balanced


def after_entry(whole: Judge) -> Rule:
    """All there -> ACTIVE; none -> WAITING; some -> unwind: at market as soon as a short leg is among them."""

    def rule(holdings: Holdings) -> Resumption:
        if not holdings.legs:
            return Resumption(S.WAITING, "nothing is held")
        if whole(holdings):
            return Resumption(S.ACTIVE, "the whole entry is held")
        if any(leg.quantity < 0 for leg in holdings.legs):
            return Resumption(S.DEFENSIVE_EXIT, "a part of the entry is held, a short leg may be unprotected")
        return Resumption(S.EXITING, "only a part of the entry is held")

    return rule


def while_held(whole: Judge) -> Rule:
    """All there -> ACTIVE; none -> COMPLETE, closed elsewhere; some -> out of it at once."""

    def rule(holdings: Holdings) -> Resumption:
        if not holdings.legs:
            return Resumption(S.COMPLETE, "closed elsewhere")
        if whole(holdings):
            return Resumption(S.ACTIVE, "the whole position is held")
        return Resumption(S.DEFENSIVE_EXIT, "legs are missing")

    return rule


def or_waiting(rule: Rule) -> Rule:
    """Return a rule for states that hold nothing: nothing there -> WAITING, else as the other rule says."""
    return lambda holdings: rule(holdings) if holdings.legs else Resumption(S.WAITING, "nothing is held")


def or_complete(rule: Rule) -> Rule:
    """Return a rule for COMPLETE: nothing there -> the day after is waited for, else as the other rule says."""
    return lambda holdings: rule(holdings) if holdings.legs else Resumption(S.COMPLETE, "nothing is held")


def while_flat(rule: Rule) -> dict[Any, Rule]:
    """Return the rules of the states that hold nothing, where the other rule says what is found there."""
    waiting = or_waiting(rule)
    return {
        S.INITIALIZING: waiting,
        S.WAITING: waiting,
        S.VALIDATION: waiting,
        S.ENTERING: waiting,
        S.COMPLETE: or_complete(rule),
    }


def on_the_way_out(holdings: Holdings) -> Resumption:
    """Some there -> the exit goes on at market; none -> COMPLETE."""
    if not holdings.legs:
        return Resumption(S.COMPLETE, "everything is closed")
    return Resumption(S.DEFENSIVE_EXIT, "the exit goes on")


def exiting(whole: Judge) -> Rule:
    """All there, or long legs only -> the exit goes on by limits; else at market; none -> EXITING ends it itself."""

    def rule(holdings: Holdings) -> Resumption:
        if not holdings.legs:
            return Resumption(S.EXITING, "everything is closed")  # it knows whether an entry was rolled back
        if whole(holdings) or all(leg.quantity > 0 for leg in holdings.legs):
            return Resumption(S.EXITING, "the exit goes on")
        return on_the_way_out(holdings)

    return rule


def standard(whole: Judge, states: Iterable[str]) -> dict[str, Rule]:
    """Return the rules of a position that is entered once and closed as a whole, for the usual ones of some states.

    Flat states are judged like ENTERING: what is held then came from an entry whose document was lost.
    """
    entry, held = after_entry(whole), while_held(whole)
    usual: dict[str, Rule] = {
        S.INITIALIZING: entry,
        S.WAITING: entry,
        S.VALIDATION: entry,
        S.ENTERING: entry,
        S.ACTIVE: held,
        S.MANAGING: held,
        S.EXITING: exiting(whole),
        S.DEFENSIVE_EXIT: on_the_way_out,
        S.EMERGENCY_EXIT: on_the_way_out,
        S.COMPLETE: or_complete(entry),
        S.ERROR: held,
        S.RECOVERY: held,
    }
    return {state: usual[state] for state in states if state in usual}
