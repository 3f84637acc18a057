"""Where market data comes from: the interface that LEAN's data folder and the built-in modelled source share."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.common.enums import Resolution, SecurityType, TickType
    from engine.common.symbol import Symbol
    from engine.data.auxiliary.factor_file import FactorFile
    from engine.data.auxiliary.map_file import MapFile
    from engine.data.fundamental.fundamental import Fundamental
    from engine.data.universe_selection.etf_constituent_universe import ConstituentRows
    from engine.data.universe_selection.universe_rows import UniverseRows
    from engine.data_source.columns import BarColumns, TickColumns
    from engine.securities.market_hours_database import MarketHoursDatabase
    from engine.securities.security_definition_symbol_resolver import SecurityDefinition
    from engine.securities.symbol_properties_database import SymbolPropertiesDatabase


class DataSource(Protocol):
    """Rows of market data, as they are stored: raw prices, no adjustment, no fill forward.

    A missing file is None, as in LEAN; an unreadable one raises DataFileError naming file and row.
    """

    label: str
    """What every output made from this source says of it, e.g. "real index and VIX path, modelled option quotes"."""

    market_hours: MarketHoursDatabase
    symbol_properties: SymbolPropertiesDatabase

    def bars(
        self, symbol: Symbol, resolution: Resolution, tick_type: TickType, day: date
    ) -> BarColumns | None:
        """Return one day (data time zone) of minute or second bars, or of open interest."""

    def bar_history(self, symbol: Symbol, resolution: Resolution, tick_type: TickType) -> BarColumns | None:
        """Return all hour or daily bars of a symbol, oldest first."""

    def ticks(self, symbol: Symbol, tick_type: TickType, day: date) -> TickColumns | None:
        """Return one day of ticks."""

    def universe(self, canonical: Symbol, day: date) -> UniverseRows | None:
        """Return the chain universe file dated `day` of a canonical option or future symbol."""

    def constituents(self, etf: Symbol, day: date) -> ConstituentRows | None:
        """Return what a fund held at the end of a day."""

    def fundamentals(self, market: str, day: date) -> list[Fundamental]:
        """Return price and volume of every equity of a day, none where no file has it."""

    def security_definitions(self) -> list[SecurityDefinition]:
        """Return the numbers that registrars give equities."""

    def map_file_of(self, symbol: Symbol) -> MapFile | None:
        """Return the tickers (or contracts) a symbol went by, None when it was never mapped."""

    def first_ticker(
        self, ticker: str, market: str, security_type: SecurityType, day: date | None = None
    ) -> tuple[str, datetime] | None:
        """Return first ticker and first date of the equity that bears a ticker: they make its identifier."""

    def factor_file(self, symbol: Symbol) -> FactorFile | None: ...

    def margin_rows(self, future: Symbol) -> Sequence[tuple[date, Decimal, Decimal, Decimal, Decimal]]:
        """Return (date, initial overnight, maintenance overnight, initial intraday, maintenance intraday), oldest first."""

    def shortable_rows(
        self, brokerage: str, symbol: Symbol
    ) -> Sequence[tuple[date, int | None, Decimal, Decimal]]:
        """Return (date, quantity that may be sold short, rebate and fee rate as fractions) of a brokerage."""

    def interest_rates(self) -> Sequence[tuple[date, Decimal]]:
        """Return (date, rate as a fraction), oldest first (LEAN: alternative/interest-rate/usa/interest-rate.csv)."""
