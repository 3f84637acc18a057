"""What a price model makes of an option (LEAN: Common/Securities/Option/OptionPriceModelResult.cs)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from engine.data.market.greeks import Greeks


class OptionPriceModelResult:
    """Theoretical price, implied volatility and greeks; each may be a function, called when it is first read.

    LEAN's constructors: (), (price, greeks), (price, implied volatility, greeks).
    """

    NONE: ClassVar[OptionPriceModelResult]
    """The result of a model that has nothing to go by."""

    __slots__ = ("_greeks", "_price", "_volatility")

    def __init__(
        self,
        theoretical_price: float | Callable[[], float] = 0.0,
        implied_volatility: Any = 0.0,
        greeks: Any = None,
    ) -> None:
        if greeks is None and isinstance(implied_volatility, Greeks):
            implied_volatility, greeks = 0.0, implied_volatility
        self._price: Any = theoretical_price
        self._volatility: Any = implied_volatility
        self._greeks: Any = Greeks() if greeks is None else greeks

    @property
    def theoretical_price(self) -> float:
        if callable(self._price):
            self._price = self._price()
        return self._price

    @theoretical_price.setter
    def theoretical_price(self, value: float) -> None:
        self._price = value

    @property
    def implied_volatility(self) -> float:
        if callable(self._volatility):
            self._volatility = self._volatility()
        return self._volatility

    @implied_volatility.setter
    def implied_volatility(self, value: float) -> None:
        self._volatility = value

    @property
    def greeks(self) -> Greeks:
        if callable(self._greeks):
            self._greeks = self._greeks()
        return self._greeks

    @greeks.setter
    def greeks(self, value: Greeks) -> None:
        self._greeks = value


OptionPriceModelResult.NONE = OptionPriceModelResult()
