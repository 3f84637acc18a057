"""`self.universe`: universes that LEAN defines (LEAN: Algorithm/UniverseDefinitions.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.common.enums import SecurityType
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data.fundamental.fundamental_universe import FundamentalUniverse
from engine.data.universe_selection.etf_constituents_universe_factory import ETFConstituentsUniverseFactory
from engine.data.universe_selection.universe import Universe
from engine.data.universe_selection.universe_settings import UniverseSettings

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm


class UniverseDefinitions:
    """Makes universes; `add_universe` adds them."""

    __slots__ = ("_algorithm",)

    def __init__(self, algorithm: QCAlgorithm) -> None:
        self._algorithm = algorithm

    @property
    def unchanged(self) -> Any:
        """What a selection returns to leave everything as it is."""
        return Universe.UNCHANGED

    def top(self, count: int, universe_settings: UniverseSettings | None = None) -> Universe:
        """Return the equities of the largest turnover of the day before."""

        def most_traded(rows: list[Any]) -> list[Symbol]:
            return [row.symbol for row in sorted(rows, key=lambda row: -row.dollar_volume)[:count]]

        return FundamentalUniverse.usa(most_traded, universe_settings or self._algorithm.universe_settings)

    def etf(
        self,
        etf_ticker: Any,
        *more: Any,
        market: str | None = None,
        universe_settings: UniverseSettings | None = None,
        universe_filter_func: Any = None,
    ) -> Universe:
        """Return the constituents of a fund (ticker or symbol); market, settings and filter may follow in that order."""
        for given in more:
            if isinstance(given, str):
                market = given
            elif isinstance(given, UniverseSettings):
                universe_settings = given
            elif given is not None:
                universe_filter_func = given
        symbol = etf_ticker
        if not isinstance(symbol, Symbol):
            symbol = Symbol.create(etf_ticker, SecurityType.EQUITY, market or Market.USA)
        settings = universe_settings or self._algorithm.universe_settings
        return ETFConstituentsUniverseFactory(symbol, settings, universe_filter_func)
