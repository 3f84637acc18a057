"""How LEAN's own texts write values (.NET, invariant culture)."""

from __future__ import annotations

from datetime import datetime


def time_text(time: datetime) -> str:
    """Return a moment as .NET's invariant general format writes it, e.g. 10/07/2013 13:31:00."""
    return time.strftime("%m/%d/%Y %H:%M:%S")
