"""Futures as the chain filters see them. LEAN: Common/Securities/Future/FutureSymbol.cs."""

from __future__ import annotations

from datetime import datetime

from engine.common.errors import ArgumentException
from engine.common.symbol import Symbol
from engine.securities.future.futures_expiry_functions import futures_expiry_function
from engine.securities.future.futures_expiry_utility_functions import get_future_contract_month


class FutureSymbol:
    """Tells standard contracts from others."""

    @staticmethod
    def is_standard(symbol: Symbol) -> bool:
        """Return whether it expires on its product's day; a product without a rule has only such."""
        try:
            standard = futures_expiry_function(symbol)(get_future_contract_month(symbol))
        except ArgumentException:
            return True
        expiry = symbol.id.date
        return datetime(expiry.year, expiry.month, expiry.day) == datetime(
            standard.year, standard.month, standard.day
        )

    @staticmethod
    def is_weekly(symbol: Symbol) -> bool:
        """Return whether it expires on another day than its product's."""
        return not FutureSymbol.is_standard(symbol)
