"""The chain from insights to orders (LEAN: QCAlgorithm.Framework.cs)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.alphas.alpha_model import AlphaModel, NullAlphaModel, get_model_name
from engine.algorithm.framework.alphas.generated_insights_collection import GeneratedInsightsCollection
from engine.algorithm.framework.execution.execution_model import ExecutionModel
from engine.algorithm.framework.execution.immediate_execution_model import ImmediateExecutionModel
from engine.algorithm.framework.portfolio.portfolio_construction_model import (
    NullPortfolioConstructionModel,
    PortfolioConstructionModel,
)
from engine.algorithm.framework.risk.composite_risk_management_model import newest_by_symbol
from engine.algorithm.framework.risk.risk_management_model import (
    NullRiskManagementModel,
    RiskManagementModel,
)
from engine.algorithm_imports.net_names import override_by_net_names
from engine.common.enums import InsightType
from engine.common.numbers import to_decimal

if TYPE_CHECKING:
    from engine.algorithm.framework.alphas.insight import Insight
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.market.slice import Slice
    from engine.data.universe_selection.security_changes import SecurityChanges
    from engine.orders.order_event import OrderEvent
    from engine.securities.security import Security

_BASES: dict[str, type] = {
    "alpha": AlphaModel,
    "portfolio_construction": PortfolioConstructionModel,
    "execution": ExecutionModel,
    "risk_management": RiskManagementModel,
}
_DELISTED = "QCAlgorithm.EmitInsights(): Warning: cannot emit insights for delisted securities, these will be discarded"


class FrameworkModels:
    """Alpha makes insights, portfolio construction targets of them, risk corrects these, execution trades them."""

    def __init__(self) -> None:
        self.alpha: Any = NullAlphaModel()
        self.portfolio_construction: Any = NullPortfolioConstructionModel()
        self.execution: Any = ImmediateExecutionModel()
        self.risk_management: Any = NullRiskManagementModel()
        self._warned_delisted = False

    def set(self, part: str, model: Any) -> None:
        """Set a model; methods it defines under their .NET names count."""
        override_by_net_names(type(model), _BASES[part])
        setattr(self, part, model)

    # -- called by the loop ------------------------------------------------------------------------------------

    def on_data(self, algorithm: QCAlgorithm, slice_: Slice) -> None:
        algorithm.insights.step(algorithm.utc_time)
        if not slice_.has_data:
            return
        insights = list(self.alpha.update(algorithm, slice_) or ())
        if insights:
            self.emit(algorithm, insights)
        else:
            self._process(algorithm, insights)

    def on_securities_changed(self, algorithm: QCAlgorithm, changes: SecurityChanges) -> None:
        if algorithm.debug_mode:
            algorithm.debug(f"{algorithm.time}: {changes}")
        for part in _BASES:
            getattr(self, part).on_securities_changed(algorithm, changes)

    def on_order_event(self, algorithm: QCAlgorithm, event: OrderEvent) -> None:
        self.execution.on_order_event(algorithm, event)

    # -- insights ----------------------------------------------------------------------------------------------

    def emit(self, algorithm: QCAlgorithm, insights: Iterable[Insight]) -> None:
        """Complete insights, keep them, and act on them."""
        valid = [i for i in insights if self._is_valid(algorithm, i)]
        for insight in valid:
            self._complete(algorithm, insight)
        self._log(algorithm, "ALPHA", valid)
        algorithm.insights.add_range(valid)
        algorithm.insights_generated(algorithm, GeneratedInsightsCollection(algorithm.utc_time, valid))
        self._process(algorithm, valid)

    def _is_valid(self, algorithm: QCAlgorithm, insight: Insight) -> bool:
        if not algorithm.securities[insight.symbol].is_delisted:
            return True
        if not self._warned_delisted:
            self._warned_delisted = True
            algorithm.error(_DELISTED)
        return False

    def _complete(self, algorithm: QCAlgorithm, insight: Insight) -> None:
        security: Security = algorithm.securities[insight.symbol]
        insight.generated_time_utc = algorithm.utc_stamp
        if insight.type == InsightType.PRICE:
            insight.reference_value_decimal = security.price_decimal
        else:
            insight.reference_value_decimal = to_decimal(security.volatility_model.volatility)
        insight.source_model = insight.source_model or get_model_name(self.alpha)
        symbol = insight.symbol
        entry = algorithm.market_hours_database.get_entry(symbol.id.market, symbol, symbol.security_type)
        insight.set_period_and_close_time(entry.exchange_hours)

    # -- targets -----------------------------------------------------------------------------------------------

    def _process(self, algorithm: QCAlgorithm, insights: list[Insight]) -> None:
        targets = list(self.portfolio_construction.create_targets(algorithm, insights) or ())
        self._keep(algorithm, "PORTFOLIO", targets)
        overrides = list(self.risk_management.manage_risk(algorithm, targets) or ())
        self._keep(algorithm, "RISK", overrides)
        adjusted = newest_by_symbol(overrides, targets)
        if overrides:
            self._log(algorithm, "RISK ADJUSTED TARGETS", adjusted)
        self.execution.execute(algorithm, adjusted)

    def _keep(self, algorithm: QCAlgorithm, name: str, targets: list[Any]) -> None:
        for target in targets:
            algorithm.securities[target.symbol].holdings.target = target
        if targets:
            self._log(algorithm, name, targets)

    def _log(self, algorithm: QCAlgorithm, name: str, items: list[Any]) -> None:
        if algorithm.debug_mode:
            algorithm.log(f"{algorithm.time}: {name}: {' | '.join(sorted(map(str, items)))}")
