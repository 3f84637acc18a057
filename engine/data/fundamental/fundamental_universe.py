"""Universes whose selector gets every equity of the day before.

LEAN: Common/Data/Fundamental/FundamentalUniverse.cs, Common/Data/UniverseSelection/FundamentalUniverseFactory.cs,
CoarseFundamentalUniverse.cs, FineFundamentalFilteredUniverse.cs, FundamentalFilteredUniverse.cs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import count
from typing import TYPE_CHECKING, Any

from engine.common.enums import Resolution, SecurityType
from engine.common.errors import ArgumentException
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.common.time_zones import TimeZones
from engine.data.fundamental.fundamental import Fundamental
from engine.data.subscription_data_config import SubscriptionDataConfig
from engine.data.universe_selection.base_data_collection import BaseDataCollection
from engine.data.universe_selection.universe import Universe

if TYPE_CHECKING:
    from engine.data.universe_selection.universe_settings import UniverseSettings

Selector = Callable[[list[Any]], Iterable[Symbol]]
_numbers = count(1)


class FundamentalUniverse(BaseDataCollection):
    """The equities of a day. `FundamentalUniverse.usa(selector)` makes a universe of them."""

    __slots__ = ()

    @staticmethod
    def usa(selector: Selector, universe_settings: UniverseSettings | None = None) -> Universe:
        return FundamentalUniverseFactory(Market.USA, universe_settings, selector)

    @staticmethod
    def universe_symbol(market: str | None = None) -> Symbol:
        """Return the symbol of one more universe of a market."""
        name = f"FundamentalUniverse-{market or Market.USA}-{next(_numbers):010d}"
        return Symbol.create(name, SecurityType.EQUITY, market or Market.USA)

    @staticmethod
    def configuration(symbol: Symbol) -> SubscriptionDataConfig:
        """Return how such a universe is subscribed."""
        return SubscriptionDataConfig(
            FundamentalUniverse,
            symbol,
            Resolution.DAILY,
            TimeZones.NEW_YORK,
            TimeZones.NEW_YORK,
            fill_forward=False,
            is_internal_feed=True,
            is_filtered_subscription=False,
        )


class Fundamentals(FundamentalUniverse):
    """LEAN's other name of the collection."""

    __slots__ = ()


class FundamentalUniverseFactory(Universe):
    """Selects at the midnight after every trading day, also where no file has that day."""

    def __init__(
        self, market: str | Symbol, universe_settings: UniverseSettings | None, selector: Selector
    ) -> None:
        symbol = market if isinstance(market, Symbol) else FundamentalUniverse.universe_symbol(market)
        super().__init__(FundamentalUniverse.configuration(symbol), universe_settings)
        self._selector = selector

    def select_symbols(self, stamp: int, data: Any) -> Iterable[Symbol]:
        return self._selector(data.data)


class CoarseFundamentalUniverse(FundamentalUniverseFactory):
    """LEAN's older form: (settings, selector)."""

    def __init__(self, universe_settings: UniverseSettings, selector: Selector) -> None:
        super().__init__(Market.USA, universe_settings, selector)


class FundamentalFilteredUniverse(Universe):
    """What a second selector keeps of what a universe selects."""

    def __init__(self, universe: Universe, fundamental_selector: Selector) -> None:
        settings = universe.universe_settings
        if isinstance(universe, CoarseFundamentalUniverse) and settings.asynchronous:
            raise ArgumentException(
                "Asynchronous universe setting is not supported for coarse & fine selections, please use the new "
                "Fundamental single pass selection"
            )
        super().__init__(universe.configuration, settings)
        self._universe = universe
        self._selector = fundamental_selector

    def select_symbols(self, stamp: int, data: Any) -> Iterable[Symbol]:
        chosen = self._universe.select_symbols(stamp, data)
        if chosen is self.UNCHANGED:
            return chosen
        if data.data and isinstance(data.data[0], Fundamental):
            wanted = set(chosen)
            rows = [row for row in data.data if row.symbol in wanted and row.has_fundamental_data]
        else:
            now = self.configuration.exchange_time_zone.local_datetime(stamp)
            rows = [Fundamental(now, symbol) for symbol in chosen]
        return self._selector(rows)


class FineFundamentalFilteredUniverse(FundamentalFilteredUniverse):
    """LEAN's older name of the same."""
