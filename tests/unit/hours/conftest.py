"""LEAN's own databases."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.securities.market_hours_database import MarketHoursDatabase
from engine.securities.symbol_properties_database import SymbolPropertiesDatabase


@pytest.fixture(scope="session")
def hours_file(shared: Path) -> Path:
    """Return LEAN's market-hours-database.json."""
    return shared / "lean-data" / "market-hours" / "market-hours-database.json"


@pytest.fixture(scope="session")
def database(hours_file: Path) -> MarketHoursDatabase:
    """Return LEAN's market hours."""
    return MarketHoursDatabase.from_file(hours_file)


@pytest.fixture(scope="session")
def properties(shared: Path) -> SymbolPropertiesDatabase:
    """Return LEAN's symbol properties."""
    folder = shared / "lean-data" / "symbol-properties"
    return SymbolPropertiesDatabase.from_file(folder / "symbol-properties-database.csv")
