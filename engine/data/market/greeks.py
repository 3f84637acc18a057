"""Sensitivities of an option's price (LEAN: Common/Data/Market/Greeks.cs, ModeledGreeks.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_DAYS = 365.0


class Greeks:
    """Delta, gamma, vega, theta (per year), rho and lambda."""

    __slots__ = ("delta", "gamma", "lambda_", "rho", "theta", "vega")

    def __init__(
        self,
        delta: float = 0.0,
        gamma: float = 0.0,
        vega: float = 0.0,
        theta: float = 0.0,
        rho: float = 0.0,
        lambda_: float = 0.0,
    ) -> None:
        self.delta = delta
        self.gamma = gamma
        self.vega = vega
        self.theta = theta
        self.rho = rho
        self.lambda_ = lambda_

    @property
    def theta_per_day(self) -> float:
        return self.theta / _DAYS

    @theta_per_day.setter
    def theta_per_day(self, value: float) -> None:
        self.theta = value * _DAYS


class ModeledGreeks(Greeks):
    """Greeks of a price model, each computed when it is first read."""

    __slots__ = ("_models",)

    def __init__(self, **models: Callable[[], float]) -> None:
        self._models = models

    def __getattr__(self, name: str) -> float:
        if name != "_models" and name in self._models:
            value = self._models[name]()
            setattr(self, name, value)
            return value
        raise AttributeError(f"'{type(self).__name__}' object has no attribute '{name}'", name=name, obj=self)
