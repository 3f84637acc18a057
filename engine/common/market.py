"""Markets and the codes they have inside a security identifier. LEAN: Common/Market.cs."""

from __future__ import annotations

from engine.common.errors import ArgumentException, ArgumentOutOfRangeException

_MAX_CODE = 1000

_CODES: dict[str, int] = {
    "empty": 0,
    "usa": 1,
    "fxcm": 2,
    "oanda": 3,
    "dukascopy": 4,
    "bitfinex": 5,
    "cmeglobex": 6,
    "nymex": 7,
    "cbot": 8,
    "ice": 9,
    "cboe": 10,
    "india": 11,
    "kraken": 13,
    "bittrex": 14,
    "bithumb": 15,
    "binance": 16,
    "poloniex": 17,
    "coinone": 18,
    "hitbtc": 19,
    "okcoin": 20,
    "bitstamp": 21,
    "comex": 22,
    "cme": 23,
    "sgx": 24,
    "hkfe": 25,
    "nyseliffe": 26,
    "cfe": 33,
    "ftx": 34,
    "ftxus": 35,
    "binanceus": 36,
    "bybit": 37,
    "coinbase": 38,
    "interactivebrokers": 39,
    "eurex": 40,
    "ose": 41,
    "dydx": 42,
    "krx": 43,
}
# Code 12 was GDAX, which today is another name of coinbase.
_NAMES: dict[int, str] = {code: name for name, code in _CODES.items()} | {12: "coinbase"}


class Market:
    """Market names, and the table of their codes."""

    USA = "usa"
    OANDA = "oanda"
    FXCM = "fxcm"
    DUKASCOPY = "dukascopy"
    BITFINEX = "bitfinex"
    GLOBEX = "cmeglobex"
    NYMEX = "nymex"
    CBOT = "cbot"
    ICE = "ice"
    CBOE = "cboe"
    CFE = "cfe"
    INDIA = "india"
    COMEX = "comex"
    CME = "cme"
    EUREX = "eurex"
    SGX = "sgx"
    HKFE = "hkfe"
    OSE = "ose"
    NYSELIFFE = "nyseliffe"
    GDAX = "coinbase"
    KRAKEN = "kraken"
    BITSTAMP = "bitstamp"
    OK_COIN = "okcoin"
    BITHUMB = "bithumb"
    BINANCE = "binance"
    POLONIEX = "poloniex"
    COINONE = "coinone"
    HIT_BTC = "hitbtc"
    BITTREX = "bittrex"
    FTX = "ftx"
    FTXUS = "ftxus"
    BINANCE_US = "binanceus"
    BYBIT = "bybit"
    COINBASE = "coinbase"
    INTERACTIVE_BROKERS = "interactivebrokers"
    DYDX = "dydx"
    KRX = "krx"

    @staticmethod
    def add(market: str, identifier: int) -> None:
        """Give a market of the algorithm's own a code below 1000."""
        market = market.lower()
        if identifier >= _MAX_CODE:
            raise ArgumentOutOfRangeException(
                f"The market identifier is limited to positive values less than {_MAX_CODE}.", "identifier"
            )
        if _CODES.get(market, identifier) != identifier:
            raise ArgumentException(
                f"Attempted to add an already added market with a different identifier. Market: {market}"
            )
        if identifier in _NAMES:
            raise ArgumentException(
                "Attempted to add a market identifier that is already in use. "
                f"New Market: {market} Existing Market: {_NAMES[identifier]}"
            )
        _CODES[market] = identifier
        _NAMES[identifier] = market

    @staticmethod
    def encode(market: str) -> int | None:
        """Return the code of a market, or None."""
        return _CODES.get(market)

    @staticmethod
    def decode(code: int) -> str | None:
        """Return the market of a code, or None."""
        return _NAMES.get(code)

    @staticmethod
    def supported_markets() -> list[str]:
        """Return every known market."""
        return list(_CODES)
