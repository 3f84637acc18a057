"""Margin of options on futures (LEAN: Common/Securities/FutureOption/FuturesOptionsMarginModel.cs)."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.common.enums import OptionRight, PositionSide
from engine.common.numbers import double_to_decimal, to_float
from engine.securities.buying_power_parameters import InitialMarginParameters, MaintenanceMarginParameters
from engine.securities.future.future_margin_model import FutureMarginModel
from engine.securities.margins import InitialMargin, MaintenanceMargin, Number

if TYPE_CHECKING:
    from engine.securities.option.option import Option

# (growth of the curve, factor of the future's margin, factor of the future's price) by right and side
_CURVES = {
    (OptionRight.CALL, PositionSide.LONG): (Decimal("-7.8"), Decimal("1.20"), Decimal(1)),
    (OptionRight.PUT, PositionSide.LONG): (Decimal(9), Decimal(1), Decimal(1)),
    (OptionRight.CALL, PositionSide.SHORT): (Decimal(-4), Decimal(1), Decimal("1.5")),
    (OptionRight.PUT, PositionSide.SHORT): (Decimal("2.4"), Decimal("1.25"), Decimal("0.30")),
}


class FuturesOptionsMarginModel(FutureMarginModel):
    """The future's margin on a logistic curve of moneyness, in whole units of currency."""

    def __init__(
        self, required_free_buying_power_percent: Number = 0, future_option: Option | None = None
    ) -> None:
        underlying = None if future_option is None else future_option.underlying
        super().__init__(required_free_buying_power_percent, underlying)
        self._option = future_option

    def _per_contract(self, name: str) -> Decimal:
        return self.get_margin_requirement(self._option, super()._per_contract(name))

    def get_maintenance_margin(self, parameters: MaintenanceMarginParameters) -> MaintenanceMargin:
        quantity = parameters.quantity_decimal
        of_future = super().get_maintenance_margin(parameters.for_underlying(quantity)).value_decimal
        return MaintenanceMargin(self.get_margin_requirement(self._option, of_future, _side(quantity)))

    def get_initial_margin_requirement(self, parameters: InitialMarginParameters) -> InitialMargin:
        of_future = super().get_initial_margin_requirement(parameters.for_underlying()).value_decimal
        return InitialMargin(
            self.get_margin_requirement(self._option, of_future, _side(parameters.quantity_decimal))
        )

    @staticmethod
    def get_margin_requirement(
        option: Option, underlying_requirement: Decimal, position_side: PositionSide = PositionSide.LONG
    ) -> Decimal:
        """Return the margin of an option whose future needs `underlying_requirement`."""
        spot = option.underlying.price_decimal
        return FuturesOptionsMarginModel.margin_at(option, underlying_requirement, position_side, spot)

    @staticmethod
    def margin_at(
        option: Option, underlying_requirement: Decimal, position_side: PositionSide, spot: Decimal
    ) -> Decimal:
        """Return the margin of an option while its future is at `spot`: it rises or falls with it all the way."""
        if not spot:
            return Decimal(0)
        growth, margin_factor, price_factor = _CURVES[option.right, position_side]
        maximum = underlying_requirement * margin_factor
        spot *= price_factor
        exponent = to_float(-growth * (option.scaled_strike_price_decimal - spot) / spot)
        try:
            power = math.pow(math.e, exponent)
        except OverflowError:
            return Decimal(0)
        if not power:
            return Decimal(int(maximum))
        return Decimal(int(maximum / double_to_decimal(1 + power)))


def _side(quantity: Decimal) -> PositionSide:
    return PositionSide.LONG if quantity > 0 else PositionSide.SHORT
