"""The data source of this process: the tables that are looked up without naming one."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from engine.common.security_identifier import SecurityIdentifier
from engine.data.shortable.local_disk_shortable_provider import LocalDiskShortableProvider
from engine.securities.market_hours_database import MarketHoursDatabase
from engine.securities.security_definition_symbol_resolver import SecurityDefinitionSymbolResolver
from engine.securities.symbol_properties_database import SymbolPropertiesDatabase

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.data_source.source import DataSource


def use_source(source: DataSource) -> None:
    """Make a data source's tables those of this process."""
    MarketHoursDatabase.current = source.market_hours
    SymbolPropertiesDatabase.current = source.symbol_properties
    SecurityIdentifier.first_ticker = source.first_ticker
    LocalDiskShortableProvider.source = SecurityDefinitionSymbolResolver.source = source


@contextmanager
def lasting_one_run(source: DataSource) -> Iterator[None]:
    """Forget afterwards what an algorithm adds to a data source's tables."""
    databases = (source.market_hours, source.symbol_properties)
    for database in databases:
        database.begin_run()
    try:
        yield
    finally:
        for database in databases:
            database.end_run()
