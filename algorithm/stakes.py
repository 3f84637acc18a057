"""What all machines together have at stake, as the portfolio's rules want to know it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from algorithm.ports import Market
from state.machine import Machine
from state.manager import UnifiedStateManager
from state.recovery import ErrorKind, StrategyError
from strategies.base import Trade
from strategies.contracts import Right
from strategies.exposure import Exposure, Stake, exposure
from strategies.portfolio_rules import Facts


class FundsNow:
    """What the account can carry when one entry asks: reckoned when the first rule looks at it, then kept."""

    def __init__(self, market: Market) -> None:
        self._market = market

    @cached_property
    def equity(self) -> float:
        """Return the account's total value in USD."""
        return self._market.equity_usd()

    @cached_property
    def free_buying_power(self) -> float:
        """Return what is free for new positions in USD."""
        return self._market.buying_power_usd()


class Stakes:
    """Looks at every leg that is held, and at a trade that is planned."""

    def __init__(
        self,
        market: Market,
        manager: UnifiedStateManager,
        stress_frac: float,
        is_short_volatility: Callable[[str], bool],
    ) -> None:
        self._market = market
        self._manager = manager
        self._stress_frac = stress_frac
        self._is_short_volatility = is_short_volatility

    def facts(self, machine: Machine, trade: Trade) -> Facts:
        """Return what the rules need to know of a planned entry."""
        others = [m.name for m in self._manager.machines if m is not machine and m.legs]
        return Facts(
            self.exposure(trade),
            self._is_short_volatility(machine.name),
            tuple(name for name in others if self._is_short_volatility(name)),
        )

    def exposure(self, trade: Trade | None = None) -> Exposure:
        """Return the exposure of everything that is held, with a planned trade."""
        stakes = [
            self._stake(
                leg.contract, leg.quantity, self._market.holding_value_usd(leg.contract, leg.quantity)
            )
            for machine in self._manager.machines
            for leg in machine.legs
        ]
        for leg in trade.legs if trade is not None else ():
            value = leg.quantity * self._market.quote(leg.contract.symbol).mid * leg.contract.multiplier
            stakes.append(self._stake(leg.contract.symbol, leg.quantity, value))
        return exposure(stakes, self._stress_frac)

    def _stake(self, symbol: str, quantity: float, value_usd: float) -> Stake:
        contract = self._market.contract(symbol)
        if contract.right is Right.SHARE:
            return Stake(contract, quantity, value_usd, value_usd / quantity / contract.multiplier)
        price = self._market.underlying_price(symbol)
        if price is None:
            raise StrategyError(
                ErrorKind.MISSING_DATA, f"there is no price of what {contract.name} is written on"
            )
        return Stake(contract, quantity, value_usd, price.value)
