"""Models that choose among all equities.

LEAN: Algorithm.Framework/Selection/FundamentalUniverseSelectionModel.cs, CoarseFundamentalUniverseSelectionModel.cs,
FineFundamentalUniverseSelectionModel.cs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.selection.universe_selection_model import UniverseSelectionModel
from engine.common.errors import NotImplementedException
from engine.common.market import Market
from engine.data.fundamental.fundamental_universe import (
    CoarseFundamentalUniverse,
    FineFundamentalFilteredUniverse,
    FundamentalUniverseFactory,
)
from engine.data.universe_selection.universe_settings import UniverseSettings

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.data.universe_selection.universe import Universe

Selector = Callable[[list[Any]], Iterable["Symbol"]]


class FundamentalUniverseSelectionModel(UniverseSelectionModel):
    """(market, selector, settings), all of them optional; a first argument True or False chooses LEAN's older two steps.

    A derived class defines `select`, or in two steps `select_coarse` and `select_fine`.
    """

    def __init__(self, *arguments: Any, universe_settings: UniverseSettings | None = None) -> None:
        self._filter_fine_data: bool | None = None
        self._market, self._settings = Market.USA, universe_settings
        self._selector: Selector | None = None
        for given in arguments:
            if isinstance(given, bool):
                self._filter_fine_data = given
            elif isinstance(given, str):
                self._market = given
            elif isinstance(given, UniverseSettings):
                self._settings = given
            elif given is not None:
                self._selector = given

    def create_universes(self, algorithm: QCAlgorithm) -> Iterable[Universe]:
        settings = self._settings or algorithm.universe_settings
        if self._filter_fine_data is None:
            yield FundamentalUniverseFactory(
                self._market, settings, lambda fundamental: self.select(algorithm, fundamental)
            )
            return
        universe = self.create_coarse_fundamental_universe(algorithm)
        if self._filter_fine_data:
            universe = FineFundamentalFilteredUniverse(
                universe, lambda fine: self.select_fine(algorithm, fine)
            )
        yield universe

    def create_coarse_fundamental_universe(self, algorithm: QCAlgorithm) -> Universe:
        """Return the universe of the first step."""

        def select(coarse: list[Any]) -> Iterable[Symbol]:
            if self._filter_fine_data:
                coarse = [row for row in coarse if row.has_fundamental_data]
            return self.select_coarse(algorithm, coarse)

        return CoarseFundamentalUniverse(self._settings or algorithm.universe_settings, select)

    def select(self, algorithm: QCAlgorithm, fundamental: list[Any]) -> Iterable[Symbol]:
        if self._selector is None:
            raise NotImplementedException(
                "If inheriting, please override the 'Select' fundamental function, else provide it as a constructor "
                "parameter"
            )
        return self._selector(fundamental)

    def select_coarse(self, algorithm: QCAlgorithm, coarse: list[Any]) -> Iterable[Symbol]:
        raise NotImplementedException("Please override the 'Select' fundamental function")

    def select_fine(self, algorithm: QCAlgorithm, fine: list[Any]) -> Iterable[Symbol]:
        return [row.symbol for row in fine]


class CoarseFundamentalUniverseSelectionModel(FundamentalUniverseSelectionModel):
    """LEAN's older first step alone: (selector, settings)."""

    def __init__(self, coarse_selector: Selector, universe_settings: UniverseSettings | None = None) -> None:
        super().__init__(False, universe_settings)
        self._coarse_selector = coarse_selector

    def select_coarse(self, algorithm: QCAlgorithm, coarse: list[Any]) -> Iterable[Symbol]:
        return self._coarse_selector(coarse)


class FineFundamentalUniverseSelectionModel(FundamentalUniverseSelectionModel):
    """LEAN's older two steps: (first selector, second selector, settings)."""

    def __init__(
        self,
        coarse_selector: Selector,
        fine_selector: Selector,
        universe_settings: UniverseSettings | None = None,
    ) -> None:
        super().__init__(True, universe_settings)
        self._coarse_selector = coarse_selector
        self._fine_selector = fine_selector

    def select_coarse(self, algorithm: QCAlgorithm, coarse: list[Any]) -> Iterable[Symbol]:
        return self._coarse_selector(coarse)

    def select_fine(self, algorithm: QCAlgorithm, fine: list[Any]) -> Iterable[Symbol]:
        return self._fine_selector(fine)
