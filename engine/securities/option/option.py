"""An option: a contract, or the canonical option of a chain (LEAN: Common/Securities/Option/Option.cs)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar

from engine.common.enums import DataNormalizationMode, OptionRight, OptionStyle, SettlementType
from engine.common.errors import ArgumentException
from engine.common.numbers import to_decimal, to_float
from engine.orders.exact import float_of
from engine.securities.derivative_cache import DerivativeCache
from engine.securities.option.default_option_assignment_model import DefaultOptionAssignmentModel
from engine.securities.option.option_margin_model import OptionMarginModel
from engine.securities.option.option_payoff import intrinsic_value, pay_off
from engine.securities.option.option_portfolio_model import OptionPortfolioModel
from engine.securities.option.option_symbol_properties import OptionSymbolProperties
from engine.securities.security import Security
from engine.securities.security_derivative_filter import option_filter
from engine.securities.security_exchange import SecurityExchange
from engine.securities.security_models import WEEKDAY_EXCHANGE_DAYS

if TYPE_CHECKING:
    from engine.data.market.option_contract import OptionContract
    from engine.data.market.slice import Slice
    from engine.securities.option.option_price_model_result import OptionPriceModelResult
    from engine.securities.security_exchange_hours import SecurityExchangeHours
    from engine.securities.symbol_properties import SymbolProperties

Number = float | Decimal
_AUTO_EXERCISED_FROM = Decimal("0.01")
_DEFAULT_FILTER = (-1, 1, timedelta(0), timedelta(days=35))


class Option(Security):
    """Option on an equity; index and future options derive from it."""

    __slots__ = (
        "_price_model",
        "contract_filter",
        "exercise_settlement",
        "option_assignment_model",
        "option_exercise_model",
        "scaled_strike_price_decimal",
        "underlying",
    )

    DEFAULT_SETTLEMENT_DAYS: ClassVar[int] = 1
    DEFAULT_SETTLEMENT_TIME: ClassVar[timedelta] = timedelta(hours=6)

    symbol_properties: OptionSymbolProperties

    def __init__(self, *args: Any, underlying: Security | None = None, **named: Any) -> None:
        from engine.orders.option_exercise.default_exercise_model import DefaultExerciseModel

        self.underlying: Any = underlying
        super().__init__(*args, **named)
        self.data_normalization_mode = DataNormalizationMode.RAW
        self.exercise_settlement = SettlementType.PHYSICAL_DELIVERY
        self.option_exercise_model: Any = DefaultExerciseModel()
        self.option_assignment_model: Any = DefaultOptionAssignmentModel()
        self._price_model: Any = None
        self.contract_filter: Any = option_filter(_DEFAULT_FILTER)
        strike_multiplier = self.symbol_properties.strike_multiplier_decimal
        self.scaled_strike_price_decimal = self.strike_price_decimal * strike_multiplier

    def _new_cache(self) -> DerivativeCache:
        return DerivativeCache()

    def _new_exchange(self, hours: SecurityExchangeHours) -> SecurityExchange:
        return SecurityExchange(hours, WEEKDAY_EXCHANGE_DAYS)

    def _new_buying_power_model(self) -> Any:
        return OptionMarginModel()

    def _set_default_models(self) -> None:
        super()._set_default_models()
        self.portfolio_model = OptionPortfolioModel()

    # the contract

    strike_price = float_of("strike_price_decimal")
    scaled_strike_price = float_of("scaled_strike_price_decimal")

    @property
    def strike_price_decimal(self) -> Decimal:
        return self.symbol.id.strike_price_decimal

    @property
    def expiry(self) -> datetime:
        return self.symbol.id.date

    @property
    def right(self) -> OptionRight:
        return self.symbol.id.option_right

    @property
    def style(self) -> OptionStyle:
        return self.symbol.id.option_style

    @property
    def is_option_chain(self) -> bool:
        return self.symbol.is_canonical()

    @property
    def is_option_contract(self) -> bool:
        return not self.symbol.is_canonical()

    @property
    def bid_price(self) -> float:
        """Last bid; 0 while there was none, for an option's last price says nothing about its bid."""
        return self.cache.bid_price

    @property
    def bid_price_decimal(self) -> Decimal:
        return self.cache.bid_price_decimal

    @property
    def ask_price(self) -> float:
        return self.cache.ask_price

    @property
    def ask_price_decimal(self) -> Decimal:
        return self.cache.ask_price_decimal

    @property
    def contract_unit_of_trade(self) -> int:
        return self.symbol_properties.contract_unit_of_trade

    @contract_unit_of_trade.setter
    def contract_unit_of_trade(self, value: int) -> None:
        self.symbol_properties.set_contract_unit_of_trade(value)

    @property
    def contract_multiplier(self) -> int:
        return int(self.symbol_properties.contract_multiplier_decimal)

    @contract_multiplier.setter
    def contract_multiplier(self, value: int) -> None:
        self.symbol_properties.set_contract_multiplier(value)

    # exercise

    def get_aggregate_exercise_amount(self) -> float:
        """Return what exercising one contract costs or brings."""
        return to_float(self.strike_price_decimal * self.contract_multiplier)

    def get_exercise_quantity(self, exercise_order_quantity: Number | None = None) -> float:
        """Return the order of the underlying that an exercise of the holding (or of an order) is."""
        return to_float(self.get_exercise_quantity_decimal(exercise_order_quantity))

    def get_exercise_quantity_decimal(self, exercise_order_quantity: Number | None = None) -> Decimal:
        """See `get_exercise_quantity`; an order's quantity is minus the contracts that go."""
        quantity = (
            -self.holdings.quantity_decimal
            if exercise_order_quantity is None
            else to_decimal(exercise_order_quantity)
        )
        sign = -1 if self.right == OptionRight.CALL else 1
        return sign * quantity * self.contract_unit_of_trade

    def is_auto_exercised(self, underlying_price: Number) -> bool:
        """Return whether the option is exercised at expiry without an order."""
        return self.get_intrinsic_value_decimal(underlying_price) >= _AUTO_EXERCISED_FROM

    def get_intrinsic_value(self, underlying_price: Number) -> float:
        return to_float(self.get_intrinsic_value_decimal(underlying_price))

    def get_intrinsic_value_decimal(self, underlying_price: Number) -> Decimal:
        return intrinsic_value(to_decimal(underlying_price), self.scaled_strike_price_decimal, self.right)

    def get_pay_off(self, underlying_price: Number) -> float:
        return to_float(self.get_pay_off_decimal(underlying_price))

    def get_pay_off_decimal(self, underlying_price: Number) -> Decimal:
        return pay_off(to_decimal(underlying_price), self.scaled_strike_price_decimal, self.right)

    def out_of_the_money_amount(self, underlying_price: Number) -> float:
        return to_float(self.out_of_the_money_amount_decimal(underlying_price))

    def out_of_the_money_amount_decimal(self, underlying_price: Number) -> Decimal:
        return max(Decimal(0), -self.get_pay_off_decimal(underlying_price))

    def set_option_assignment_model(self, option_assignment_model: Any) -> None:
        self.option_assignment_model = option_assignment_model

    def set_option_exercise_model(self, option_exercise_model: Any) -> None:
        self.option_exercise_model = option_exercise_model

    # price model

    @property
    def price_model(self) -> Any:
        """Model of price, greeks and implied volatility."""
        if self._price_model is None:
            self._price_model = self._new_price_model()
        return self._price_model

    @price_model.setter
    def price_model(self, model: Any) -> None:
        self._price_model = model

    def _new_price_model(self) -> Any:
        from engine.securities.option.indicator_based_option_price_model_provider import (
            IndicatorBasedOptionPriceModelProvider,
        )

        return IndicatorBasedOptionPriceModelProvider.INSTANCE.get_option_price_model(self.symbol)

    def set_price_model(self, price_model: Any) -> None:
        self._price_model = price_model

    def evaluate_price_model(self, slice: Slice | None, contract: OptionContract) -> OptionPriceModelResult:
        """Return what the price model makes of a contract at this moment."""
        from engine.securities.option.option_price_model_parameters import OptionPriceModelParameters

        return self.price_model.evaluate(OptionPriceModelParameters(self, slice, contract))

    @property
    def enable_greek_approximation(self) -> bool:
        """LEAN's old name of the member of QLOptionPriceModel; False for other models."""
        return getattr(self.price_model, "enable_greek_approximation", False)

    @enable_greek_approximation.setter
    def enable_greek_approximation(self, value: bool) -> None:
        if hasattr(self.price_model, "enable_greek_approximation"):
            self.price_model.enable_greek_approximation = value

    # the chain

    def set_filter(self, *arguments: Any) -> None:
        """Set which contracts are kept: a function, strikes, expiries, or strikes and expiries."""
        self.contract_filter = option_filter(arguments)

    def set_data_normalization_mode(self, mode: DataNormalizationMode) -> None:
        if mode != DataNormalizationMode.RAW:
            raise ArgumentException("DataNormalizationMode.Raw must be used with options")
        super().set_data_normalization_mode(mode)

    def update_symbol_properties(self, symbol_properties: SymbolProperties | None) -> None:
        if symbol_properties is not None:
            self.symbol_properties = OptionSymbolProperties(symbol_properties)
