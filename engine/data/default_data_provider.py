"""Who opens files by default (LEAN: Engine/DataFeeds/DefaultDataProvider.cs)."""

from __future__ import annotations

from pathlib import Path


class DefaultDataProvider:
    """Reads a file of the disk."""

    def fetch(self, key: str) -> bytes | None:
        """Return what a file holds, None where there is no such file."""
        path = Path(key)
        return path.read_bytes() if path.is_file() else None


def must_be_default(data_provider: object) -> None:
    """Raise unless files are to be opened as by default: nobody else can be asked for them here."""
    if not isinstance(data_provider, DefaultDataProvider):
        raise TypeError(f"files come from the data folder; give a DefaultDataProvider, not {data_provider!r}")
