"""A bar that shows which day a run has reached, on a terminal only."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.common.time import to_datetime

if TYPE_CHECKING:
    from engine.launcher import BacktestRequest
    from engine.paper.session import LiveRequest


@contextmanager
def progress_bar(request: BacktestRequest | LiveRequest) -> Iterator[None]:
    """Show the progress of a run while the context lasts."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("starting", total=1.0)

        def show(stamp: int, first: int, last: int) -> None:
            done = (stamp - first) / max(last - first, 1)
            progress.update(task, completed=done, description=f"{to_datetime(stamp):%Y-%m-%d}")

        request.progress = show
        yield
