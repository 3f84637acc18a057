"""Fixtures for the whole suite."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

# No test depends on the clock on the wall: a busy machine, or a library that loads late, fails nothing.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the checkout."""
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder of LEAN's data and records beside the checkout, or skip where it is absent."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "lean-golden").is_dir():
        pytest.skip("needs ../shared (LEAN's sample data and records) beside the checkout")
    return folder
