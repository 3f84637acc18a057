"""What happened, per strategy, as plain data: opportunities, trades, fees, P&L by our own bookings.

Counts outlive the process, as management values of the machines. Times, drawdowns and the list of settlements are
of this process: of a backtest all there is; of a live run the audit log has the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from algorithm.books import DECIMALS, TOTAL_CASH, TOTAL_FEES, UNCOUNTED, Fill
from algorithm.ports import Market
from algorithm.settlements import Settlement
from state.machine import Machine
from state.records import Intent, Scalar, TransitionRecord
from strategies.base import Purpose
from strategies.position import CASH, FEES, amount
from strategies.steps import CREDIT, ENTRY_WHOLE, RESERVED

SKIPPED = "skipped."
SETTLED = "settled."
NEGLECTED = "neglected"
ROLLS = "rolled_legs"


@dataclass(slots=True)
class Drawdown:
    """How deep a strategy's result has fallen below its best, so far."""

    peak_usd: float = 0.0
    worst_usd: float = 0.0

    def observe(self, pnl_usd: float) -> None:
        """Take note of a result."""
        self.peak_usd = max(self.peak_usd, pnl_usd)
        self.worst_usd = min(self.worst_usd, pnl_usd - self.peak_usd)


@dataclass(slots=True)
class StrategyReport:
    """Figures of one strategy."""

    name: str
    title: str
    enabled: bool
    switched_off: str = ""
    opportunities: int = 0
    """Sessions at which its sheet wanted a look: entered + skipped."""
    entered: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    """Reason: how often."""
    trades: int = 0
    """Positions from their entry until nothing was held; those that were rolled back are not among them."""
    won: int = 0
    lost: int = 0
    win_rate_pct: float | None = None
    """None before the first trade."""
    rolled_back: int = 0
    """Entries that filled in part and were closed again."""
    rolls: int = 0
    """Legs that were replaced by their successors within a position."""
    average_win_usd: float = 0.0
    average_loss_usd: float = 0.0
    worst_drawdown_usd: float = 0.0
    """Of its P&L, open positions included, looked at each morning and when a position was closed."""
    fees_usd: float = 0.0
    pnl_usd: float = 0.0
    """Closed and open, fees taken off."""
    open_value_usd: float = 0.0
    entry_usd: float = 0.0
    """What the entries of the last position brought (credit > 0) or cost, without fees."""
    reserved_usd: float = 0.0
    """Buying power that was put aside for them: for a covered call the debit and the naked margin of its short call."""
    settled: dict[str, int] = field(default_factory=dict)
    """Options that the exchange ended (SettlementKind): how often."""
    neglected: int = 0
    """Those of them that a rule should have closed before: 0 when all is well."""
    seconds_to_fill: float | None = None
    """Mean time from the signal to the last fill of an entry."""
    seconds_in_state: dict[str, float] = field(default_factory=dict)
    """Together as long as the run."""
    state: str = ""


