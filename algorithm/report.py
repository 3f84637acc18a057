"""What happened, per strategy, as plain data: opportunities, trades, fees, P&L by our own bookings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from algorithm.books import DECIMALS, TOTAL_CASH, TOTAL_FEES, Fill
from algorithm.ports import Market
from state.machine import Machine
from state.records import Intent, Scalar, TransitionRecord
from strategies.base import Purpose
from strategies.position import CASH, FEES, amount
from strategies.steps import ENTRY_WHOLE

SKIPPED = "skipped."


@dataclass(frozen=True, slots=True)
class CycleResult:
    """One position from its entry to its end."""

    strategy: str
    cycle: int
    opened: str
    closed: str
    pnl_usd: float
    fees_usd: float
    whole: bool
    """Whether the entry was ever complete; otherwise it was rolled back."""
    reason: str


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
    won: int = 0
    lost: int = 0
    rolled_back: int = 0
    average_win_usd: float = 0.0
    average_loss_usd: float = 0.0
    worst_drawdown_usd: float = 0.0
    """Of the strategy's own closed results."""
    fees_usd: float = 0.0
    pnl_usd: float = 0.0
    """Closed and open, fees taken off."""
    open_value_usd: float = 0.0
    seconds_to_fill: float | None = None
    """Mean time from the intent to the last fill of an entry."""
    seconds_in_state: dict[str, float] = field(default_factory=dict)
    state: str = ""


class Reporter:
    """Collects as the run goes; counts that must survive a restart are the machines' own values."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self.results: list[CycleResult] = []
        self._opened: dict[str, datetime] = {}
        self._entry_fills: dict[str, dict[tuple[int, str], float]] = {}
        self._stays: dict[str, dict[str, float]] = {}

    def on_fill(self, machine: Machine, fill: Fill, intent: Intent) -> None:
        """Take note of how long an entry took from its intent to its last fill."""
        if intent.purpose == Purpose.ENTRY:
            seconds = (self._market.utc_now() - intent.created).total_seconds()
            self._entry_fills.setdefault(machine.name, {})[machine.cycle, intent.group] = seconds

    def on_transition(self, machine: Machine, record: TransitionRecord) -> None:
        """Follow a machine: how long it was where, and what each cycle brought."""
        stays = self._stays.setdefault(machine.name, {})
        source = str(record.source)
        stays[source] = stays.get(source, 0.0) + record.duration.total_seconds()
        holding = machine.table.holding
        if record.target in holding and record.source not in holding:
            self._opened[machine.name] = record.at
        elif record.source in holding and record.target not in holding and machine.name in self._opened:
            self._close_cycle(machine, record)

    def _close_cycle(self, machine: Machine, record: TransitionRecord) -> None:
        opened = self._opened.pop(machine.name)
        pnl, fees = amount(machine.values, CASH), amount(machine.values, FEES)
        whole = machine.values.get(ENTRY_WHOLE) is True
        if not (whole or pnl or fees):
            return  # an entry of which nothing filled
        begin, end = opened.isoformat(), record.at.isoformat()
        self.results.append(
            CycleResult(machine.name, record.cycle, begin, end, pnl, fees, whole, record.reason)
        )
        kind = ("won" if pnl > 0 else "lost") if whole else "rolled_back"
        total = round(amount(machine.values, f"{kind}_usd") + pnl, DECIMALS)
        machine.update(values={kind: count(machine.values, kind) + 1, f"{kind}_usd": total})

    def strategy(self, machine: Machine, title: str) -> StrategyReport:
        """Return the figures of one strategy now."""
        values = machine.values
        report = StrategyReport(machine.name, title, True, state=str(machine.state))
        report.entered = count(values, "entered")
        report.skipped = {
            name.removeprefix(SKIPPED): count(values, name)
            for name in sorted(values)
            if name.startswith(SKIPPED)
        }
        report.opportunities = report.entered + sum(report.skipped.values())
        results = [result for result in self.results if result.strategy == machine.name]
        report.won, report.lost = count(values, "won"), count(values, "lost")
        report.rolled_back = count(values, "rolled_back")
        report.average_win_usd = round(amount(values, "won_usd") / max(report.won, 1), 2)
        report.average_loss_usd = round(amount(values, "lost_usd") / max(report.lost, 1), 2)
        report.worst_drawdown_usd = round(worst_drawdown(result.pnl_usd for result in results), 2)
        report.fees_usd = round(amount(values, TOTAL_FEES), 2)
        open_value = sum(self._market.holding_value_usd(leg.contract, leg.quantity) for leg in machine.legs)
        report.open_value_usd = round(open_value, 2)
        report.pnl_usd = round(amount(values, TOTAL_CASH) + open_value, DECIMALS)
        seconds = list(self._entry_fills.get(machine.name, {}).values())
        report.seconds_to_fill = round(sum(seconds) / len(seconds), 1) if seconds else None
        report.seconds_in_state = dict(sorted(self._stays.get(machine.name, {}).items()))
        return report


def count(values: Mapping[str, Scalar], name: str) -> int:
    """Return a counter among the management values."""
    value = values.get(name, 0)
    return value if isinstance(value, int) else 0


def worst_drawdown(results: Iterable[float]) -> float:
    """Return the deepest fall of the running sum of results below its peak, as a negative number."""
    total = peak = worst = 0.0
    for result in results:
        total += result
        peak = max(peak, total)
        worst = min(worst, total - peak)
    return worst


def as_data(
    strategies: Iterable[StrategyReport], before: Mapping[str, float], start_usd: float, equity_usd: float
) -> dict[str, Any]:
    """Return the report as plain data.

    Parameters
    ----------
    before : each strategy's P&L at the time of `start_usd`, from before a restart

    `unattributed_usd` is what the account made and no strategy accounts for: 0 when all is well.
    """
    rows = [asdict(each) for each in strategies]
    attributed = sum(row["pnl_usd"] - before.get(row["name"], 0.0) for row in rows)
    portfolio = equity_usd - start_usd
    return {
        "strategies": rows,
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
            f"rolled back {row['rolled_back']}; fees {row['fees_usd']:.2f}, P&L {row['pnl_usd']:.2f}"
        )
    total = data["portfolio"]
    lines.append(
        f"account: {total['start_usd']:.2f} -> {total['end_usd']:.2f}, P&L {total['pnl_usd']:.2f}, "
        f"of strategies {total['strategies_pnl_usd']:.2f}, unattributed {total['unattributed_usd']:.2f}"
    )
    return lines
