"""Currency codes and their signs (LEAN: Common/Currencies.cs)."""

from __future__ import annotations

_SIGNS = {
    "USD": "$", "GBP": "₤", "JPY": "¥", "KRW": "₩", "EUR": "€", "NZD": "$", "AUD": "$", "CAD": "$",
    "CHF": "Fr", "HKD": "$", "SGD": "$", "XAG": "Ag", "XAU": "Au", "CNH": "¥", "CNY": "¥", "CZK": "Kč",
    "DKK": "kr", "HUF": "Ft", "INR": "₹", "MXN": "$", "NOK": "kr", "PLN": "zł", "SAR": "﷼", "SEK": "kr",
    "THB": "฿", "TRY": "₺", "TWD": "NT$", "ZAR": "R", "RUB": "₽", "BRL": "R$", "IDR": "Rp", "BTC": "₿",
    "ETH": "Ξ", "LTC": "Ł", "USDT": "₮",
}  # fmt: skip

_DOLLARS_WITHOUT_PAIR = {
    "binance": {"USDC", "USDT", "USDP", "SUSD", "BUSD", "UST", "TUSD", "FDUSD", "DAI", "BNFCR"},
    "bybit": {"USDC", "USDT", "USDP", "SUSD", "BUSD", "UST", "TUSD", "DAI"},
    "coinbase": {"USDC"},
    "dydx": {"USDC"},
}


class Currencies:
    """Codes LEAN names, and what is known of each currency."""

    USD = "USD"
    EUR = "EUR"
    GBP = "GBP"
    INR = "INR"
    IDR = "IDR"
    CNH = "CNH"
    CHF = "CHF"
    HKD = "HKD"
    JPY = "JPY"
    KRW = "KRW"
    NULL_CURRENCY = "QCC"

    @staticmethod
    def get_currency_symbol(currency: str) -> str:
        """Return the sign of a currency, or its code where there is none."""
        return _SIGNS.get(currency, currency)

    @staticmethod
    def is_stable_coin_without_pair(account_currency: str, cash_symbol: str, market: str) -> bool:
        """Return whether a market treats the coin as worth one dollar without listing the pair."""
        coins = _DOLLARS_WITHOUT_PAIR.get(market, ())
        dollars = ("USDT", "USDC", "USD")
        if account_currency not in dollars:
            return False
        return cash_symbol in coins or (cash_symbol in dollars and account_currency in coins)