class Reporter:
    """Collects as the run goes."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self.settlements: list[Settlement] = []
        self._fills: dict[str, dict[tuple[int, str], float]] = {}
        """Per strategy and entry (cycle, group): seconds until its last fill so far."""
        self._stays: dict[str, dict[str, float]] = {}
        self._drawdowns: dict[str, Drawdown] = {}

    def on_fill(self, machine: Machine, fill: Fill, intent: Intent) -> None:
        """Take note of how long an entry took until its last fill, and count rolls when they are whole."""
        if intent.purpose == Purpose.ENTRY:
            seconds = (self._market.utc_now() - intent.created).total_seconds()
            self._fills.setdefault(machine.name, {})[machine.cycle, intent.group] = seconds
        elif intent.purpose == Purpose.ROLL and len(intent.legs) > 1 and is_whole(intent):
            machine.update(values={ROLLS: count(machine.values, ROLLS) + 1})

    def on_settlement(self, machine: Machine, settlement: Settlement) -> dict[str, Scalar]:
        """List an option that the exchange ended; return the counts of them, which are stored with its booking."""
        self.settlements.append(settlement)
        names = [SETTLED + settlement.kind] + [NEGLECTED] * settlement.by_neglect
        return {name: count(machine.values, name) + 1 for name in names}

    def on_transition(self, machine: Machine, record: TransitionRecord) -> None:
        """Follow a machine: how long it was where, and what each position brought."""
        if record.source == record.target:
            return  # a note: the machine stays, and its stay is counted when it ends
        stays = self._stays.setdefault(machine.name, {})
        source = str(record.source)
        stays[source] = stays.get(source, 0.0) + record.duration.total_seconds()
        self.count_position(machine)

    def count_positions(self, machines: Iterable[Machine]) -> None:
        """Count what a former process could not count any more."""
        for machine in machines:
            self.count_position(machine)

    def count_position(self, machine: Machine) -> None:
        """Count what a position brought when it is over, once: a process may have died before it did."""
        if machine.state in machine.table.holding or machine.values.get(UNCOUNTED) is not True:
            return
        pnl, fees = amount(machine.values, CASH), amount(machine.values, FEES)
        whole = machine.values.get(ENTRY_WHOLE) is True
        if not (whole or pnl or fees):
            return  # an entry of which nothing filled
        kind = ("won" if pnl > 0 else "lost") if whole else "rolled_back"
        total = round(amount(machine.values, f"{kind}_usd") + pnl, DECIMALS)
        counted = {kind: count(machine.values, kind) + 1, f"{kind}_usd": total, UNCOUNTED: False}
        machine.update(values=counted)
        self.mark([machine])

    def mark(self, machines: Iterable[Machine]) -> None:
        """Take note of what each strategy has made so far, for its drawdown."""
        for machine in machines:
            self._drawdowns.setdefault(machine.name, Drawdown()).observe(self._pnl(machine))

    def _open_value(self, machine: Machine) -> float:
        return sum(self._market.holding_value_usd(leg.contract, leg.quantity) for leg in machine.legs)

    def _pnl(self, machine: Machine) -> float:
        return amount(machine.values, TOTAL_CASH) + self._open_value(machine)

    def strategy(self, machine: Machine, title: str) -> StrategyReport:
        """Return the figures of one strategy now."""
        values, name = machine.values, machine.name
        report = StrategyReport(name, title, True, state=str(machine.state))
        report.entered = count(values, "entered")
        report.skipped = counts(values, SKIPPED)
        report.opportunities = report.entered + sum(report.skipped.values())
        report.won, report.lost = count(values, "won"), count(values, "lost")
        report.trades = report.won + report.lost
        report.win_rate_pct = round(100 * report.won / report.trades, 2) if report.trades else None
        report.rolled_back, report.rolls = count(values, "rolled_back"), count(values, ROLLS)
        report.average_win_usd = round(amount(values, "won_usd") / max(report.won, 1), 2)
        report.average_loss_usd = round(amount(values, "lost_usd") / max(report.lost, 1), 2)
        report.entry_usd = round(amount(values, CREDIT), 2)
        report.reserved_usd = round(amount(values, RESERVED), 2)
        report.settled, report.neglected = counts(values, SETTLED), count(values, NEGLECTED)
        report.fees_usd = round(amount(values, TOTAL_FEES), 2)
        report.open_value_usd = round(self._open_value(machine), 2)
        report.pnl_usd = round(self._pnl(machine), DECIMALS)
        self.mark([machine])
        report.worst_drawdown_usd = round(self._drawdowns[name].worst_usd, 2)
        seconds = list(self._fills.get(name, {}).values())
        report.seconds_to_fill = round(sum(seconds) / len(seconds), 1) if seconds else None
        stays = dict(self._stays.get(name, {}))
        here = (self._market.utc_now() - machine.since).total_seconds()
        stays[report.state] = stays.get(report.state, 0.0) + max(here, 0.0)
        report.seconds_in_state = dict(sorted(stays.items()))
        return report


def is_whole(intent: Intent) -> bool:
    """Return whether every leg of an intent has filled to the last contract."""
    return all(leg.remaining == 0 for leg in intent.legs)


def count(values: Mapping[str, Scalar], name: str) -> int:
    """Return a counter among the management values."""
    value = values.get(name, 0)
    return value if isinstance(value, int) else 0


def counts(values: Mapping[str, Scalar], prefix: str) -> dict[str, int]:
    """Return the counters whose names begin alike, by the rest of their names."""
    return {
        name.removeprefix(prefix): count(values, name) for name in sorted(values) if name.startswith(prefix)
    }


def as_data(
    strategies: Iterable[StrategyReport],
    settlements: Iterable[Settlement],
    before: Mapping[str, float],
    start_usd: float,
    equity_usd: float,
) -> dict[str, Any]:
    """Return the report as plain data.

    Parameters
    ----------
    settlements : every option that the exchange ended
    before : each strategy's P&L at the time of `start_usd`, from before a restart

    `unattributed_usd` is what the account made and no strategy accounts for: 0 when all is well.
    """
    rows = [asdict(each) for each in strategies]
    attributed = sum(row["pnl_usd"] - before.get(row["name"], 0.0) for row in rows)
    portfolio = equity_usd - start_usd
    return {
        "strategies": rows,
        "settlements": [asdict(each) for each in settlements],
        "portfolio": {
            "start_usd": round(start_usd, 2),
            "end_usd": round(equity_usd, 2),
            "pnl_usd": round(portfolio, 2),
            "strategies_pnl_usd": round(attributed, 2),
            # From the exact sums: five rounded figures may add up to a cent more or less.
            "unattributed_usd": round(portfolio - attributed, 2) + 0.0,
        },
    }


def in_words(data: dict[str, Any]) -> list[str]:
    """Return a report in words, one line per strategy and one for the account."""
    lines = []
    for row in data["strategies"]:
        if not row["enabled"]:
            lines.append(f"{row['title']}: switched off, {row['switched_off']}")
            continue
        skipped = ", ".join(f"{reason} {times}" for reason, times in row["skipped"].items())
        lines.append(
            f"{row['title']}: {row['opportunities']} opportunities, {row['entered']} entered, "
            f"skipped: {skipped or 'none'}; won {row['won']}, lost {row['lost']}, "
            f"rolled back {row['rolled_back']}, rolls {row['rolls']}; "
            f"settled by the exchange {sum(row['settled'].values())}, by neglect {row['neglected']}; "
            f"fees {row['fees_usd']:.2f}, P&L {row['pnl_usd']:.2f}"
        )
    total = data["portfolio"]
    lines.append(
        f"account: {total['start_usd']:.2f} -> {total['end_usd']:.2f}, P&L {total['pnl_usd']:.2f}, "
        f"of strategies {total['strategies_pnl_usd']:.2f}, unattributed {total['unattributed_usd']:.2f}"
    )
    return lines
