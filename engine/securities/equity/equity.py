"""A share (LEAN: Common/Securities/Equity/Equity.cs)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar

from engine.common.enums import DataNormalizationMode
from engine.securities.buying_power_model import SecurityMarginModel
from engine.securities.equity.equity_exchange import EquityExchange
from engine.securities.price_variation_models import AdjustedPriceVariationModel, EquityPriceVariationModel
from engine.securities.security import Security
from engine.securities.security_exchange import SecurityExchange

if TYPE_CHECKING:
    from engine.securities.security_exchange_hours import SecurityExchangeHours


class Equity(Security):
    """A share or fund."""

    __slots__ = ()

    DEFAULT_SETTLEMENT_DAYS: ClassVar[int] = 1
    DEFAULT_SETTLEMENT_TIME: ClassVar[timedelta] = timedelta(hours=6)

    def _new_exchange(self, hours: SecurityExchangeHours) -> SecurityExchange:
        return EquityExchange(hours)

    def _new_fill_model(self) -> Any:
        from engine.orders.fills.equity_fill_model import EquityFillModel

        return EquityFillModel()

    def _new_buying_power_model(self) -> Any:
        return SecurityMarginModel(2)

    def _set_default_models(self) -> None:
        super()._set_default_models()
        self.price_variation_model = AdjustedPriceVariationModel()

    def set_data_normalization_mode(self, mode: DataNormalizationMode) -> None:
        """Set the mode of every subscription; adjusted prices have no tick."""
        super().set_data_normalization_mode(mode)
        if mode == DataNormalizationMode.ADJUSTED:
            self.price_variation_model = AdjustedPriceVariationModel()
        else:
            self.price_variation_model = EquityPriceVariationModel()

    @property
    def total_shortable_quantity(self) -> int | None:
        """How many shares may be sold short, None where it is not known."""
        return self.shortable_provider.shortable_quantity(self.symbol, self.local_time)

    @property
    def shortable(self) -> bool:
        quantity = self.total_shortable_quantity
        return quantity is None or quantity > 0
