"""Roots of options on futures that differ from the future's. LEAN: FuturesOptionsSymbolMappings.cs."""

from __future__ import annotations

_OPTION_OF_FUTURE = {
    "EH": "OEH",
    "KE": "OKE",
    "TN": "OTN",
    "UB": "OUB",
    "YM": "OYM",
    "ZB": "OZB",
    "ZC": "OZC",
    "ZF": "OZF",
    "ZL": "OZL",
    "ZM": "OZM",
    "ZN": "OZN",
    "ZO": "OZO",
    "ZS": "OZS",
    "ZT": "OZT",
    "ZW": "OZW",
    "RTY": "RTO",
    "GC": "OG",
    "HG": "HXE",
    "SI": "SO",
    "CL": "LO",
    "HCL": "HCO",
    "HO": "OH",
    "NG": "ON",
    "PA": "PAO",
    "PL": "PO",
    "RB": "OB",
    "YG": "OYG",
    "ZG": "OZG",
    "ZI": "OZI",
    "6A": "ADU",
    "6B": "GBU",
    "6C": "CAU",
    "6E": "EUU",
    "6J": "JPU",
    "6S": "CHU",
}
_FUTURE_OF_OPTION = {option: future for future, option in _OPTION_OF_FUTURE.items()}


class FuturesOptionsSymbolMappings:
    """Translates between the root of a future and that of its options."""

    @staticmethod
    def map(future_ticker: str) -> str:
        """Return the root of a future's options."""
        ticker = future_ticker.upper()
        return _OPTION_OF_FUTURE.get(ticker, ticker)

    @staticmethod
    def map_from_option(future_option_ticker: str) -> str:
        """Return the root of the future an option is written on."""
        ticker = future_option_ticker.upper()
        return _FUTURE_OF_OPTION.get(ticker, ticker)
