"""Order sizes from targets and limits (LEAN: Common/Orders/OrderSizing.cs)."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.numbers import to_decimal, to_float

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.securities.security import Security

_MILLION = Decimal(1_000_000)


class OrderSizing:
    """Sizes are whole lots and keep the sign of what was asked for."""

    @staticmethod
    def get_order_size_for_percent_volume(
        security: Security, maximum_percent_current_volume: float, desired_order_size: float
    ) -> float:
        """Return the desired size, but no more than a fraction of the current volume."""
        limit = to_decimal(maximum_percent_current_volume) * security.cache.volume_decimal
        return _limited(security, limit, to_decimal(desired_order_size))

    @staticmethod
    def get_order_size_for_maximum_value(
        security: Security, maximum_order_value_in_account_currency: float, desired_order_size: float
    ) -> float:
        """Return the desired size, but no more than a value buys."""
        price = security.price_decimal * security.quote_currency.conversion_rate_decimal
        price *= security.symbol_properties.contract_multiplier_decimal
        if not price:
            return 0.0
        limit = to_decimal(maximum_order_value_in_account_currency) / price
        return _limited(security, limit, to_decimal(desired_order_size))

    @staticmethod
    def get_unordered_quantity(
        algorithm: QCAlgorithm,
        target: Any,
        security: Security | None = None,
        account_for_fees: bool = False,
    ) -> float:
        """Return what is still to be ordered for a target, less holdings and open orders."""
        security = security or algorithm.securities[target.symbol]
        held = algorithm.transactions.get_projected_holdings(security).projected_quantity_decimal
        return to_float(adjust_by_lot_size(security, to_decimal(target.quantity) - held))

    @staticmethod
    def adjust_by_lot_size(security: Security, quantity: float | Decimal) -> float:
        return to_float(adjust_by_lot_size(security, to_decimal(quantity)))


def adjust_by_lot_size(security: Security, quantity: Decimal) -> Decimal:
    """Return whole lots; a millionth of a lot that is missing counts as a rounding error and is added."""
    lot = security.symbol_properties.lot_size_decimal
    size = abs(quantity)
    remainder = size % lot
    if lot - remainder < lot / _MILLION:
        remainder -= lot
    size -= remainder
    return size if quantity > 0 else -size


def _limited(security: Security, limit: Decimal, desired: Decimal) -> float:
    size = adjust_by_lot_size(security, min(limit, abs(desired)))
    return to_float(size if desired > 0 else -size)
