"""A universe of the algorithm's own data (LEAN: Common/Data/UniverseSelection/FuncUniverse.cs)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from engine.common.symbol import Symbol
from engine.data.universe_selection.universe import Universe

if TYPE_CHECKING:
    from engine.common.enums import SecurityType
    from engine.data.subscription_data_config import SubscriptionDataConfig
    from engine.data.universe_selection.universe_settings import UniverseSettings


class FuncUniverse(Universe):
    """Selects what a function makes of the points of one time, the symbols of all points without one."""

    def __init__(
        self,
        configuration: SubscriptionDataConfig,
        universe_settings: UniverseSettings | None,
        universe_selector: Callable[[list[Any]], Iterable[Symbol]] | None = None,
    ) -> None:
        super().__init__(configuration, universe_settings)
        self._selector = universe_selector

    def select_symbols(self, stamp: int, data: Any) -> Iterable[Symbol]:
        if self._selector is None:
            return [point.symbol for point in data.data]
        return self._selector(data.data)


def symbols_of_names(
    selector: Callable[[list[Any]], Any] | None, security_type: SecurityType, market: str
) -> Callable[[list[Any]], Any] | None:
    """Let a selector return tickers as well as symbols."""
    if selector is None:
        return None

    def select(points: list[Any]) -> Any:
        result = selector(points)
        if result is Universe.UNCHANGED:
            return result
        return [x if isinstance(x, Symbol) else Symbol.create(x, security_type, market) for x in result]

    return select
