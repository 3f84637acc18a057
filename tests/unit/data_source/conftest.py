"""A data folder in LEAN's format that a test fills with files of its own."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from engine.common.enums import OptionRight, OptionStyle, SecurityType
from engine.common.market import Market
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.data_source.modelled.source import ModelledSource
from engine.securities.market_hours_database import MarketHoursDatabase

DAY = date(2015, 6, 1)
WriteZip = Callable[[str, dict[str, str]], Path]


@pytest.fixture(scope="module")
def built_in() -> ModelledSource:
    """Return the built-in source; only its market hours are used."""
    return ModelledSource()


@pytest.fixture(autouse=True)
def _databases(built_in: ModelledSource) -> Iterator[None]:
    before = MarketHoursDatabase.current, SecurityIdentifier.first_ticker
    MarketHoursDatabase.current = built_in.market_hours
    SecurityIdentifier.first_ticker = built_in.first_ticker
    yield
    MarketHoursDatabase.current, SecurityIdentifier.first_ticker = before


@pytest.fixture
def folder(tmp_path: Path, built_in: ModelledSource) -> LeanFolder:
    """Return an empty data folder."""
    source = LeanFolder(tmp_path)
    source.market_hours = built_in.market_hours
    return source


@pytest.fixture
def write_zip(tmp_path: Path) -> WriteZip:
    """Return a function that writes a zip file below the folder: (path, {entry: text})."""

    def write(path: str, entries: dict[str, str]) -> Path:
        target = tmp_path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in entries.items():
                archive.writestr(name, text)
        return target

    return write


@pytest.fixture
def spy() -> Symbol:
    """Return an equity."""
    return Symbol.create("SPY", SecurityType.EQUITY, Market.USA)


@pytest.fixture
def spx() -> Symbol:
    """Return an index."""
    return Symbol.create("SPX", SecurityType.INDEX, Market.USA)


@pytest.fixture
def spx_put(spx: Symbol) -> Symbol:
    """Return an index option."""
    return Symbol.create_option(
        spx, "SPX", Market.USA, OptionStyle.EUROPEAN, OptionRight.PUT, 2050, datetime(2015, 6, 19)
    )
