"""The models a security carries (LEAN: the model members of Common/Securities/Security.cs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.securities.buying_power_model import SecurityMarginModel
from engine.securities.margin_interest_rate_model import MarginInterestRateModel
from engine.securities.price_variation_models import SecurityPriceVariationModel
from engine.securities.security_data_filter import SecurityDataFilter
from engine.securities.security_exchange import SecurityExchange
from engine.securities.security_portfolio_model import SecurityPortfolioModel
from engine.securities.settlement_model import ImmediateSettlementModel
from engine.securities.shortable_provider import NullShortableProvider

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.securities.security_exchange_hours import SecurityExchangeHours

WEEKDAY_EXCHANGE_DAYS = 252
"""Trading days of a year on exchanges that close over weekends (LEAN: EquityExchange and its like)."""


class SecurityModels:
    """Fill, fee, slippage, settlement, buying power and the other replaceable rules of a security.

    A model is anything with LEAN's methods; the algorithm's own classes need not derive from ours.
    """

    __slots__ = (
        "_volatility_model",
        "buying_power_model",
        "data_filter",
        "fee_model",
        "fill_model",
        "margin_interest_rate_model",
        "on_volatility_model",
        "portfolio_model",
        "price_variation_model",
        "settlement_model",
        "shortable_provider",
        "slippage_model",
    )

    def _new_exchange(self, hours: SecurityExchangeHours) -> SecurityExchange:
        return SecurityExchange(hours)

    def _new_fill_model(self) -> Any:
        from engine.orders.fills.immediate_fill_model import ImmediateFillModel

        return ImmediateFillModel()

    def _new_fee_model(self) -> Any:
        from engine.orders.fees.interactive_brokers_fee_model import InteractiveBrokersFeeModel

        return InteractiveBrokersFeeModel()

    def _new_buying_power_model(self) -> Any:
        return SecurityMarginModel()

    def _set_default_models(self) -> None:
        """Set what the kind of security has before a brokerage model or the algorithm says otherwise."""
        from engine.orders.slippage.null_slippage_model import NullSlippageModel
        from engine.securities.volatility.volatility_model import VolatilityModel

        self.portfolio_model: Any = SecurityPortfolioModel()
        self.fill_model: Any = self._new_fill_model()
        self.fee_model: Any = self._new_fee_model()
        self.slippage_model: Any = NullSlippageModel.INSTANCE
        self.settlement_model: Any = ImmediateSettlementModel()
        self._volatility_model: Any = VolatilityModel.NULL
        self.on_volatility_model: Callable[[], None] | None = None
        self.buying_power_model: Any = self._new_buying_power_model()
        self.data_filter: Any = SecurityDataFilter()
        self.price_variation_model: Any = SecurityPriceVariationModel()
        self.margin_interest_rate_model: Any = MarginInterestRateModel.NULL
        self.shortable_provider: Any = NullShortableProvider.INSTANCE

    @property
    def volatility_model(self) -> Any:
        return self._volatility_model

    @volatility_model.setter
    def volatility_model(self, model: Any) -> None:
        self._volatility_model = model
        if self.on_volatility_model is not None:
            self.on_volatility_model()  # prices are handed out only where somebody takes them

    @property
    def margin_model(self) -> Any:
        """The buying power model under its other name."""
        return self.buying_power_model

    @margin_model.setter
    def margin_model(self, model: Any) -> None:
        self.buying_power_model = model

    def set_fee_model(self, fee_model: Any) -> None:
        self.fee_model = fee_model

    def set_fill_model(self, fill_model: Any) -> None:
        self.fill_model = fill_model

    def set_slippage_model(self, slippage_model: Any) -> None:
        self.slippage_model = slippage_model

    def set_settlement_model(self, settlement_model: Any) -> None:
        self.settlement_model = settlement_model

    def set_volatility_model(self, volatility_model: Any) -> None:
        self.volatility_model = volatility_model

    def set_buying_power_model(self, buying_power_model: Any) -> None:
        self.buying_power_model = buying_power_model

    def set_margin_model(self, margin_model: Any) -> None:
        self.buying_power_model = margin_model

    def set_margin_interest_rate_model(self, margin_interest_rate_model: Any) -> None:
        self.margin_interest_rate_model = margin_interest_rate_model

    def set_shortable_provider(self, shortable_provider: Any) -> None:
        self.shortable_provider = shortable_provider

    def set_data_filter(self, data_filter: Any) -> None:
        self.data_filter = data_filter
