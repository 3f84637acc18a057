"""Volatility that an indicator knows (LEAN: Common/Securities/Volatility/IndicatorVolatilityModel.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.securities.volatility.base_volatility_model import BaseVolatilityModel

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from engine.data.base_data import BaseData
    from engine.securities.security import Security


class IndicatorVolatilityModel(BaseVolatilityModel):
    """Reads an indicator; `indicator_update(security, data, indicator)` feeds it, if nobody else does."""

    def __init__(
        self, indicator: Any, indicator_update: Callable[[Security, BaseData, Any], Any] | None = None
    ) -> None:
        self._indicator = indicator
        self._update = indicator_update

    @property
    def volatility_decimal(self) -> Decimal:
        return self._indicator.current.value_decimal

    @property
    def volatility(self) -> float:
        return self._indicator.current.value

    def update(self, security: Security, data: BaseData) -> None:
        """Let the given function feed the indicator."""
        if self._update is not None:
            self._update(security, data, self._indicator)
