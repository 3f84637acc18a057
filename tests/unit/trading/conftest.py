"""A trading desk for the tests of this folder."""

from __future__ import annotations

import pytest

from tests.unit.trading.trading_desk import Desk


@pytest.fixture
def desk() -> Desk:
    """Return an algorithm with its order machinery, on January 5th 2021, 10:00 New York."""
    return Desk()
