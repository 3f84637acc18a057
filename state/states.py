"""The states every strategy knows."""

from __future__ import annotations

from enum import StrEnum


class StrategyState(StrEnum):
    """States with a meaning that the core, the manager or the host relies on.

    Members of two StrEnums with the same text are equal, so a strategy that needs more declares an enum of
    its own with the names it uses from here plus others, and the manager still recognises the ones it knows.
    """

    INITIALIZING = "INITIALIZING"
    WAITING = "WAITING"
    VALIDATION = "VALIDATION"
    ENTERING = "ENTERING"
    ACTIVE = "ACTIVE"
    MANAGING = "MANAGING"
    DEFENSIVE_EXIT = "DEFENSIVE_EXIT"
    EXITING = "EXITING"
    COMPLETE = "COMPLETE"
    ERROR = "ERROR"
    RECOVERY = "RECOVERY"
    EMERGENCY_EXIT = "EMERGENCY_EXIT"
