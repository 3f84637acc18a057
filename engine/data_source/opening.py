"""From what a user names to a data source."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.data_source.source import DataSource


def open_data_source(folder: Path | None) -> DataSource:
    """Return LEAN's files of a folder, or the built-in data."""
    if folder is not None:
        from engine.data_source.lean_folder.lean_folder import LeanFolder

        return LeanFolder(folder)  # type: ignore[return-value]
    from engine.data_source.modelled.source import ModelledSource

    return ModelledSource()  # type: ignore[return-value]
