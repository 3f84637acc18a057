"""Follows the account's drawdown: from -15% losers are closed, from -20% everything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from algorithm.ports import Market
from state.drawdown import DrawdownAction
from state.machine import Machine
from state.manager import UnifiedStateManager
from state.states import StrategyState as S
from strategies.position import CASH, amount


class DrawdownWatch:
    """Looks at the account's value every so many minutes."""

    def __init__(
        self, market: Market, manager: UnifiedStateManager, minutes: int, moved: Callable[[Machine], None]
    ) -> None:
        self._market = market
        self._manager = manager
        self._pause = timedelta(minutes=minutes)
        self._moved = moved
        """Told of a machine that was sent to its exit."""
        self._next = market.now()

    def due(self, now: datetime) -> bool:
        """Return whether it is time to look."""
        return now >= self._next

    def look(self, now: datetime) -> None:
        """Take note of the account's value, and close what the ladder says."""
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        self._next = midnight + ((now - midnight) // self._pause + 1) * self._pause
        step = self._manager.observe_equity(self._market.equity_usd())
        if step is None or step.action not in (DrawdownAction.CLOSE_LOSERS, DrawdownAction.CLOSE_ALL):
            return
        for machine in self._manager.machines:
            if step.action is DrawdownAction.CLOSE_ALL or self._open_profit(machine) < 0:
                self._leave(machine, f"drawdown of {step.loss_frac:.0%}: {step.action}")

    def _open_profit(self, machine: Machine) -> float:
        value = sum(self._market.holding_value_usd(leg.contract, leg.quantity) for leg in machine.legs)
        return amount(machine.values, CASH) + value

    def _leave(self, machine: Machine, reason: str) -> None:
        """Move a machine that holds something towards its exit, by the careful way if it has one."""
        if not machine.exposed or machine.state in machine.table.exits:
            return
        for target in (S.DEFENSIVE_EXIT, S.EMERGENCY_EXIT):
            if machine.table.allows(machine.state, target):
                machine.transition(target, reason)
                self._moved(machine)
                return
