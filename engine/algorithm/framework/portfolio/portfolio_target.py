"""A wanted position (LEAN: Algorithm.Framework/Portfolio/PortfolioTarget.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.algorithm.target_quantity import target_quantity
from engine.common.numbers import to_decimal
from engine.orders.exact import float_of

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.common.symbol import Symbol


class PortfolioTarget:
    """Units of a symbol; `set_holdings([...])` reads them as shares of the portfolio."""

    __slots__ = ("quantity_decimal", "symbol", "tag")

    def __init__(self, symbol: Any, quantity: Any, tag: str = "") -> None:
        self.symbol: Symbol = getattr(symbol, "symbol", symbol)
        self.quantity_decimal = (
            Decimal(int(quantity)) if hasattr(quantity, "_member_map_") else to_decimal(quantity)
        )
        self.tag = tag

    quantity = float_of("quantity_decimal")

    @staticmethod
    def percent(
        algorithm: QCAlgorithm, symbol: Any, percent: Any, return_delta_quantity: bool = False, tag: str = ""
    ) -> PortfolioTarget | None:
        """Return the target that uses a share of the portfolio, None when it cannot be computed."""
        symbol = getattr(symbol, "symbol", symbol)
        quantity = target_quantity(algorithm, symbol, to_decimal(percent), return_delta_quantity)
        return None if quantity is None else PortfolioTarget(symbol, quantity, tag)

    def __str__(self) -> str:
        text = f"{self.symbol}: {self.quantity_decimal.normalize():f}"
        return f"{text} ({self.tag})" if self.tag else text
