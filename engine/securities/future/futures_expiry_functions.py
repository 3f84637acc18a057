"""When futures expire, by product. LEAN: Common/Securities/Future/FuturesExpiryFunctions.cs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from engine.common.errors import ArgumentException
from engine.common.symbol import Symbol
from engine.common.symbol_representation import FUTURES_MONTH_CODES
from engine.securities.future.futures_expiry_rules import (
    Rule,
    always,
    brent,
    business_day,
    business_day_after_month_end,
    business_days_before,
    crude_oil,
    day_of_month,
    feeder_cattle,
    given_day,
    ibovespa,
    last_business_day,
    last_friday,
    last_thursday,
    last_wednesday,
    monday_before_third_wednesday,
    msci_taiwan,
    open_or_after,
    open_or_before,
    second_friday,
    second_thursday,
    third_friday,
    third_friday_open,
    third_wednesday,
    vix,
    vix_mini,
)
from engine.securities.future.futures_expiry_utility_functions import add_months, get_expiration_holidays

ExpiryFunction = Callable[[datetime], datetime]


class FuturesExpiryFunctions:
    """Finds the function that turns a contract month into the moment at which its future expires."""

    @staticmethod
    def futures_expiry_function(symbol: Symbol) -> ExpiryFunction:
        """Return the function of a future's product, or raise."""
        product = _PRODUCTS.get((symbol.id.market, symbol.id.symbol))
        if product is None:
            raise ArgumentException(
                f"Expiry function not implemented for {symbol} in "
                "FuturesExpiryFunctions.FuturesExpiryDictionary"
            )
        return product.expiry


class _Product:
    # A rule, the months that have contracts, and the time of day (UTC in LEAN's table) at which trading ends.

    def __init__(self, market: str, ticker: str, rule: Rule, months: frozenset[int], at: timedelta) -> None:
        self._market = market
        self._ticker = ticker
        self._rule = rule
        self._months = months
        self._at = at

    def expiry(self, contract_month: datetime) -> datetime:
        while contract_month.month not in self._months:
            contract_month = add_months(contract_month, 1)
        holidays = get_expiration_holidays(self._market, self._ticker)
        return self._rule(contract_month, holidays) + self._at


def _products(
    market: str, tickers: str, rule: Rule, cycle: str = FUTURES_MONTH_CODES, at: str = "00:00"
) -> list[tuple[tuple[str, str], _Product]]:
    months = frozenset(FUTURES_MONTH_CODES.index(code) + 1 for code in cycle)
    time = timedelta(hours=int(at[:2]), minutes=int(at[3:]))
    return [((market, ticker), _Product(market, ticker, rule, months, time)) for ticker in tickers.split()]


