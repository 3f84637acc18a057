"""What is done to every new security (LEAN: BrokerageModelSecurityInitializer.cs, ...)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, ClassVar

from engine.common.errors import InvalidOperationException
from engine.data.base_data import BaseData

if TYPE_CHECKING:
    from engine.securities.security import Security


class SecuritySeeder:
    """Gives new securities no price; others derive from it."""

    NULL: ClassVar[SecuritySeeder]

    def seed_security(self, security: Security) -> bool:
        """Give the security a first price; return whether there was one."""
        return True


SecuritySeeder.NULL = SecuritySeeder()


class FuncSecuritySeeder(SecuritySeeder):
    """Seeds with the data that a function returns, e.g. `self.get_last_known_prices`."""

    def __init__(self, seed_function: Callable[[Security], Any]) -> None:
        self._seed_function = seed_function

    def seed_security(self, security: Security) -> bool:
        """Push the data of the function; canonical symbols have none, an error leaves no seed."""
        if security.symbol.is_canonical():
            return True
        try:
            points = self._seed_function(security)
        except Exception:  # LEAN logs the failure and goes on: a seed is a help, not a need
            return False
        if points is None:
            return False
        found: Iterable[BaseData] = [points] if isinstance(points, BaseData) else points
        seeded = False
        for point in found:
            security.set_market_price(point)
            seeded = True
        return seeded


class FuncSecurityInitializer:
    """Calls a function with every new security."""

    def __init__(self, initializer: Callable[[Security], Any]) -> None:
        if not callable(initializer):
            raise InvalidOperationException(
                "FuncSecurityInitializer constructor requires an action taking a single security "
                "instance as an "
                "argument"
            )
        self._initializer = initializer

    def initialize(self, security: Security) -> None:
        self._initializer(security)


class BrokerageModelSecurityInitializer:
    """Gives a security the models of the brokerage, then a seed."""

    def __init__(self, brokerage_model: Any = None, security_seeder: SecuritySeeder | None = None) -> None:
        self._brokerage_model = brokerage_model
        self._seeder = security_seeder or SecuritySeeder.NULL

    def initialize(self, security: Security) -> None:
        model = self._brokerage_model
        security.fill_model = model.get_fill_model(security)
        security.fee_model = model.get_fee_model(security)
        security.slippage_model = model.get_slippage_model(security)
        security.settlement_model = model.get_settlement_model(security)
        security.buying_power_model = model.get_buying_power_model(security)
        security.margin_interest_rate_model = model.get_margin_interest_rate_model(security)
        # after the buying power model, whose leverage it is
        security.set_leverage(model.get_leverage(security))
        security.set_shortable_provider(model.get_shortable_provider(security))
        self._seeder.seed_security(security)


class CompositeSecurityInitializer:
    """Runs initializers one after the other."""

    def __init__(self, *initializers: Any) -> None:
        self._initializers = list(initializers)

    @property
    def initializers(self) -> list[Any]:
        return list(self._initializers)

    def initialize(self, security: Security) -> None:
        for initializer in self._initializers:
            initializer.initialize(security)

    def add_security_initializer(self, initializer: Any) -> None:
        """Run one more at the end."""
        self._initializers.append(initializer)

    def replace_brokerage_initializer(self, initializer: BrokerageModelSecurityInitializer) -> None:
        """Put the models of another brokerage in the place of the first ones, or before all others."""
        for position, known in enumerate(self._initializers):
            if isinstance(known, BrokerageModelSecurityInitializer):
                self._initializers[position] = initializer
                return
        self._initializers.insert(0, initializer)
