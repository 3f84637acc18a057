"""What is printed of the strategies."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from command_line.progress import progress_bar
from command_line.report_tables import portfolio_line, strategies_table, strategy_report
from engine.common.errors import UnsupportedMemberError


def strategy(name: str, **changes: Any) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "name": name, "opportunities": 260, "entered": 200, "skipped": {"VIX too high": 40, "holiday": 20},
        "won": 150, "lost": 48, "rolled_back": 2, "average_win_usd": 101.5, "average_loss_usd": -250.25,
        "worst_drawdown_usd": -1200.0, "seconds_to_fill": 61.5, "seconds_in_state": {"WAITING": 864000.0},
        "fees_usd": 812.4, "open_value_usd": 0.0, "pnl_usd": 3213.0, "state": "WAITING", "switched_off": "",
    }  # fmt: skip
    return figures | changes


def printed(*strategies: dict[str, Any]) -> str:
    console = Console(width=120, record=True, file=io.StringIO())
    console.print(strategies_table(strategies))
    return console.export_text()


def row(text: str, label: str) -> list[str]:
    line = next(line for line in text.splitlines() if label in line)
    return [cell.strip() for cell in line[1:-1].split("│")]


def test_every_figure_has_a_row_and_every_strategy_a_column() -> None:
    """Sessions looked at are entered and skipped ones; each reason is listed."""
    text = printed(strategy("iron_condor"), strategy("lt112", skipped={"no quote": 7}, seconds_to_fill=None))
    assert row(text, "Sessions looked at") == ["Sessions looked at", "260", "260"]
    assert row(text, "Skipped") == ["Skipped", "60", "7"]
    assert row(text, "VIX too high") == ["VIX too high", "40", ""]
    assert row(text, "no quote") == ["no quote", "", "7"]
    assert row(text, "Seconds from signal") == ["Seconds from signal to fill", "61.50", ""]
    assert row(text, "WAITING") == ["WAITING", "10.00", "10.00"]
    assert row(text, "P&L") == ["P&L, USD", "3,213.00", "3,213.00"]


def test_rows_that_say_nothing_are_left_out() -> None:
    """A strategy that is on needs no row that says so."""
    assert "Switched off" not in printed(strategy("a"))
    text = printed(strategy("a"), strategy("b", switched_off="no combos"))
    assert row(text, "Switched off") == ["Switched off", "", "no combos"]


def test_portfolio_line_adds_up() -> None:
    """What no strategy accounts for is shown, even if it is nothing."""
    values = (250000.0, 253213.0, 3213.0, 3213.0, 0.0)
    names = ("start_usd", "end_usd", "pnl_usd", "strategies_pnl_usd", "unattributed_usd")
    assert portfolio_line(dict(zip(names, values))) == (
        "Portfolio: 250,000.00 -> 253,213.00 USD, P&L 3,213.00 = strategies 3,213.00 + unattributed 0.00"
    )


def test_algorithm_without_a_report_has_none() -> None:
    """Any LEAN algorithm can be run; most have no strategies."""

    class Other:
        def __getattr__(self, name: str) -> Any:
            raise UnsupportedMemberError(f"QCAlgorithm.{name}")

    assert strategy_report(Other()) is None
    assert strategy_report(SimpleNamespace(strategy_report=lambda: {"strategies": []})) == {"strategies": []}


def test_progress_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """A log file gets no bar; on a terminal the request reports to it."""
    request = SimpleNamespace(progress=None)
    with progress_bar(request):
        assert request.progress is None
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with progress_bar(request):
        request.progress(50, 0, 100)
    assert request.progress is not None
