"""Models that trade targets (LEAN: Algorithm/Execution/ExecutionModel.cs, NullExecutionModel.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.securities.buying_power_model_extensions import BuyingPowerModelExtensions

if TYPE_CHECKING:
    from engine.algorithm.framework.portfolio.portfolio_target import PortfolioTarget
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.universe_selection.security_changes import SecurityChanges
    from engine.orders.order_event import OrderEvent
    from engine.securities.security import Security


class ExecutionModel:
    """Base: `execute` gets the targets of every step, also when there are none."""

    asynchronous = True  # a derived class need not call __init__

    def __init__(self, asynchronous: bool = True) -> None:
        self.asynchronous = asynchronous

    def execute(self, algorithm: QCAlgorithm, targets: list[PortfolioTarget]) -> None:
        raise NotImplementedError(
            "Types deriving from 'ExecutionModel' must implement the 'void Execute(QCAlgorithm, IPortfolioTarget[])"
            " method."
        )

    def on_securities_changed(self, algorithm: QCAlgorithm, changes: SecurityChanges) -> None:
        """Securities came or went; nothing to do unless a model says so."""

    def on_order_event(self, algorithm: QCAlgorithm, order_event: OrderEvent) -> None:
        """An order changed; called before the algorithm hears of it."""


def is_worth_its_fee(algorithm: QCAlgorithm, security: Security, quantity: float) -> bool:
    """Return whether an order is as large as the algorithm's settings want orders to be."""
    return BuyingPowerModelExtensions.above_minimum_order_margin_portfolio_percentage(
        security.buying_power_model,
        security,
        quantity,
        algorithm.portfolio,
        algorithm.settings.minimum_order_margin_portfolio_percentage,
    )


class NullExecutionModel(ExecutionModel):
    """Trades nothing."""

    def execute(self, algorithm: QCAlgorithm, targets: list[PortfolioTarget]) -> None:
        return
