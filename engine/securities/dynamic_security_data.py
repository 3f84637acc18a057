"""View of a security's last data by type (LEAN: Common/Securities/DynamicSecurityData.cs)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from engine.common.errors import KeyNotFoundException
from engine.securities.generic_method import generic_method

if TYPE_CHECKING:
    from engine.securities.security_cache import SecurityCache


class DynamicSecurityData:
    """`security.data`: read-only, one entry per type of data the security has had."""

    __slots__ = ("_cache",)

    def __init__(self, cache: SecurityCache) -> None:
        self._cache = cache

    @generic_method
    def has_data(self, of_type: type | None, data_type: type | None = None) -> bool:
        """Return whether any data of the type has come."""
        wanted = of_type or data_type
        return wanted is not None and self._cache.has_data(wanted)

    @generic_method
    def get(self, of_type: type | None, data_type: type | None = None) -> Any:
        """Return the last data of a type, None where there is none."""
        return self._cache.get_data(of_type or data_type)

    @generic_method
    def get_all(self, of_type: type | None, data_type: type | None = None) -> Sequence[Any]:
        """Return all data of a type that came at the last moment it came."""
        return self._cache.get_all(of_type or data_type)

    def has_property(self, name: str) -> bool:
        """Return whether data of the type called `name` has come."""
        return bool(self._cache.get_by_type_name(name))

    def get_property(self, name: str) -> Sequence[Any]:
        """Return the data of the type called `name`."""
        found = self._cache.get_by_type_name(name)
        if not found:
            raise KeyNotFoundException(f"Property with name '{name}' does not exist.")
        return found
