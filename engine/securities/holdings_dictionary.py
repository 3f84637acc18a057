"""The portfolio as a dictionary (LEAN: the dictionary members of SecurityPortfolioManager.cs)."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from engine.common.errors import NotImplementedException
from engine.common.extended_dictionary import ExtendedDictionary
from engine.common.symbol import Symbol
from engine.securities.security_holding import SecurityHolding

if TYPE_CHECKING:
    from engine.securities.security import Security
    from engine.securities.security_manager import SecurityManager


class HoldingsDictionary(ExtendedDictionary[Symbol, SecurityHolding]):
    """Shows the holdings of the securities; nothing can be added or removed here."""

    securities: SecurityManager

    @abstractmethod
    def _on_securities_changed(self, added: bool, security: Security) -> None:
        """Take notice that a security came or went."""

    def __getitem__(self, key: Symbol | str | Security) -> SecurityHolding:
        return self.securities[key].holdings

    def __setitem__(self, key: Symbol | str, holding: SecurityHolding) -> None:
        security = self.securities[key]
        self._on_securities_changed(False, security)
        security.holdings = holding
        self._on_securities_changed(True, security)

    def _find(self, key: Any) -> SecurityHolding | None:
        security = self.securities.get(key)
        return None if security is None else security.holdings

    def _pairs(self) -> Iterable[tuple[Symbol, SecurityHolding]]:
        return [(symbol, security.holdings) for symbol, security in self.securities.items()]

    def __len__(self) -> int:
        return len(self.securities)

    @property
    def is_read_only(self) -> bool:
        return False

    def add(self, *_: object) -> None:
        raise NotImplementedException(
            "Portfolio object is an adaptor for Security Manager. To add a new asset add the required "
            "data during "
            "initialization."
        )

    def clear(self) -> None:
        raise NotImplementedException(
            "Portfolio object is an adaptor for Security Manager and cannot be cleared."
        )

    def remove(self, key: Any) -> bool:
        raise NotImplementedException(
            "Portfolio object is an adaptor for Security Manager and objects cannot be removed."
        )