_PRODUCTS: dict[tuple[str, str], _Product] = dict(
    [
        *_products("cme", "6L", business_days_before(given_day, 1), at="14:15"),
        *_products("nymex", "HRC", business_days_before(last_wednesday, 1)),
        *_products("sgx", "NK", business_days_before(second_friday, 1), at="14:30"),
        *_products("cme", "NIY", business_days_before(second_friday, 1), at="21:00"),
        *_products("cme", "6C", business_days_before(third_wednesday, 1), at="14:16"),
        *_products("ice", "G", business_days_before(day_of_month(14), 2), at="12:00"),
        *_products("cme", "MNH", business_days_before(third_wednesday, 2), at="03:00"),
        *_products("cme", "GE", business_days_before(third_wednesday, 2), at="11:00"),
        *_products("cme", "6B 6J 6E 6A 6M 6Z", business_days_before(third_wednesday, 2), at="14:16"),
        *_products("nymex", "NG", business_days_before(day_of_month(1), 3)),
        *_products("ice", "B", brent),
        *_products("cme", "GD", business_day(11), at="18:40"),
        *_products("cbot", "EH", business_day(3)),
        *_products("cme", "HE", business_day_after_month_end(10), cycle="GJKMNQVZ", at="12:00"),
        *_products("cbot", "ZM ZL", business_days_before(day_of_month(15), 1), cycle="FHKNQUVZ"),
        *_products("cbot", "ZS", business_days_before(day_of_month(15), 1), cycle="FHKNQUX"),
        *_products("cbot", "ZW KE ZC ZO", business_days_before(day_of_month(15), 1), cycle="HKNUZ"),
        *_products(
            "cme",
            "LBS LBR",
            business_days_before(day_of_month(16), 1),
            cycle="FHKNUX",
            at="17:05",
        ),
        *_products(
            "cme",
            "NKD ENY TPD TPY",
            business_days_before(second_friday, 1),
            cycle="HMUZ",
            at="21:00",
        ),
        *_products("cme", "MCD", business_days_before(third_wednesday, 1), cycle="HMUZ"),
        *_products("cme", "M6C", business_days_before(third_wednesday, 1), cycle="HMUZ", at="14:16"),
        *_products("cme", "M6A", business_days_before(third_wednesday, 2), cycle="HMUZ"),
        *_products(
            "cme",
            "6S 6N ACD AJY ANE CJY E7 EAD ECD ESK J7 M6E M6B MJY MSF M6J M6S",
            business_days_before(third_wednesday, 2),
            cycle="HMUZ",
            at="14:16",
        ),
        *_products("nymex", "CL HCL", crude_oil(3)),
        *_products("nymex", "MCL", crude_oil(4)),
        *_products("cme", "GF", feeder_cattle, cycle="FHJKQUVX"),
        *_products("cme", "IBV", ibovespa, cycle="GJMQVZ", at="20:00"),
        *_products("cme", "LE", last_business_day(1), cycle="GJMQVZ", at="12:00"),
        *_products("cbot", "ZF ZT", last_business_day(1), cycle="HMUZ", at="12:01"),
        *_products("cbot", "BWF 10Y 30Y 2YY 5YY BCF", last_business_day(1)),
        *_products("comex", "AUP EDP", last_business_day(1)),
        *_products(
            "nymex",
            "A0D A3G A91 ADB AGA APS AYX AZ1 B7H BK BOO CSX D1N DCB S5O M1B R5O MEF M35 1S 22 A1L "
            "A1M A1R A32 A7E A7I A7Q A8J A8K A8O AA6 AA8 ABS ABT AC0 AD0 AJL AJS AKL AKZ AR0 ARE "
            "AVZ B0 BR7 CRB CU E6 EWG EXR A0F EN EPN EVC EWN FO FRC FSS GCU MAF",
            last_business_day(1),
        ),
        *_products("ice", "SB", last_business_day(1, months=-1), cycle="HKNV"),
        *_products("nymex", "YO", last_business_day(1, months=-1), cycle="HKNV"),
        *_products("ice", "CC", last_business_day(12), cycle="HKNUZ"),
        *_products("ice", "OJ", last_business_day(15), cycle="FHKNUX"),
        *_products("ice", "CT", last_business_day(17), cycle="HKNVZ"),
        *_products("cme", "FT5", last_business_day(2), at="06:00"),
        *_products("hkfe", "HSI", last_business_day(2), at="16:00"),
        *_products("comex", "MGC", last_business_day(3), cycle="GJMQVZ"),
        *_products("comex", "GC SI SIL MGT", last_business_day(3)),
        *_products("nymex", "PL PA PAM", last_business_day(3)),
        *_products("cme", "MIR", last_business_day(3), at="06:30"),
        *_products("nyseliffe", "YI ZI", last_business_day(3), at="13:25"),
        *_products("nyseliffe", "YG ZG", last_business_day(3), at="13:30"),
        *_products("comex", "HG", last_business_day(3), at="17:00"),
        *_products("cbot", "TN", last_business_day(8), cycle="HMUZ"),
        *_products("cbot", "ZB ZN UB", last_business_day(8), cycle="HMUZ", at="12:01"),
        *_products("ice", "KC", last_business_day(9), cycle="HKNUZ"),
        *_products("nymex", "A9N HO RB", last_business_day(1, months=-1)),
        *_products("nymex", "HH", last_business_day(3, months=-1)),
        *_products("nymex", "HP", last_business_day(4, months=-1)),
        *_products("nymex", "AE5 AYV HTT", open_or_before(day_of_month(25, months=-1))),
        *_products("nymex", "BZ", last_business_day(1, months=-2)),
        *_products("sgx", "TW", msci_taiwan, at="13:45"),
        *_products("cme", "6R", open_or_after(day_of_month(15)), at="08:00"),
        *_products("nymex", "M5F", open_or_before(last_friday)),
        *_products("cme", "BTC ETH MET MBT", open_or_before(last_friday), at="15:00"),
        *_products("cme", "MRB MIB", open_or_before(last_thursday), at="15:00"),
        *_products("india", "NIFTY BANKNIFTY SENSEX", open_or_before(last_thursday), at="15:30"),
        *_products("krx", "KM", open_or_before(second_thursday), cycle="HMUZ", at="15:20"),
        *_products("cbot", "AW", open_or_before(third_wednesday), cycle="HMUZ", at="18:30"),
        *_products(
            "cbot",
            "F1U",
            open_or_before(monday_before_third_wednesday),
            cycle="HMUZ",
            at="19:00",
        ),
        *_products("cme", "CNH", open_or_before(monday_before_third_wednesday), at="03:00"),
        *_products("cme", "EMD", third_friday, cycle="HMUZ", at="13:30"),
        *_products("cme", "EI", third_friday, cycle="HMUZ", at="20:00"),
        *_products("cme", "FT1 E3G FTU", third_friday_open, cycle="HMUZ"),
        *_products(
            "eurex",
            "FDAX FSDX FDIV FDXS FDXM FSMX FTDX",
            third_friday_open,
            cycle="HMUZ",
            at="13:00",
        ),
        *_products("cbot", "YM MYM", third_friday_open, cycle="HMUZ", at="13:30"),
        *_products(
            "cme",
            "ES NQ MES MNQ M2K RTY RX ESG RS1 BIO",
            third_friday_open,
            cycle="HMUZ",
            at="13:30",
        ),
        *_products("eurex", "FESX", third_friday_open, cycle="HMUZ", at="13:30"),
        *_products("cme", "SDA", third_friday_open, cycle="Z", at="13:30"),
        *_products("nyseliffe", "M1EU M1JP M1MSA MXEA MXEF MXUS", third_friday_open, at="16:15"),
        *_products("ice", "DX", always(monday_before_third_wednesday), cycle="HMUZ", at="10:16"),
        *_products("cfe", "VX", vix, at="13:00"),
        *_products("cfe", "VXM", vix_mini, at="13:00"),
    ]
)

futures_expiry_function = FuturesExpiryFunctions.futures_expiry_function
