"""Fixtures of the built-in data: the source, its parts, and the symbols it knows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from engine.common.enums import OptionRight, OptionStyle, SecurityType
from engine.common.market import Market
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.data_source.modelled.day_points import DayPointsStore
from engine.data_source.modelled.source import ModelledSource
from engine.securities.market_hours_database import MarketHoursDatabase


@pytest.fixture(scope="session")
def source() -> ModelledSource:
    """Return the built-in source."""
    return ModelledSource()


@pytest.fixture(scope="session")
def store() -> DayPointsStore:
    """Return the path of index and VIX."""
    return DayPointsStore()


@pytest.fixture(autouse=True)
def _databases(source: ModelledSource) -> Iterator[None]:
    # What the launcher sets for a run.
    before = MarketHoursDatabase.current, SecurityIdentifier.first_ticker
    MarketHoursDatabase.current = source.market_hours
    SecurityIdentifier.first_ticker = source.first_ticker
    yield
    MarketHoursDatabase.current, SecurityIdentifier.first_ticker = before


class Symbols:
    """Symbols of the built-in data."""

    @property
    def spx(self) -> Symbol:
        return Symbol.create("SPX", SecurityType.INDEX, Market.USA)

    @property
    def vix(self) -> Symbol:
        return Symbol.create("VIX", SecurityType.INDEX, Market.USA)

    @property
    def spy(self) -> Symbol:
        return Symbol.create("SPY", SecurityType.EQUITY, Market.USA)

    @staticmethod
    def es(expiry: date) -> Symbol:
        return Symbol.create_future("ES", Market.CME, datetime(expiry.year, expiry.month, expiry.day))

    def option(
        self, root: str, expiry: date, right: str, strike: float, future: date | None = None
    ) -> Symbol:
        """Return a contract of SPX, SPXW, SPY or (with the expiry of its future) ES."""
        is_index = root in ("SPX", "SPXW")
        underlying = self.es(future) if future is not None else self.spx if is_index else self.spy
        return Symbol.create_option(
            underlying,
            root if is_index else None,
            Market.CME if future is not None else Market.USA,
            OptionStyle.EUROPEAN if is_index else OptionStyle.AMERICAN,
            OptionRight.CALL if right == "C" else OptionRight.PUT,
            strike,
            datetime(expiry.year, expiry.month, expiry.day),
        )


@pytest.fixture(scope="session")
def symbols() -> Symbols:
    """Return the symbols of the built-in data."""
    return Symbols()
