"""Chains of LEAN's sample data and the options they belong to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from engine.common.enums import SecurityType
from engine.common.market import Market
from engine.common.numbers import to_decimal
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.data.auxiliary.local_disk_map_file_provider import LocalDiskMapFileProvider
from engine.data.universe_selection.option_filter_universe import OptionFilterUniverse
from engine.data.universe_selection.universe_rows import UniverseRows
from engine.securities.market_hours_database import MarketHoursDatabase


@pytest.fixture(autouse=True)
def lean_data(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return LEAN's sample data, with its hours and map files in place."""
    folder = shared / "lean-data"
    hours = MarketHoursDatabase.from_file(folder / "market-hours" / "market-hours-database.json")
    monkeypatch.setattr(MarketHoursDatabase, "current", hours)
    monkeypatch.setattr(SecurityIdentifier, "first_ticker", LocalDiskMapFileProvider(folder).first_ticker)
    return folder


@pytest.fixture
def filter_of(lean_data: Path) -> Callable[..., OptionFilterUniverse]:
    """Return a maker of filter universes: root, kind of underlying, and the time at which the filter runs."""

    def make(
        root: str, kind: SecurityType, now: datetime, underlying: str | None = None
    ) -> OptionFilterUniverse:
        canonical = Symbol.create_canonical_option(
            Symbol.create(underlying or root, kind, Market.USA),
            root if kind is SecurityType.INDEX else None,
            Market.USA,
        )
        day = now - timedelta(days=1)
        folder = "indexoption" if kind is SecurityType.INDEX else "option"
        path = lean_data / folder / "usa" / "universes" / root.lower() / f"{day:%Y%m%d}.csv"
        rows = UniverseRows.parse(path.read_bytes(), canonical, day.date(), path)
        universe = OptionFilterUniverse(_option_of(canonical))
        universe.refresh(rows.rows, rows.underlying, now)
        return universe

    return make


def _option_of(canonical: Symbol, strike_multiplier: float = 1) -> Any:
    hours = MarketHoursDatabase.from_data_folder().get_exchange_hours(
        canonical.id.market, canonical, canonical.security_type
    )
    return SimpleNamespace(
        symbol=canonical,
        exchange=SimpleNamespace(hours=hours),
        symbol_properties=SimpleNamespace(strike_multiplier_decimal=to_decimal(strike_multiplier)),
    )


@pytest.fixture
def option_of() -> Callable[..., Any]:
    """Return a maker of what the filter needs to know of an option: canonical symbol, strike multiplier."""
    return _option_of
