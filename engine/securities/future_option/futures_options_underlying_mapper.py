"""The future an option on futures is written on. LEAN: FuturesOptionsUnderlyingMapper.cs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from engine.common.enums import SecurityType
from engine.common.symbol import Symbol
from engine.securities.future.futures_expiry_functions import futures_expiry_function
from engine.securities.future.futures_expiry_utility_functions import (
    add_months,
    get_delta_between_contract_month_and_contract_expiry,
    get_future_contract_month,
)
from engine.securities.future.futures_listings import FuturesListings
from engine.securities.future_option.futures_options_symbol_mappings import FuturesOptionsSymbolMappings

# Options that expire the month before their future's contract month.
_ONE_MONTH_EARLIER = frozenset(
    "ZB ZC ZM ZN TN ZS ZT ZW ZL HG GC SI UB ZO KE ZF LBR LBS".split()  # noqa: SIM905
)
_BY_LISTING = "ZB ZC ZN ZS ZM ZT ZW ZL TN 6A 6B 6M 6J 6E 6C"

MonthRule = Callable[[datetime, datetime | None], datetime | None]


class FuturesOptionsUnderlyingMapper:
    """Finds futures by the expiry of their options."""

    @staticmethod
    def get_underlying_future_from_future_option(
        future_option_ticker: str,
        market: str,
        future_option_expiration: datetime,
        date: datetime | None = None,
    ) -> Symbol | None:
        """Return the future, None if none is listed at `date` that is late enough."""
        ticker = FuturesOptionsSymbolMappings.map_from_option(future_option_ticker)
        canonical = Symbol.create(ticker, SecurityType.FUTURE, market)
        month = FuturesOptionsUnderlyingMapper.get_future_contract_month_no_rules_applied(
            canonical, future_option_expiration
        )
        rule = _RULES.get(ticker)
        mapped = month if rule is None else rule(month, date)
        if mapped is None:
            return None
        return Symbol.create_future(ticker, market, futures_expiry_function(canonical)(mapped))

    @staticmethod
    def get_future_contract_month_no_rules_applied(
        canonical_future: Symbol, expiration: datetime
    ) -> datetime:
        """Return the contract month that an option's expiry suggests."""
        month = datetime(expiration.year, expiration.month, 1)
        ticker = canonical_future.id.symbol
        if ticker in _ONE_MONTH_EARLIER:
            return add_months(month, 1)
        return add_months(month, get_delta_between_contract_month_and_contract_expiry(ticker))


def _listed_rule(ticker: str) -> MonthRule:
    def rule(month: datetime, date: datetime | None) -> datetime | None:
        if date is None:
            raise TypeError(f"the future of an option on {ticker} depends on the date it is looked up on")
        chain = FuturesListings.listed_contracts(ticker, date) or []
        months = (get_future_contract_month(future) for future in sorted(chain, key=lambda f: f.id.date))
        return next((each for each in months if each >= month), None)

    return rule


def _even_month(month: datetime, date: datetime | None) -> datetime:
    return month if month.month % 2 == 0 else add_months(month, 1)


def _march_then_odd_month(month: datetime, date: datetime | None) -> datetime:
    if month.month <= 3:
        return datetime(month.year, 3, 1)
    return month if month.month % 2 else add_months(month, 1)


_RULES: dict[str, MonthRule] = {
    **{ticker: _listed_rule(ticker) for ticker in _BY_LISTING.split()},
    "HG": _march_then_odd_month,
    "SI": _march_then_odd_month,
    "GC": _even_month,
}
