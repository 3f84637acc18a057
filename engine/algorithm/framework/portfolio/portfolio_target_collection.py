"""Targets by symbol (LEAN: Common/Algorithm/Framework/Portfolio/PortfolioTargetCollection.cs)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from engine.algorithm.target_quantity import order_targets_by_margin_impact
from engine.common.numbers import to_decimal

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol


class PortfolioTargetCollection:
    """One target a symbol: the last that was added."""

    def __init__(self) -> None:
        self._targets: dict[Symbol, Any] = {}

    @property
    def count(self) -> int:
        return len(self._targets)

    @property
    def is_empty(self) -> bool:
        return not self._targets

    @property
    def keys(self) -> list[Symbol]:
        return list(self._targets)

    @property
    def values(self) -> list[Any]:
        return list(self._targets.values())

    def __len__(self) -> int:
        return len(self._targets)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values)

    def __getitem__(self, symbol: Symbol) -> Any:
        return self._targets[symbol]

    def __setitem__(self, symbol: Symbol, target: Any) -> None:
        self._targets[symbol] = target

    def __contains__(self, item: Any) -> bool:
        return getattr(item, "symbol", item) in self._targets

    contains = contains_key = __contains__

    def add(self, target: Any) -> None:
        if target is not None:
            self._targets[target.symbol] = target

    def add_range(self, targets: Iterable[Any]) -> None:
        for target in targets:
            self._targets[target.symbol] = target

    def remove(self, item: Any) -> bool:
        """Remove by symbol, or a target if it is the one that is kept for its symbol."""
        symbol = getattr(item, "symbol", item)
        known = self._targets.get(symbol)
        if known is None or (item is not symbol and known is not item):
            return False
        del self._targets[symbol]
        return True

    def clear(self) -> None:
        self._targets.clear()

    def clear_fulfilled(self, algorithm: QCAlgorithm) -> None:
        """Forget the targets whose position is there, to less than a lot."""
        for target in self.values:
            security = algorithm.securities[target.symbol]
            missing = abs(to_decimal(target.quantity) - security.holdings.quantity_decimal)
            if missing < security.symbol_properties.lot_size_decimal:
                del self._targets[target.symbol]

    def order_by_margin_impact(self, algorithm: QCAlgorithm) -> list[Any]:
        """Return the targets that can be traded now: those that free margin first, then the larger ones."""
        return order_targets_by_margin_impact(algorithm, self._targets.values()) if self._targets else []
