"""Filter of incoming data (LEAN: Common/Securities/SecurityDataFilter.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.data.base_data import BaseData
    from engine.securities.security import Security


class SecurityDataFilter:
    """Lets everything through; an algorithm's filter overrides `filter`."""

    def filter(self, vehicle: Security, data: BaseData) -> bool:
        """Return whether the data may reach the algorithm."""
        return True
