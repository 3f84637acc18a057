"""Where a run can be looked at, or made to die: before and after everything that leaves a trace."""

from __future__ import annotations

from collections.abc import Callable

Probe = Callable[[str, str], None]
"""Called with a kind (`store_write`, `flush`, `submission`, `order_event`, `step`) and a detail.

Nothing catches what it raises, if that is no `Exception`: the run ends there, as a killed process would.
"""


def nobody_looks(kind: str, detail: str) -> None:
    """Do nothing: the probe of an ordinary run."""
