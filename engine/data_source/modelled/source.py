"""The built-in data as a DataSource: nothing is stored, every row is computed when it is first touched."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.common.enums import Resolution, SecurityType, TickType
from engine.common.errors import EngineError
from engine.data.auxiliary.corporate_factor_provider import CorporateFactorProvider
from engine.data.auxiliary.map_file import MapFile
from engine.data.auxiliary.map_file_resolver import MapFileResolver
from engine.data.auxiliary.mapping_contract_factor_provider import MappingContractFactorProvider
from engine.data_source.columns import BarColumns, TickColumns
from engine.data_source.modelled import auxiliary_files, futures_data, rates
from engine.data_source.modelled.chain import ComputedRows, option_chain_rows
from engine.data_source.modelled.contracts import date_of, day_of, es_symbol, future_of, option_root
from engine.data_source.modelled.day_points import DayPointsStore
from engine.data_source.modelled.histories import Histories
from engine.data_source.modelled.market_rules import built_in_market_hours, built_in_symbol_properties
from engine.data_source.modelled.minutes import DayOfRows, Minutes
from engine.data_source.modelled.option_quotes import OptionQuotes

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.data.auxiliary.factor_file import FactorFile
    from engine.data.fundamental.fundamental import Fundamental
    from engine.data.universe_selection.etf_constituent_universe import ConstituentRows
    from engine.data_source.modelled.listings import Expiry
    from engine.securities.market_hours_database import MarketHoursDatabase
    from engine.securities.security_definition_symbol_resolver import SecurityDefinition
    from engine.securities.symbol_properties_database import SymbolPropertiesDatabase

LABEL = "real index and VIX path, modelled option quotes"
_SHIFT_RANGE = (-10.0, 10.0)
_MULTIPLIER_RANGE = (0.0, 10.0)
_CHAINS_KEPT = 8


class ModelledSource:
    """Real S&P 500 and VIX, SPY and ES derived from them, and modelled quotes of their options (2014-2018).

    Parameters
    ----------
    volatility_shift : float, volatility points
        Added to at-the-money volatility, to see how much a result depends on the model's level.
    spread_multiplier : float
        Factor on every option's spread.
    """

    label = LABEL

    def __init__(self, volatility_shift: float = 0.0, spread_multiplier: float = 1.0) -> None:
        _require("volatility_shift", volatility_shift, _SHIFT_RANGE)
        _require("spread_multiplier", spread_multiplier, _MULTIPLIER_RANGE)
        self._settings = (volatility_shift, spread_multiplier)
        self.universe = lru_cache(maxsize=_CHAINS_KEPT)(self._universe)

    # -- parts made when first needed: the calendar alone takes half a second ---------------------

    @cached_property
    def market_hours(self) -> MarketHoursDatabase:
        return built_in_market_hours()

    @cached_property
    def symbol_properties(self) -> SymbolPropertiesDatabase:
        return built_in_symbol_properties()

    @cached_property
    def _store(self) -> DayPointsStore:
        return DayPointsStore()

    @cached_property
    def _quotes(self) -> OptionQuotes:
        return OptionQuotes(self._store, *self._settings)

    @cached_property
    def _minutes(self) -> Minutes:
        return Minutes(self._store, self._quotes)

    @cached_property
    def _histories(self) -> Histories:
        return Histories(self._store, self._minutes)

    # -- bars ------------------------------------------------------------------------------------

    def bars(
        self, symbol: Symbol, resolution: Resolution, tick_type: TickType, day: date
    ) -> BarColumns | None:
        """Return one day (data time zone) of minute bars or of open interest; there are no second bars."""
        if resolution is not Resolution.MINUTE:
            return None
        found = self._minutes.find(symbol, tick_type, day_of(day))
        return None if found is None else self._columns(symbol, tick_type, found)

    def bar_history(self, symbol: Symbol, resolution: Resolution, tick_type: TickType) -> BarColumns | None:
        """Return all hour or daily bars of a symbol, oldest first."""
        zones = self._zones(symbol)
        if zones is None:
            return None
        rows = self._histories.rows(symbol, resolution, tick_type, zones)
        if rows is None:
            return None
        return self._columns(symbol, tick_type, DayOfRows(lambda: rows, lambda: int(rows.end[0])))

    def ticks(self, symbol: Symbol, tick_type: TickType, day: date) -> TickColumns | None:
        """Return None: the model has no ticks."""
        return None

    def _columns(self, symbol: Symbol, tick_type: TickType, found: DayOfRows) -> BarColumns:
        zones = self._zones(symbol)
        assert zones is not None
        return BarColumns(symbol, tick_type, zones[1], found.load, found.peek)

    def _zones(self, symbol: Symbol) -> Any:
        # Zones of the data and of the exchange.
        entry = self.market_hours.try_get_entry(symbol.id.market, symbol, symbol.security_type)
        return None if entry is None else (entry.data_time_zone, entry.exchange_hours.time_zone)

    # -- universes -------------------------------------------------------------------------------

    def _universe(self, canonical: Symbol, day: date) -> ComputedRows | None:
        """Return the chain at the end of a session: what a universe file dated `day` holds."""
        number = day_of(day)
        row = self._store.history.row(number)
        if not canonical.is_canonical() or not self._store.has_vix(row):
            return None
        if canonical.security_type is SecurityType.FUTURE:
            return self._futures(canonical, number) if canonical.id.symbol == "ES" else None
        root = option_root(canonical)
        if root is None:
            return None
        future = None
        assert canonical.underlying is not None
        if canonical.security_type is SecurityType.FUTURE_OPTION:
            future = future_of(canonical.underlying)
            if future is None or not future.listed <= number < future.last_day:
                return None
            cells = [*self._future_cells(future, number)[:5], ""]
        else:
            cells = self._day_cells(canonical.underlying, number)
        return option_chain_rows(canonical, root, number, self._quotes, future, cells)

    def _futures(self, canonical: Symbol, day: int) -> ComputedRows | None:
        live = [future for future in futures_data.listed_futures(day) if future.last_day > day]
        names = [f"{date_of(future.day):%Y%m}," for future in live]
        return ComputedRows(canonical, date_of(day), names, lambda row: self._future_cells(live[row], day))

    def _day_cells(self, underlying: Symbol, day: int) -> list[str]:
        rows = self.bar_history(underlying, Resolution.DAILY, TickType.TRADE).rows  # type: ignore[union-attr]
        row = int(np.searchsorted(self._store.history.days, day))
        scale = 10.0**rows.exponent
        prices = [f"{rows.fields[name].item(row) / scale:.2f}" for name in ("open", "high", "low", "close")]
        return [*prices, f"{rows.fields['volume'].item(row):.0f}", *[""] * 7]

    def _future_cells(self, future: Expiry, day: int) -> list[str]:
        found = self._minutes.find(es_symbol(future), TickType.TRADE, day)
        assert found is not None
        fields = found.load().fields
        prices = (fields["open"][0], fields["high"].max(), fields["low"].min(), fields["close"][-1])
        volume, interest = fields["volume"].sum(), futures_data.open_interest(future, day)
        return [*(f"{cents / 100:.2f}" for cents in prices), f"{volume:.0f}", f"{interest:.0f}"]

    # -- auxiliary files -------------------------------------------------------------------------

    @cached_property
    def _map_files(self) -> dict[SecurityType, MapFileResolver]:
        spy = MapFile.parse("SPY", auxiliary_files.SPY_MAP, "built-in map file of SPY")
        es = MapFile.parse("ES", auxiliary_files.es_map(), "built-in map file of ES")
        equities, futures = MapFileResolver([spy]), MapFileResolver([es])
        return {
            SecurityType.EQUITY: equities,
            SecurityType.OPTION: equities,
            SecurityType.FUTURE: futures,
        }

    def constituents(self, etf: Symbol, day: date) -> ConstituentRows | None:
        """Refuse: the built-in data knows no constituents."""
        raise EngineError(
            f"the built-in data has no constituents of {etf.value}; give a folder of LEAN data that has them"
        )

    def fundamentals(self, market: str, day: date) -> list[Fundamental]:
        """No companies are modelled."""
        return []

    def security_definitions(self) -> list[SecurityDefinition]:
        """No registrar's numbers are modelled."""
        return []

    def map_file_of(self, symbol: Symbol) -> MapFile | None:
        """Return the tickers (or contracts) a symbol went by, None when it was never mapped."""
        resolver = self._map_files.get(symbol.security_type)
        found = None if resolver is None else resolver.resolve_map_file_of(symbol)
        return found if found else None

    def first_ticker(
        self, ticker: str, market: str, security_type: SecurityType, day: date | None = None
    ) -> tuple[str, datetime] | None:
        """Return first ticker and first date of the equity that bears a ticker."""
        resolver = self._map_files.get(security_type)
        moment = None if day is None else datetime(day.year, day.month, day.day)
        return None if resolver is None else resolver.first_ticker(ticker, moment)

    @cached_property
    def _factor_files(self) -> dict[SecurityType, FactorFile]:
        spy = auxiliary_files.SPY_FACTORS
        es = auxiliary_files.es_factors()
        return {
            SecurityType.EQUITY: CorporateFactorProvider.parse("SPY", spy, "built-in factor file of SPY"),
            SecurityType.FUTURE: MappingContractFactorProvider.parse("ES", es, "built-in factor file of ES"),
        }

    def factor_file(self, symbol: Symbol) -> FactorFile | None:
        """Return what adjusts prices: nothing for SPY, the rolls for the continuous future."""
        if symbol.id.symbol not in ("SPY", "ES"):
            return None
        return self._factor_files.get(symbol.security_type)

    def margin_rows(self, future: Symbol) -> Sequence[tuple[date, Decimal, Decimal, Decimal, Decimal]]:
        """Return (date, initial, maintenance, initial intraday, maintenance intraday), oldest first."""
        return futures_data.margin_rows() if future.id.symbol == "ES" else []

    def shortable_rows(
        self, brokerage: str, symbol: Symbol
    ) -> Sequence[tuple[date, int | None, Decimal, Decimal]]:
        """No brokerage's list is modelled: everything can be borrowed for nothing, as where LEAN has no file."""
        return ()

    def interest_rates(self) -> Sequence[tuple[date, Decimal]]:
        """Return (date, rate as a fraction), oldest first."""
        return rates.interest_rates()


def _require(name: str, value: float, allowed: tuple[float, float]) -> None:
    if not allowed[0] <= value <= allowed[1]:
        raise EngineError(f"{name} was {value}; allowed is {allowed[0]:g} to {allowed[1]:g}")
