"""Roots and expiries of index options. LEAN: Common/Securities/IndexOption/IndexOptionSymbol.cs."""

from __future__ import annotations

from datetime import datetime, timedelta

from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.securities.future.futures_expiry_utility_functions import third_friday

_INDEX_OF_ROOT = {"RUTW": "RUT", "SPXW": "SPX", "VIXW": "VIX", "NDXP": "NDX", "NQX": "NDX"}
_THIRD_FRIDAY_ONLY = frozenset({"NQX", "SPXW", "RUTW"})
_EXPIRY_AFTER_LAST_TRADE = frozenset({"SPX", "NDX", "VIX", "VIXW", "RUT"})


class IndexOptionSymbol:
    """What the root of an index option says about it."""

    SUPPORTED_INDEX_OPTION_TICKERS = frozenset({"SPX", "NDX", "VIX", "RUT", *_INDEX_OF_ROOT})

    @staticmethod
    def is_standard(symbol: Symbol) -> bool:
        """Return whether it is a monthly contract; roots with weeklies too: only on the third Friday."""
        if symbol.id.market != Market.USA or symbol.id.symbol not in _THIRD_FRIDAY_ONLY:
            return True
        return third_friday(symbol.id.date) == symbol.id.date

    @staticmethod
    def is_am_settled(symbol: Symbol) -> bool:
        """Return whether it settles on the opening print."""
        return symbol.id.symbol.upper() not in _INDEX_OF_ROOT

    @staticmethod
    def is_index_option(ticker: str) -> bool:
        """Return whether the ticker is a known root."""
        return ticker.upper() in IndexOptionSymbol.SUPPORTED_INDEX_OPTION_TICKERS

    @staticmethod
    def map_to_underlying(index_option: str) -> str:
        """Return the index of a root."""
        return _INDEX_OF_ROOT.get(index_option.upper(), index_option)

    @staticmethod
    def get_last_trading_date(ticker: str, expiration_date: datetime) -> datetime:
        """Return the day before an AM-settled expiry, else the expiry."""
        return expiration_date - timedelta(days=ticker in _EXPIRY_AFTER_LAST_TRADE)

    @staticmethod
    def get_expiry_date(ticker: str, last_trading_date: datetime) -> datetime:
        """Return the day after the last trade of an AM-settled root, else that day."""
        return last_trading_date + timedelta(days=ticker in _EXPIRY_AFTER_LAST_TRADE)
