"""Between which limits a price stays until the end of the planned window, as far as the data say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from engine.securities.security import Security


class Limits(NamedTuple):
    """Lowest and highest of something."""

    low: float
    high: float


class PriceOutlook:
    """Limits of prices from now to the end of the window; each security is looked at once."""

    __slots__ = ("_known", "_stamp")

    def __init__(self, stamp: int) -> None:
        self._stamp = stamp
        self._known: dict[Security, Limits | None] = {}

    def of(self, security: Security) -> Limits | None:
        """Return the limits of the price (and of the close), None where nobody knows."""
        if security not in self._known:
            self._known[security] = self._limits(security)
        return self._known[security]

    def sources(self) -> list[tuple[Security, list[object]]]:
        """Return the securities that were looked at, with what they had their prices from."""
        return [(security, list(security.cache.sources)) for security in self._known]

    def _limits(self, security: Security) -> Limits | None:
        now = (security.holdings.price, security.price, security.close)
        low, high = min(now), max(now)
        for source in security.cache.sources:
            closes = source.closes_ahead(self._stamp)
            if closes is None:
                return None
            for some in closes:
                low, high = min(low, float(some.min())), max(high, float(some.max()))
        return Limits(low, high)
