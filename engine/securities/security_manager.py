"""The securities of the algorithm (LEAN: Common/Securities/SecurityManager.cs)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from engine.common.contract_set import ContractSet
from engine.common.errors import ArgumentException, KeyNotFoundException
from engine.common.extended_dictionary import ExtendedDictionary
from engine.common.symbol import Symbol, symbol_of
from engine.common.symbol_cache import SymbolCache
from engine.securities.security import Security

if TYPE_CHECKING:
    from engine.common.time_keeper import TimeKeeper
    from engine.data.subscription_data_config import SubscriptionDataConfig
    from engine.securities.security_service import SecurityService

ChangeListener = Callable[[bool, Security], None]


def symbol_for(key: Symbol | str | Security) -> Symbol:
    """Return the symbol that a key of LEAN's dictionaries stands for: a symbol, a ticker or a security."""
    if isinstance(key, Symbol):
        return key
    return key.symbol if isinstance(key, Security) else symbol_of(key)


class SecurityManager(ExtendedDictionary[Symbol, Security]):
    """Securities by symbol. Removed ones are not listed any more, but can still be looked up.

    A chain brings hundreds of contracts a day of which most are never traded. One that nothing happened to is let go
    when it is removed, and made anew should somebody ask for it; who still holds it finds the same one.
    """

    def __init__(self, time_keeper: TimeKeeper) -> None:
        self.time_keeper = time_keeper
        self._active: dict[Symbol, Security] = {}
        self._all: dict[Symbol, Security] = {}
        self._former: WeakValueDictionary[Symbol, Security] = WeakValueDictionary()
        self._former_contracts = ContractSet()
        self._former_others: set[Symbol] = set()
        self._ordered: set[Symbol] = set()
        self._service: SecurityService | None = None
        self.listeners: list[ChangeListener] = []
        """Called with True and the security that came, or False and the one that went."""

    @property
    def utc_time(self) -> datetime:
        return self.time_keeper.utc_time

    @property
    def total(self) -> list[Security]:
        """Every security there ever was, removed ones too."""
        for symbol in [*self._former_others, *self._former_contracts]:
            self._come_back(symbol)
        return list(self._all.values())

    def kept(self) -> Iterable[Security]:
        """Iterate over all but the removed ones that nothing ever happened to, without copying."""
        return self._all.values()

    def active(self) -> Iterable[Security]:
        """Iterate over the securities without copying; nothing may be added meanwhile."""
        return self._active.values()

    def add(self, symbol: Symbol | Security, security: Security | None = None) -> None:
        """Add a security unless its symbol is there already."""
        if isinstance(symbol, Security):
            security = symbol
            symbol = security.symbol
        if security is None:
            raise ArgumentException("SecurityManager.Add(): no security was given", "security")
        if symbol in self._active:
            return
        self._active[symbol] = security
        self._forget_former(symbol)
        self._all[symbol] = security
        security.set_time_keeper(self.time_keeper)
        for listener in self.listeners:
            listener(True, security)

    def remove(self, symbol: Symbol | str) -> bool:
        """Take a security off the list; return whether it was on it."""
        security = self._active.pop(symbol_for(symbol), None)
        if security is None:
            return False
        for listener in self.listeners:
            listener(False, security)
        symbol = security.symbol
        if symbol not in self._ordered and not _has_history(security):
            del self._all[symbol]
            self._former[symbol] = security
            if self._former_contracts.add(symbol):
                SymbolCache.let_go(symbol)
            else:
                self._former_others.add(symbol)
        return True

    def note_order(self, symbol: Symbol) -> None:
        """Keep a security for good: an order was placed."""
        if symbol not in self._ordered:
            self._ordered.add(symbol)
            self._find(symbol)

    def clear(self) -> None:
        """Forget every security."""
        self._active.clear()
        self._all.clear()
        self._former_contracts.clear()
        self._former_others.clear()

    def _is_former(self, symbol: Symbol) -> bool:
        return symbol in self._former_others or symbol in self._former_contracts

    def _forget_former(self, symbol: Symbol) -> None:
        self._former_others.discard(symbol)
        self._former_contracts.discard(symbol)

    def _come_back(self, symbol: Symbol) -> Security | None:
        if not self._is_former(symbol):
            return None
        self._forget_former(symbol)
        security = self._former.get(symbol)
        if security is None:
            underlying = self._find(symbol.underlying) if symbol.underlying is not None else None
            security = self.create_security(
                symbol, add_to_symbol_cache=False, underlying=underlying, seed_security=False
            )
            security.set_time_keeper(self.time_keeper)
            security.reset()
        self._all[symbol] = security
        return security

    # the dictionary

    @property
    def is_read_only(self) -> bool:
        return False

    def __getitem__(self, key: Symbol | str | Security) -> Security:
        symbol = key if type(key) is Symbol else symbol_for(key)
        security = self._all.get(symbol) or self._come_back(symbol)
        if security is None:
            raise KeyNotFoundException(_not_found(symbol))
        return security

    def __setitem__(self, key: Symbol | str, security: Security) -> None:
        symbol = symbol_for(key)
        known = self._active.get(symbol)
        if known is None:
            self.add(symbol, security)
        elif known is not security:
            raise ArgumentException(f"Unable to overwrite existing Security: {symbol}")

    def _find(self, key: Any) -> Security | None:
        symbol = symbol_for(key)
        return self._all.get(symbol) or self._come_back(symbol)

    def contains_key(self, key: Any) -> bool:
        if key is None:
            return False
        symbol = symbol_for(key)
        return symbol in self._all or self._is_former(symbol)

    def _pairs(self) -> Iterable[tuple[Symbol, Security]]:
        return list(self._active.items())

    def __len__(self) -> int:
        return len(self._active)

    # making securities

    def set_security_service(self, service: SecurityService) -> None:
        self._service = service

    @property
    def security_service(self) -> SecurityService:
        if self._service is None:
            raise RuntimeError("SecurityManager: set_security_service was not called")
        return self._service

    def create_security(
        self,
        symbol: Symbol,
        subscription_data_config: SubscriptionDataConfig | list[SubscriptionDataConfig] | None = None,
        leverage: float | Decimal = 0,
        add_to_symbol_cache: bool = True,
        underlying: Security | None = None,
        seed_security: bool = True,
    ) -> Security:
        """Return a new security of the right kind; see `SecurityService.create_security`."""
        return self.security_service.create_security(
            symbol, subscription_data_config, leverage, add_to_symbol_cache, underlying, seed_security
        )

    def create_benchmark_security(self, symbol: Symbol) -> Security:
        """Return a security that is used only as the benchmark."""
        return self.security_service.create_benchmark_security(symbol)

    def set_live_mode(self, is_live_mode: bool) -> None:
        self.security_service.set_live_mode(is_live_mode)


def _has_history(security: Security) -> bool:
    holdings = security.holdings
    return bool(
        holdings.quantity_decimal
        or holdings.total_sale_volume_decimal
        or holdings.total_fees_decimal
        or security.cache.has_properties
        or (holdings.target is not None and holdings.target.quantity)
    )


def _not_found(symbol: Symbol) -> str:
    if symbol.id.properties == 0:  # made of a text that no added security goes by
        return (
            f"The ticker {symbol.id.symbol} was not found in the SymbolCache. Use the Symbol object as "
            "key instead. "
            "Accessing the securities collection/slice object by string ticker is only available for "
            "securities added "
            "with the add_security-family methods. For more details, please check out the documentation."
        )
    return (
        f"This asset symbol ({symbol}) was not found in your security list. Please add this security "
        "before using it. "
        "To prevent the exception, use self.securities.get(symbol), which returns None when the symbol "
        "is not found, "
        "or guard the access with 'if symbol in self.securities:'."
    )
