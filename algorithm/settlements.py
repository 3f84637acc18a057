"""Events that no order of ours asked for: expiry, exercise, assignment, and trades that somebody else made.

LEAN reports an exercise as a fill of the option at 0; cash settlement moves the intrinsic value into cash
beside it, physical settlement follows as a fill of shares at the strike in the same order (lean-semantics 7).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from algorithm.books import DECIMALS, TOTAL_CASH, Fill, awaited, book
from algorithm.ports import Market, OrderUpdate
from state.machine import Machine
from state.manager import UnifiedStateManager
from state.records import PositionLeg, Scalar
from strategies.contracts import Contract, Right
from strategies.position import CASH, SHARES, amount
from strategies.sessions import Sessions


class SettlementKind(StrEnum):
    """What the exchange, or whoever bought our option, did with it."""

    EXPIRED = "expired"
    """Worthless on its last day."""
    CASH_SETTLED = "cash_settled"
    """Its intrinsic value was paid in cash."""
    ASSIGNED = "assigned"
    """A short option was exercised against us."""
    EXERCISED = "exercised"
    """A long option was exercised on its last day."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """The end of an option that no order of ours brought about."""

    strategy: str
    cycle: int
    at: str
    """UTC."""
    contract: str
    quantity: float
    worth_usd: float
    """A share, at the exchange's settlement."""
    kind: SettlementKind
    by_neglect: bool
    """Whether a rule should have closed it before: true of nothing, if all is well."""


def settlement_kind(quantity: float, worth: float, cash_settled: bool) -> SettlementKind:
    """Return what became of so many of an option that is worth so much at its exercise or expiry."""
    if worth <= 0:
        return SettlementKind.EXPIRED
    if cash_settled:
        return SettlementKind.CASH_SETTLED
    return SettlementKind.ASSIGNED if quantity < 0 else SettlementKind.EXERCISED


def neglected(kind: SettlementKind, quantity: float, cash_settled: bool, early: bool) -> bool:
    """Return whether a rule should have prevented it.

    Allowed are: cash settlement (what cannot be closed by the close), an assignment before the last close
    (somebody else's decision), and a long option that nobody bid for until it expired worthless.
    """
    return not (cash_settled or early or (quantity > 0 and kind is SettlementKind.EXPIRED))


Settled = Callable[[Machine, Fill, str], None]
"""Told of each booking that came from outside, with a sentence about it."""
Recorded = Callable[[Machine, Settlement], dict[str, Scalar]]
"""Told of each option that was settled, for the report; answers what its machine is to remember of it."""


class Settlements:
    """Books what happens to a position from outside to whoever owns it."""

    def __init__(
        self,
        market: Market,
        manager: UnifiedStateManager,
        sessions: Sessions,
        settled: Settled,
        traded: Settled,
        recorded: Recorded,
        look_soon: Callable[[Machine], None],
    ) -> None:
        self._market = market
        self._manager = manager
        self._sessions = sessions
        self._settled = settled
        self._traded = traded
        """Told of a trade that was not ours."""
        self._recorded = recorded
        self._look_soon = look_soon
        """Told of a machine that waits for what an exercise delivers."""
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
        # Before its last day an option only ends by delivering, whatever it is worth.
        delivers = not update.cash_settled and (worth > 0 or self._early(contract))
        if not update.cash_settled:
            self._delivered[update.order_id] = [(machine, leg.quantity) for machine, leg in owners]
        for machine, leg in owners:
            value = worth if update.cash_settled else 0.0
            fill = Fill(leg.contract, leg.name, leg.role, -leg.quantity, value, contract.multiplier)
            values = self._recorded(machine, self._settlement(machine, leg, worth, update.cash_settled))
            if delivers:
                # With the option gone and the shares not there, a crash must not make them nobody's.
                due, sign = awaited(contract.root), 1 if contract.right is Right.CALL else -1
                values[due] = amount(machine.values, due) + leg.quantity * contract.unit_of_trade * sign
            book(machine, fill, values)
            what = f"{leg.quantity:+g} {leg.name} settled at {value:.2f}: {update.message}"
            if delivers:
                # The position is not what it seems before the shares are there: nobody acts on it in this moment.
                # They may never come: what is out of the money is given up for nothing.
                machine.note(what)
                self._look_soon(machine)
            else:
                self._settled(machine, fill, what)

    def _settlement(self, machine: Machine, leg: PositionLeg, worth: float, cash_settled: bool) -> Settlement:
        kind = settlement_kind(leg.quantity, worth, cash_settled)
        early = self._early(self._market.contract(leg.contract))
        return Settlement(
            strategy=machine.name,
            cycle=machine.cycle,
            at=self._market.utc_now().isoformat(),
            contract=leg.name,
            quantity=leg.quantity,
            worth_usd=round(worth, DECIMALS),
            kind=kind,
            by_neglect=neglected(kind, leg.quantity, cash_settled, early),
        )

    def _early(self, contract: Contract) -> bool:
        """Answer whether a contract could still be traded."""
        now, last = self._market.now(), self._sessions.on(contract.expiry)
        return now.date() < contract.expiry if last is None else now < last.closes_at

    def _deliver(self, update: OrderUpdate) -> bool:
        """Give the shares, or the futures, of an exercise to whoever owned the option, in proportion."""
        owners = self._delivered.pop(update.order_id)
        contract = self._market.contract(update.symbol)
        self._market.subscribe(
            update.symbol
        )  # to be closed it needs a quote; nobody asked for a future before
        total = sum(quantity for _, quantity in owners)
        for machine, quantity in owners:
            share = quantity / total
            part = update.fill_quantity * share
            fill = Fill(
                update.symbol,
                update.name,
                SHARES,
                part,
                update.fill_price,
                contract.multiplier,
                update.fee_usd * share,
            )
            due = awaited(contract.root)
            book(machine, fill, {due: amount(machine.values, due) - part})
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
            self._traded(machine, fill, f"{part:+g} {leg.name} traded by somebody else: {why}")
            left -= part
            if not left:
                return
