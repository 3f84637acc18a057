"""Tickers of option and future contracts, written and read. LEAN: Common/SymbolRepresentation.cs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from engine.common.enums import OptionRight

FUTURES_MONTH_CODES = "FGHJKMNQUVXZ"


def generate_option_ticker_osi(underlying: str, right: OptionRight, strike: Decimal, expiry: datetime) -> str:
    """Return the OSI ticker: root padded to six, yyMMdd, C or P, strike times 1000 as eight digits."""
    if len(underlying) > 5:
        underlying += " "
    return f"{underlying:<6}{_contract_part(right, strike, expiry)}"


def generate_option_ticker_osi_compact(
    underlying: str, right: OptionRight, strike: Decimal, expiry: datetime
) -> str:
    """Return the OSI ticker without padding."""
    return underlying + _contract_part(right, strike, expiry)


class OptionTerms(NamedTuple):
    """What an OSI ticker says."""

    root: str
    expiry: datetime
    right: OptionRight
    strike: Decimal


def parse_option_ticker_osi(ticker: str) -> OptionTerms | None:
    """Return what an OSI ticker says, None if it is none."""
    root, contract = ticker[:-15].rstrip(), ticker[-15:]
    if not root or len(contract) < 15 or contract[6] not in "CP":
        return None
    if not (contract[:6] + contract[7:]).isdecimal():
        return None
    try:
        expiry = datetime(2000 + int(contract[:2]), int(contract[2:4]), int(contract[4:6]))
    except ValueError:
        return None
    right = OptionRight.CALL if contract[6] == "C" else OptionRight.PUT
    return OptionTerms(root, expiry, right, Decimal(int(contract[7:])) / 1000)


def _contract_part(right: OptionRight, strike: Decimal, expiry: datetime) -> str:
    # .NET rounds halves away from zero here, but a strike has at most three decimals.
    return f"{expiry:%y%m%d}{'C' if right is OptionRight.CALL else 'P'}{int(strike * 1000):08d}"


def generate_future_ticker(
    underlying: str,
    expiration: datetime,
    double_digits_year: bool = True,
    include_expiration_date: bool = True,
) -> str:
    """Return root, day of expiry, code and year of the *contract* month (ES20H20)."""
    from engine.securities.future.futures_expiry_utility_functions import (
        get_delta_between_contract_month_and_contract_expiry,
    )

    delta = get_delta_between_contract_month_and_contract_expiry(underlying, expiration)
    month = expiration.year * 12 + expiration.month - 1 + delta
    year = month // 12 % (100 if double_digits_year else 10)
    day = f"{expiration.day:02d}" if include_expiration_date else ""
    return f"{underlying}{day}{FUTURES_MONTH_CODES[month % 12]}{year}"
