"""Events that no order of ours asked for: expiry, exercise, assignment, and trades that somebody else made.

LEAN reports an exercise as a fill of the option at 0; cash settlement moves the intrinsic value into cash
beside it, physical settlement follows as a fill of shares at the strike in the same order (lean-semantics 7).
"""

from __future__ import annotations

from collections.abc import Callable

from algorithm.books import DECIMALS, TOTAL_CASH, Fill, book
from algorithm.ports import Market, OrderUpdate
from state.machine import Machine
from state.manager import UnifiedStateManager
from state.records import PositionLeg
from strategies.position import CASH, SHARES, amount

Settled = Callable[[Machine, Fill, str], None]
"""Told of each booking that came from outside, with a sentence about it."""


class Settlements:
    """Books what happens to a position from outside to whoever owns it."""

    def __init__(self, market: Market, manager: UnifiedStateManager, settled: Settled) -> None:
        self._market = market
        self._manager = manager
        self._settled = settled
        self._delivered: dict[int, list[tuple[Machine, float]]] = {}
        """Order of an exercise: who owned how much of the option, for the shares that follow."""
        self._seen: set[tuple[int, int]] = set()

    def on_update(self, update: OrderUpdate) -> bool:
        """Book an event to the owners; False if nobody owns the contract."""
        if not update.fill_quantity:
            return True
        if (update.order_id, update.event_id) in self._seen:
            return True
        self._seen.add((update.order_id, update.event_id))
        if update.order_id in self._delivered:
            return self._deliver(update)
        owners = self._owners(update.symbol)
        if not owners:
            return False
        if update.exercise:
            self._exercise(update, owners)
        else:
            self._trade_elsewhere(update, owners)
        return True

    def on_dividend(self, symbol: str, per_share_usd: float) -> None:
        """Book a dividend on shares: received on long ones, paid on short ones."""
        for machine, leg in self._owners(symbol):
            paid = round(leg.quantity * per_share_usd, DECIMALS)
            values = {
                name: round(amount(machine.values, name) + paid, DECIMALS) for name in (CASH, TOTAL_CASH)
            }
            machine.update(values=values)
            machine.note(f"dividend of {paid:.2f} USD on {leg.quantity:+g} {leg.name}")

    def _owners(self, symbol: str) -> list[tuple[Machine, PositionLeg]]:
        return [
            (machine, leg)
            for machine in self._manager.machines
            for leg in machine.legs
            if leg.contract == symbol
        ]

    def _exercise(self, update: OrderUpdate, owners: list[tuple[Machine, PositionLeg]]) -> None:
        """Take the option away from each owner, for its intrinsic value where it is settled in cash."""
        contract = self._market.contract(update.symbol)
        worth = 0.0 if update.underlying_price is None else contract.intrinsic(update.underlying_price)
        delivers = not update.cash_settled and worth > 0
        if not update.cash_settled:
            self._delivered[update.order_id] = [(machine, leg.quantity) for machine, leg in owners]
        for machine, leg in owners:
            value = worth if update.cash_settled else 0.0
            fill = Fill(leg.contract, leg.name, leg.role, -leg.quantity, value, contract.multiplier)
            book(machine, fill)
            what = f"{leg.quantity:+g} {leg.name} settled at {value:.2f}: {update.message}"
            if delivers:
                # The position is not what it seems before the shares are there: nobody acts on it in between.
                machine.note(what)
            else:
                self._settled(machine, fill, what)

    def _deliver(self, update: OrderUpdate) -> bool:
        """Give the shares of an exercise to whoever owned the option, in proportion."""
        owners = self._delivered.pop(update.order_id)
        total = sum(quantity for _, quantity in owners)
        for machine, quantity in owners:
            part = update.fill_quantity * quantity / total
            fill = Fill(
                update.symbol,
                update.name,
                SHARES,
                part,
                update.fill_price,
                1,
                update.fee_usd * quantity / total,
            )
            book(machine, fill)
            self._settled(machine, fill, f"{part:+g} {update.name} delivered at {update.fill_price:.2f}")
        return True

    def _trade_elsewhere(self, update: OrderUpdate, owners: list[tuple[Machine, PositionLeg]]) -> None:
        """Book a trade that no intent explains (margin call, operator) to the owners' legs, in turn."""
        contract = self._market.contract(update.symbol)
        left = update.fill_quantity
        for machine, leg in owners:
            closes = -leg.quantity if abs(leg.quantity) < abs(left) else left
            part = closes if left * leg.quantity < 0 and (machine, leg) != owners[-1] else left
            share = part / update.fill_quantity
            fill = Fill(
                leg.contract,
                leg.name,
                leg.role,
                part,
                update.fill_price,
                contract.multiplier,
                update.fee_usd * share,
            )
            book(machine, fill)
            why = update.message or update.tag
            self._settled(machine, fill, f"{part:+g} {leg.name} traded by somebody else: {why}")
            left -= part
            if not left:
                return
