"""Options on futures as the chain filters see them. LEAN: FutureOptionSymbol.cs."""

from __future__ import annotations

from datetime import datetime

from engine.common.symbol import Symbol


class FutureOptionSymbol:
    """Every contract is a standard one and trades on its expiry."""

    @staticmethod
    def is_standard(symbol: Symbol) -> bool:
        """Return True: LEAN knows no weekly options on futures."""
        return True

    @staticmethod
    def get_last_day_of_trading(symbol: Symbol) -> datetime:
        """Return the date of expiry."""
        return datetime(symbol.id.date.year, symbol.id.date.month, symbol.id.date.day)
