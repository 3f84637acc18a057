"""Universe selection, alpha, portfolio construction, execution and risk models (LEAN: QCAlgorithm.Framework.cs)."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.alphas.alpha_model import NullAlphaModel
from engine.algorithm.framework.alphas.composite_alpha_model import CompositeAlphaModel
from engine.algorithm.framework.alphas.insight_manager import InsightManager
from engine.algorithm.framework.framework_models import FrameworkModels
from engine.algorithm.framework.portfolio.portfolio_construction_model import PortfolioConstructionModel
from engine.algorithm.framework.risk.composite_risk_management_model import CompositeRiskManagementModel
from engine.algorithm.framework.risk.risk_management_model import NullRiskManagementModel
from engine.algorithm.framework.selection.universe_selection_model import (
    CompositeUniverseSelectionModel,
    NullUniverseSelectionModel,
    OptionChainedUniverseSelectionModel,
)
from engine.common.enums import SecurityType
from engine.common.errors import ArgumentException
from engine.common.symbol import Symbol
from engine.common.time import date_to_stamp
from engine.data.consolidators.event import Event
from engine.data.universe_selection.futures_universes import ContinuousContractUniverse
from engine.orders.exact import stamp_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.market.slice import Slice
    from engine.data.universe_selection.universe import Universe
    from engine.data.universe_selection.universe_settings import UniverseSettings


class QCAlgorithmFramework:
    """Models the algorithm sets; a step without any costs nothing."""

    def __init__(self: QCAlgorithm) -> None:
        self._universe_selection: Any = NullUniverseSelectionModel()
        self._selected_universes: dict[Symbol, None] = {}
        self._models = FrameworkModels()
        self.framework_models: FrameworkModels | None = None
        """The chain from alpha to execution, None until a model is set or an insight emitted."""
        self.insights = InsightManager(self)
        self.insights_generated = Event()
        """Called with the algorithm and the insights of a step."""
        self.debug_mode = False
        self._warned_warm_up_insights = False

    @property
    def uses_framework(self: QCAlgorithm) -> bool:
        return self.framework_models is not None or not isinstance(
            self._universe_selection, NullUniverseSelectionModel
        )

    # -- models ------------------------------------------------------------------------------------------------

    @property
    def alpha(self: QCAlgorithm) -> Any:
        return self._models.alpha

    @alpha.setter
    def alpha(self: QCAlgorithm, value: Any) -> None:
        self._set_model("alpha", value)

    @property
    def portfolio_construction(self: QCAlgorithm) -> Any:
        return self._models.portfolio_construction

    @portfolio_construction.setter
    def portfolio_construction(self: QCAlgorithm, value: Any) -> None:
        self._set_model("portfolio_construction", value)

    @property
    def execution(self: QCAlgorithm) -> Any:
        return self._models.execution

    @execution.setter
    def execution(self: QCAlgorithm, value: Any) -> None:
        self._set_model("execution", value)

    @property
    def risk_management(self: QCAlgorithm) -> Any:
        return self._models.risk_management

    @risk_management.setter
    def risk_management(self: QCAlgorithm, value: Any) -> None:
        self._set_model("risk_management", value)

    def _set_model(self: QCAlgorithm, part: str, model: Any) -> None:
        self.framework_models = self._models
        self._models.set(part, model)

    def set_alpha(self: QCAlgorithm, alpha: Any) -> None:
        self.alpha = alpha

    def add_alpha(self: QCAlgorithm, alpha: Any) -> None:
        """Set the alpha model, or add one to those there are."""
        if isinstance(self.alpha, NullAlphaModel):
            self.alpha = alpha
        elif isinstance(self.alpha, CompositeAlphaModel):
            self.alpha.add_alpha(alpha)
        else:
            self.alpha = CompositeAlphaModel(self.alpha, alpha)

    def set_portfolio_construction(self: QCAlgorithm, portfolio_construction: Any) -> None:
        self.portfolio_construction = portfolio_construction

    def set_execution(self: QCAlgorithm, execution: Any) -> None:
        self.execution = execution

    def set_risk_management(self: QCAlgorithm, risk_management: Any) -> None:
        self.risk_management = risk_management

    def add_risk_management(self: QCAlgorithm, risk_management: Any) -> None:
        """Set the risk model, or add one to those there are."""
        if isinstance(self.risk_management, NullRiskManagementModel):
            self.risk_management = risk_management
        elif isinstance(self.risk_management, CompositeRiskManagementModel):
            self.risk_management.add_risk_management(risk_management)
        else:
            self.risk_management = CompositeRiskManagementModel(self.risk_management, risk_management)

    def emit_insights(self: QCAlgorithm, *insights: Any) -> None:
        """Hand insights (or a list of them) to the models now."""
        if self.is_warming_up:
            if not self._warned_warm_up_insights:
                self._warned_warm_up_insights = True
                self.error("Warning: insights emitted during algorithm warmup are ignored.")
            return
        self.framework_models = self._models
        self._models.emit(
            self, [i for some in insights for i in (some if isinstance(some, list | tuple) else [some])]
        )

    # -- universe selection ------------------------------------------------------------------------------------

    @property
    def universe_selection(self: QCAlgorithm) -> Any:
        return self._universe_selection

    @universe_selection.setter
    def universe_selection(self: QCAlgorithm, value: Any) -> None:
        self._universe_selection = value

    def set_universe_selection(self: QCAlgorithm, universe_selection: Any) -> None:
        self._universe_selection = universe_selection

    def add_universe_selection(self: QCAlgorithm, universe_selection: Any) -> None:
        known = self._universe_selection
        if isinstance(known, NullUniverseSelectionModel):
            self._universe_selection = universe_selection
        elif isinstance(known, CompositeUniverseSelectionModel):
            known.add_universe_selection(universe_selection)
        else:
            self._universe_selection = CompositeUniverseSelectionModel(known, universe_selection)

    def add_universe_options(
        self: QCAlgorithm, universe: Any, option_filter: Callable[[Any], Any] | None = None
    ) -> None:
        """Add the option chain of every security that a universe (or the universe of a symbol) selects."""
        if isinstance(universe, Symbol):
            symbol = universe
            if symbol not in self.universe_manager:
                self.add_security(symbol)
            universe = self.universe_manager.get(symbol)
            if universe is None:
                raise ArgumentException(f"Universe not found for underlying Symbol: {symbol}.")
        self.add_universe_selection(
            OptionChainedUniverseSelectionModel(universe, option_filter or (lambda chosen: chosen))
        )

    def create_option_chain(
        self: QCAlgorithm, symbol: Symbol, option_filter: Any, settings: UniverseSettings | None = None
    ) -> Universe:
        """Add the chain of an option symbol and return its universe."""
        settings = settings or self.universe_settings
        option = self.add_security(
            symbol.canonical,
            settings.resolution,
            settings.fill_forward,
            settings.leverage,
            settings.extended_market_hours,
        )
        option.set_filter(option_filter)
        return self.universe_manager[symbol.canonical]

    def create_future_chain(
        self: QCAlgorithm, symbol: Symbol, future_filter: Any, settings: UniverseSettings | None = None
    ) -> list[Universe]:
        """Add a future and return the universes of its continuous contract and of its chain."""
        if symbol.security_type != SecurityType.FUTURE:
            raise ArgumentException("CreateFutureChain requires a future symbol.")
        settings = settings or self.universe_settings
        canonical = symbol.canonical
        future = self.add_security(
            canonical,
            settings.resolution,
            settings.fill_forward,
            settings.leverage,
            settings.extended_market_hours,
            settings.data_mapping_mode,
            settings.normalization_or_default(symbol.security_type),
            settings.contract_depth_offset,
        )
        future.set_filter(future_filter)
        wanted = (canonical, ContinuousContractUniverse.create_symbol(canonical))
        return [universe for key, universe in self.universe_manager.items() if key in wanted]

    # -- called by the loop ------------------------------------------------------------------------------------

    def framework_post_initialize(self: QCAlgorithm) -> None:
        self._apply_rebalance_settings()
        for universe in self._universe_selection.create_universes(self):
            self._add_universe(universe)
            self._selected_universes[universe.configuration.symbol] = None

    def on_framework_data(self: QCAlgorithm, slice_: Slice) -> None:
        """Refresh universes that are due, then let the models trade."""
        if self.utc_stamp >= _stamp_of_day(self._universe_selection.get_next_refresh_time_utc()):
            self._refresh_universes()
        if self.framework_models is not None:
            self.framework_models.on_data(self, slice_)

    def on_framework_securities_changed(self: QCAlgorithm, changes: Any) -> None:
        if self.framework_models is not None:
            self.framework_models.on_securities_changed(self, changes)

    def _apply_rebalance_settings(self: QCAlgorithm) -> None:
        settings, model = self.settings, self._models.portfolio_construction
        names = ("rebalance_on_security_changes", "rebalance_on_insight_changes")
        wanted = (
            settings.rebalance_portfolio_on_security_changes,
            settings.rebalance_portfolio_on_insight_changes,
        )
        if wanted == (None, None):
            return
        if not isinstance(model, PortfolioConstructionModel):
            self.debug(
                "Warning: rebalance portfolio settings are set but not supported by the current"
                f" IPortfolioConstructionModel type: {type(model).__name__}"
            )
            return
        for name, value in zip(names, wanted):
            if value is not None:
                setattr(model, name, value)

    def _refresh_universes(self: QCAlgorithm) -> None:
        for symbol in [s for s, universe in self.universe_manager.items() if universe.dispose_requested]:
            self.universe_manager.remove(symbol)
            self._selected_universes.pop(symbol, None)
        gone = dict(self._selected_universes)
        for universe in self._universe_selection.create_universes(self):
            symbol = universe.configuration.symbol
            self._selected_universes[symbol] = None
            self._add_universe(universe)
            gone.pop(symbol, None)
        for symbol in gone:
            self.universe_manager[symbol].dispose()
            self.data_manager.subscriptions.plan_anew()


def _stamp_of_day(moment: date) -> int:
    return stamp_of(moment) if isinstance(moment, datetime) else date_to_stamp(moment)
