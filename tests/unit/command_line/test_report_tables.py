"""What is printed of the strategies."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from command_line.progress import progress_bar
from command_line.report_tables import (
    portfolio_line,
    print_report,
    settlement_lines,
    strategies_table,
    strategy_report,
    write_report,
)
from engine.common.errors import UnsupportedMemberError

FIVE = ("iron_condor", "lt112", "ipmcc", "futures_strangle", "leap_ladder")
PORTFOLIO = dict(
    zip(
        ("start_usd", "end_usd", "pnl_usd", "strategies_pnl_usd", "unattributed_usd"),
        (250000.0, 253213.0, 3213.0, 3213.0, 0.0),
        strict=True,
    )
)


def strategy(name: str, **changes: Any) -> dict[str, Any]:
    figures: dict[str, Any] = {
        "name": name, "enabled": True, "opportunities": 260, "entered": 200,
        "skipped": {"blocked_short_volatility": 40, "holiday": 20}, "trades": 198, "won": 150, "lost": 48,
        "win_rate_pct": 75.76, "rolled_back": 2, "rolls": 3, "average_win_usd": 101.5,
        "average_loss_usd": -250.25, "worst_drawdown_usd": -12345.6, "seconds_to_fill": 61.5,
        "seconds_in_state": {"WAITING": 864000.0}, "fees_usd": 812.4, "open_value_usd": 0.0,
        "pnl_usd": 123213.0, "entry_usd": -14000.0, "reserved_usd": 64000.0,
        "settled": {"expired": 4, "assigned": 1}, "neglected": 0, "state": "WAITING",
        "switched_off": "",
    }  # fmt: skip
    return figures | changes


def printed(*strategies: dict[str, Any], width: int = 80) -> str:
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(strategies_table(strategies))
    return console.export_text()


def row(text: str, label: str) -> list[str]:
    line = next(line for line in text.splitlines() if label in line)
    return line.replace(label, "").split()


def test_every_figure_has_a_row_and_every_strategy_a_column() -> None:
    """Sessions looked at are entered and skipped ones; each reason is listed."""
    text = printed(strategy("iron_condor"), strategy("lt112", skipped={"no_quote": 7}, win_rate_pct=None))
    assert row(text, "Sessions looked at") == ["260", "260"]
    assert row(text, "Skipped") == ["60", "7"]
    assert row(text, "holiday") == ["20"]
    assert row(text, "no_quote") == ["7"]
    assert row(text, "Trades (closed)") == ["198", "198"]
    assert row(text, "Win rate, %") == ["75.76"]
    assert row(text, "Signal to fill, s") == ["61.50", "61.50"]
    assert row(text, "WAITING") == ["10.00", "10.00"]
    assert row(text, "Ended by the exchange") == ["5", "5"]
    assert row(text, "- by neglect") == ["0", "0"]
    assert row(text, "P&L, USD") == ["123,213", "123,213"]


def test_five_strategies_fit_a_terminal_of_eighty_columns() -> None:
    """No name, reason or figure is cut or broken."""
    text = printed(*(strategy(name) for name in FIVE))
    assert max(map(len, text.splitlines())) <= 80
    assert row(text, "blocked_short_volatility") == ["40"] * 5
    assert row(text, "Worst drawdown, USD") == ["-12,346"] * 5
    assert "…" not in text


def test_a_strategy_that_is_off_gets_a_line_and_no_column() -> None:
    """With its reason."""
    console = Console(width=80, record=True, file=io.StringIO())
    off = strategy("lt112", enabled=False, switched_off="the brokerage does not take index options")
    print_report(console, {"strategies": [strategy("ipmcc"), off], "portfolio": PORTFOLIO})
    text = console.export_text()
    assert "lt112 is switched off: the brokerage does not take index options" in text.replace("\n", " ")
    assert len(row(text, "Entered")) == 1


def test_each_assignment_has_a_line_and_neglect_is_loud() -> None:
    """What expired worthless by the rules is counted only."""

    def settlement(kind: str, by_neglect: bool = False) -> dict[str, Any]:
        return {
            "strategy": "ipmcc", "cycle": 1, "at": "2014-01-10T21:00:00+00:00", "quantity": -2.0,
            "contract": "SPY   140110C00185000", "worth_usd": 1.0, "kind": kind, "by_neglect": by_neglect,
        }  # fmt: skip

    lines = settlement_lines([settlement("expired"), settlement("assigned"), settlement("expired", True)])
    assert lines == [
        "ipmcc: -2 SPY   140110C00185000 assigned at 2014-01-10T21:00:00+00:00",
        "ipmcc: -2 SPY   140110C00185000 expired at 2014-01-10T21:00:00+00:00 BY NEGLECT",
    ]


def test_the_report_is_written_with_its_cents_and_what_the_data_are(tmp_path: Path) -> None:
    """The table rounds; the file does not."""
    file = tmp_path / "report.json"
    write_report(file, {"strategies": [strategy("ipmcc", pnl_usd=1.23)]}, "modelled")
    found = json.loads(file.read_text())
    assert (found["data"], found["strategies"][0]["pnl_usd"]) == ("modelled", 1.23)


def test_portfolio_line_adds_up() -> None:
    """What no strategy accounts for is shown, even if it is nothing."""
    assert portfolio_line(PORTFOLIO) == (
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
