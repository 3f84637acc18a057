"""What models that watch each security have in common (LEAN: the execution models with a class SymbolData)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.algorithm.framework.execution.collecting_execution_model import CollectingExecutionModel

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol
    from engine.data.universe_selection.security_changes import SecurityChanges
    from engine.securities.security import Security


class SymbolDataExecutionModel(CollectingExecutionModel):
    """Orders part of a target's quantity whenever the price of its security is favourable."""

    def __init__(self, asynchronous: bool = True) -> None:
        super().__init__(asynchronous)
        self.symbol_data: dict[Symbol, Any] = {}

    def new_symbol_data(self, algorithm: QCAlgorithm, security: Security) -> Any:
        """Return what is kept of a security; it has a `security` and a `consolidator`."""
        raise NotImplementedError

    def price_is_favorable(self, data: Any, unordered_quantity: float) -> bool:
        raise NotImplementedError

    def order_size(self, data: Any, unordered_quantity: float) -> float:
        """Return how much of the quantity may be ordered at once."""
        raise NotImplementedError

    def order_now(self, algorithm: QCAlgorithm, symbol: Symbol, unordered_quantity: float) -> float:
        data = self.symbol_data.get(symbol)
        if data is None or not self.price_is_favorable(data, unordered_quantity):
            return 0
        return self.order_size(data, unordered_quantity)

    def on_securities_changed(self, algorithm: QCAlgorithm, changes: SecurityChanges) -> None:
        for added in changes.added_securities:
            if added.symbol not in self.symbol_data:
                self.symbol_data[added.symbol] = self.new_symbol_data(algorithm, added)
        for removed in changes.removed_securities:
            symbol = removed.symbol
            if symbol in self.symbol_data and self.is_safe_to_remove(algorithm, symbol):
                data = self.symbol_data.pop(symbol)
                algorithm.subscription_manager.remove_consolidator(symbol, data.consolidator)

    def is_safe_to_remove(self, algorithm: QCAlgorithm, symbol: Symbol) -> bool:
        """Return whether no universe has the security any more."""
        return not any(universe.contains_member(symbol) for universe in algorithm.universe_manager.values())
