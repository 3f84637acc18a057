"""The base of our slippage models."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.numbers import to_decimal

if TYPE_CHECKING:
    from engine.orders.order import Order
    from engine.securities.security import Security


_ZERO = Decimal(0)


class SlippageModel:
    """Base of our models: the exact number is computed, the float is its face.

    A Python class that overrides get_slippage_approximation is asked for that, as in LEAN.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        own = cls.__dict__
        if "get_slippage_approximation" in own and "get_slippage_approximation_decimal" not in own:
            cls.get_slippage_approximation_decimal = _exact_of_override  # type: ignore[method-assign]

    def get_slippage_approximation(self, asset: Security, order: Order) -> float:
        """Return how much worse than the market's price this order fills, per unit."""
        return float(self._slippage(asset, order))

    def get_slippage_approximation_decimal(self, asset: Security, order: Order) -> Decimal:
        return self._slippage(asset, order)

    def _slippage(self, asset: Security, order: Order) -> Decimal:
        return _ZERO


def _exact_of_override(self: SlippageModel, asset: Security, order: Order) -> Decimal:
    return to_decimal(self.get_slippage_approximation(asset, order))
