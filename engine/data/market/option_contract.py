"""An option of a chain (LEAN: Common/Data/Market/OptionContract.cs, OptionContracts.cs)."""

from __future__ import annotations

from datetime import datetime
from itertools import repeat
from typing import TYPE_CHECKING, Any

from engine.common.enums import OptionRight, OptionStyle
from engine.data.base_data import NO_TIME, BaseData, unknown_member
from engine.data.market.base_contract import BaseContract
from engine.data.market.data_dictionary import DataDictionary
from engine.data.market.option_numbers import KeptOptionNumbers, UniverseOptionNumbers

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.data.market.greeks import Greeks
    from engine.data.market.option_numbers import ChainMoment, SliceOptionNumbers
    from engine.data.market.universe_data import OptionUniverse
    from engine.data.universe_selection.universe_rows import ListedOption
    from engine.securities.symbol_properties import SymbolProperties

_TERMS = frozenset(("expiry", "strike", "right"))


class OptionContract(BaseContract):
    """An option of a chain: from the slice (with a price model), or a row of a universe file."""

    __slots__ = ("_listed", "expiry", "right", "strike")

    expiry: datetime
    strike: float
    right: OptionRight

    def __init__(
        self, symbol: Symbol, symbol_properties: SymbolProperties | None = None, time: datetime = NO_TIME
    ) -> None:
        multiplier = 1.0 if symbol_properties is None else float(symbol_properties.strike_multiplier)
        super().__init__(KeptOptionNumbers(symbol, multiplier, time))

    @classmethod
    def create(cls, source: Any, security: Any, underlying: BaseData | None = None) -> OptionContract:
        """Return a contract of a universe row and its symbol properties, or of an end time and a security."""
        if not isinstance(source, datetime):
            return cls.of_row(source, security)
        contract = cls(security.symbol, security.symbol_properties, source)
        if underlying is not None:
            contract.update(underlying)
        return contract

    @classmethod
    def of_row(cls, row: OptionUniverse, symbol_properties: SymbolProperties) -> OptionContract:
        """Return the contract of a row of a universe file."""
        contract = cls.__new__(cls)
        contract._numbers = UniverseOptionNumbers(row, float(symbol_properties.strike_multiplier))
        contract._moment = None
        return contract

    @classmethod
    def of_listed(cls, rows: list[ListedOption], strike_multiplier: float) -> list[OptionContract]:
        """Return the contracts of rows whose terms were read already: thousands, of which a few are looked at."""
        make = object.__new__
        contracts = []
        for pair in zip(rows, repeat(strike_multiplier)):
            contract = make(cls)
            contract._listed = pair
            contract.expiry = pair[0].expiry
            contracts.append(contract)
        return contracts

    @classmethod
    def of_slice(cls, options: list[SliceOptionNumbers], moment: ChainMoment) -> list[OptionContract]:
        """Return the contracts of a moment: hundreds each minute, of which filters ask for the terms only."""
        contracts = list(map(object.__new__, repeat(cls, len(options))))
        for contract, numbers in zip(contracts, options):
            contract._numbers = numbers
            contract._moment = moment
            contract.expiry = numbers.expiry
            contract.strike = numbers.strike
            contract.right = numbers.right
        return contracts

    def __getattr__(self, name: str) -> Any:
        # Reached only for a slot that was not filled yet.
        if name in _TERMS:
            value = getattr(self._numbers, name)
        elif name == "_numbers":
            listed, multiplier = self._listed
            value = UniverseOptionNumbers(listed.row, multiplier)
            self.right, self.strike = listed.right, listed.strike
        elif name == "_moment":
            value = None
        else:
            raise unknown_member(self, name)
        setattr(self, name, value)
        return value

    def update(self, data: BaseData) -> None:
        """Take one datum of this contract or of its underlying."""
        self._numbers.update(data)

    @property
    def scaled_strike(self) -> float:
        return self.strike * self._numbers.strike_multiplier

    @property
    def style(self) -> OptionStyle:
        return self.symbol.id.option_style

    @property
    def underlying_last_price(self) -> float:
        return self._numbers.underlying_price(self._moment)

    @property
    def theoretical_price(self) -> float:
        return self._numbers.theoretical_price(self)

    @property
    def implied_volatility(self) -> float:
        return self._numbers.implied_volatility(self)

    @property
    def greeks(self) -> Greeks:
        return self._numbers.greeks(self)


class OptionContracts(DataDictionary[OptionContract]):
    """Option contracts by symbol."""

    __slots__ = ()
