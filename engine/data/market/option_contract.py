"""An option of a chain (LEAN: Common/Data/Market/OptionContract.cs, OptionContracts.cs)."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from engine.common.enums import OptionRight, OptionStyle
from engine.data.base_data import NO_TIME, BaseData
from engine.data.market.base_contract import BaseContract
from engine.data.market.data_dictionary import DataDictionary
from engine.data.market.greeks import Greeks

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.common.symbol import Symbol
    from engine.securities.option.option_price_model_result import OptionPriceModelResult
    from engine.securities.symbol_properties import SymbolProperties


class OptionContract(BaseContract):
    """An option of a chain: from the slice (with a price model), or a row of a universe file."""

    __slots__ = ("_evaluate", "_result", "_strike_multiplier", "_underlying")

    def __init__(
        self, symbol: Symbol, symbol_properties: SymbolProperties | None = None, time: datetime = NO_TIME
    ) -> None:
        super().__init__(symbol, time)
        self._strike_multiplier = (
            1.0 if symbol_properties is None else float(symbol_properties.strike_multiplier)
        )
        self._underlying: BaseData | None = None
        self._evaluate: Callable[[], OptionPriceModelResult] | None = None
        self._result: OptionPriceModelResult | None = None

    @classmethod
    def create(cls, source: Any, security: Any, underlying: BaseData | None = None) -> OptionContract:
        """Return a contract of a universe row and its symbol properties, or of an end time and a security."""
        if isinstance(source, datetime):
            contract = cls(security.symbol, security.symbol_properties, source)
            contract._underlying = underlying
            return contract
        contract = cls(source.symbol, security, source.end_time)
        contract._universe = source
        contract._underlying = source.underlying
        return contract

    def set_option_price_model(self, evaluate: Callable[[], OptionPriceModelResult]) -> None:
        """Name the function that computes price, volatility and greeks when one of them is read."""
        self._evaluate, self._result = evaluate, None

    def update(self, data: BaseData) -> None:
        """Take one datum of the slice, of this contract or of its underlying."""
        if data.symbol.security_type == self.symbol.underlying.security_type:
            self._underlying = data
        else:
            super().update(data)

    def _model(self) -> OptionPriceModelResult | None:
        self._load()
        if self._result is None and self._evaluate is not None:
            self._result = self._evaluate()
        return self._result

    @property
    def strike(self) -> float:
        return float(self.symbol.id.strike_price)

    @property
    def scaled_strike(self) -> float:
        return self.strike * self._strike_multiplier

    @property
    def right(self) -> OptionRight:
        return self.symbol.id.option_right

    @property
    def style(self) -> OptionStyle:
        return self.symbol.id.option_style

    @property
    def underlying_last_price(self) -> float:
        self._load()
        return 0.0 if self._underlying is None else self._underlying.price

    @property
    def theoretical_price(self) -> float:
        result = self._model()
        return 0.0 if result is None else result.theoretical_price

    @property
    def implied_volatility(self) -> float:
        if self._universe is not None:
            return self._universe.implied_volatility
        result = self._model()
        return 0.0 if result is None else result.implied_volatility

    @property
    def greeks(self) -> Greeks:
        if self._universe is not None:
            return self._universe.greeks
        result = self._model()
        return NULL_GREEKS if result is None else result.greeks


NULL_GREEKS = Greeks()


class OptionContracts(DataDictionary[OptionContract]):
    """Option contracts by symbol."""

    __slots__ = ()
