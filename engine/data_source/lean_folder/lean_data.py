"""Names of LEAN's data files and of the entries inside them (LEAN: Common/Util/LeanData.cs)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from engine.common.enums import Resolution, SecurityType, TickType
from engine.common.numbers import decimal_to_string, normalize
from engine.securities.future.futures_expiry_utility_functions import get_future_contract_month

if TYPE_CHECKING:
    from engine.common.symbol import Symbol

TYPE_FOLDERS = {
    SecurityType.BASE: "base",
    SecurityType.EQUITY: "equity",
    SecurityType.OPTION: "option",
    SecurityType.FUTURE: "future",
    SecurityType.FUTURE_OPTION: "futureoption",
    SecurityType.INDEX: "index",
    SecurityType.INDEX_OPTION: "indexoption",
}
TICK_NAMES = {TickType.TRADE: "trade", TickType.QUOTE: "quote", TickType.OPEN_INTEREST: "openinterest"}
_OPTIONS = frozenset((SecurityType.OPTION, SecurityType.INDEX_OPTION, SecurityType.FUTURE_OPTION))
_STRIKE_SCALE = Decimal(10_000)


def is_hour_or_daily(resolution: Resolution) -> bool:
    """Tell whether the bars of all days stand in one file."""
    return resolution in (Resolution.HOUR, Resolution.DAILY)


def file_root(symbol: Symbol) -> str:
    """Return the name that the files of a symbol carry, in lower case."""
    if symbol.security_type == SecurityType.OPTION:
        return symbol.underlying.value.lower()
    if symbol.security_type in (SecurityType.INDEX_OPTION, SecurityType.FUTURE_OPTION, SecurityType.FUTURE):
        return symbol.id.symbol.lower()
    return symbol.value.lower()


def zip_directory(symbol: Symbol, resolution: Resolution) -> str:
    """Return the folder of a symbol's files."""
    kind = symbol.security_type
    folder = f"{TYPE_FOLDERS[kind]}/{symbol.id.market.lower()}/{resolution.to_string().lower()}"
    if kind == SecurityType.FUTURE_OPTION:
        return f"{folder}/{file_root(symbol)}/{contract_month(symbol)}"
    return folder if is_hour_or_daily(resolution) else f"{folder}/{file_root(symbol)}"


def zip_name(symbol: Symbol, day: date, resolution: Resolution, tick_type: TickType) -> str:
    """Return the name of the zip file of a day (options: of a year for hour and daily bars)."""
    kind, tick = symbol.security_type, TICK_NAMES[tick_type]
    if is_hour_or_daily(resolution):
        if kind in _OPTIONS:
            return f"{file_root(symbol)}_{day.year}_{tick}_{style_name(symbol)}.zip"
        suffix = f"_{tick}" if kind == SecurityType.FUTURE else ""
        return f"{file_root(symbol)}{suffix}.zip"
    style = f"_{style_name(symbol)}" if kind in _OPTIONS else ""
    return f"{day:%Y%m%d}_{tick}{style}.zip"


def zip_path(symbol: Symbol, day: date, resolution: Resolution, tick_type: TickType) -> str:
    """Return the path of a zip file below the data folder."""
    return f"{zip_directory(symbol, resolution)}/{zip_name(symbol, day, resolution, tick_type)}"


@lru_cache(maxsize=16)
def _date_text(day: date) -> str:
    return f"{day:%Y%m%d}"


def entry_name(symbol: Symbol, day: date, resolution: Resolution, tick_type: TickType) -> str:
    """Return the name of a symbol's entry in its zip file."""
    kind, tick = symbol.security_type, TICK_NAMES[tick_type]
    whole = is_hour_or_daily(resolution)
    prefix = "" if whole else f"{_date_text(day)}_"
    bars = "" if whole else f"{resolution.to_string().lower()}_"
    if kind in _OPTIONS:
        return f"{prefix}{file_root(symbol)}_{bars}{tick}_{contract_tag(symbol)}.csv"
    if kind == SecurityType.FUTURE:
        return f"{prefix}{file_root(symbol)}_{bars}{tick}_{contract_month(symbol)}.csv"
    if resolution == Resolution.TICK and kind == SecurityType.EQUITY:
        return f"{prefix}{file_root(symbol)}_{tick_type.to_string()}_{resolution.to_string()}.csv"
    return f"{file_root(symbol)}.csv" if whole else f"{prefix}{file_root(symbol)}_{bars}{tick}.csv"


_TAGS_KEPT = 4096
_tags: dict[int, str] = {}
"""By the number of a contract, so that its symbol is not kept alive."""


def contract_tag(symbol: Symbol) -> str:
    """Return style, right, strike and expiry of an option as entry names carry them."""
    tag = _tags.get(symbol.id.properties)
    if tag is None:
        if len(_tags) >= _TAGS_KEPT:
            _tags.clear()
        tag = _tags[symbol.id.properties] = _made_tag(symbol)
    return tag


def _made_tag(symbol: Symbol) -> str:
    sid = symbol.id
    strike = decimal_to_string(normalize(sid.strike_price_decimal * _STRIKE_SCALE))
    right = sid.option_right.to_string().lower()
    return f"{style_name(symbol)}_{right}_{strike}_{sid.date:%Y%m%d}"


def style_name(symbol: Symbol) -> str:
    """Return "american" or "european"."""
    return symbol.id.option_style.to_string().lower()


def contract_month(symbol: Symbol) -> str:
    """Return the month (yyyyMM) of a future, of the one a continuous future stands for, or of an option's."""
    future = symbol if symbol.underlying is None else symbol.underlying
    return f"{get_future_contract_month(future):%Y%m}"


def constituents_path(etf: Symbol, day: date) -> str:
    """Return the path of a fund's constituents below the data folder."""
    folder = f"{TYPE_FOLDERS[etf.security_type]}/{etf.id.market}/universes/etf"
    return f"{folder}/{etf.value.lower()}/{day:%Y%m%d}.csv"


def shortable_path(brokerage: str, symbol: Symbol) -> str:
    """Return the path of the file with the shares of a symbol that a brokerage lends."""
    folder = f"{TYPE_FOLDERS[symbol.security_type]}/{symbol.id.market}/shortable"
    return f"{folder}/{brokerage}/symbols/{symbol.value.lower()}.csv"


def universe_path(canonical: Symbol, day: date) -> str:
    """Return the path of a chain universe file below the data folder."""
    folder = f"{TYPE_FOLDERS[canonical.security_type]}/{canonical.id.market}/universes/{file_root(canonical)}"
    if canonical.security_type == SecurityType.FUTURE_OPTION:
        folder = f"{folder}/{contract_month(canonical)}"
    return f"{folder}/{day:%Y%m%d}.csv"
