"""The volatility model of securities that have none (LEAN: Volatility/IVolatilityModel.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from datetime import datetime

    from engine.data.base_data import BaseData
    from engine.securities.security import Security


class VolatilityModel:
    """Knows no volatility; `NULL` is the instance every security starts with."""

    NULL: ClassVar[VolatilityModel]

    volatility = 0.0

    def update(self, security: Security, data: BaseData) -> None:
        """Take one more piece of data; there is nothing to learn from it."""

    def get_history_requirements(self, security: Security, utc_time: datetime) -> list[Any]:
        """Return the history requests the model wants before it starts."""
        return []


VolatilityModel.NULL = VolatilityModel()
