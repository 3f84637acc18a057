"""Symbols under another ticker or contract. LEAN: Common/Symbol.cs, Common/Extensions.cs."""

from __future__ import annotations

from datetime import datetime

from engine.common.enums import OptionRight, SecurityType
from engine.common.errors import ArgumentException, InvalidOperationException
from engine.common.security_identifier import SecurityIdentifier
from engine.common.sid_encoding import OPTION_TYPES
from engine.common.symbol import Symbol
from engine.common.symbol_representation import generate_option_ticker_osi


def requires_mapping(symbol: Symbol) -> bool:
    """Return whether the symbol's ticker (or contract) can change (LEAN: Extensions.RequiresMapping)."""
    kind = symbol.security_type
    if kind is SecurityType.BASE:
        return symbol.underlying is not None and requires_mapping(symbol.underlying)
    if kind is SecurityType.FUTURE:
        return symbol.is_canonical()
    return kind in (SecurityType.EQUITY, SecurityType.OPTION)


def update_mapped_symbol(symbol: Symbol, mapped_symbol: str, contract_depth_offset: int = 0) -> Symbol:
    """Return the symbol with the ticker it is mapped to; a continuous future gets its contract below it."""
    kind = symbol.security_type
    if kind in OPTION_TYPES and kind is not SecurityType.OPTION:
        raise ArgumentException(f"SecurityType {kind.to_string()} can not be mapped.")
    if kind is SecurityType.FUTURE:
        if mapped_symbol == symbol.value:
            return symbol
        contract = Symbol(SecurityIdentifier.parse(mapped_symbol), mapped_symbol)
        contract = adjust_symbol_by_offset(contract, contract_depth_offset)
        return Symbol._make(symbol.id, contract.value, contract)
    underlying = symbol.underlying
    if underlying is not None:
        underlying = update_mapped_symbol(underlying, mapped_symbol, contract_depth_offset)
    if kind is not SecurityType.BASE and not requires_mapping(symbol):
        return Symbol._make(symbol.id, symbol.value, underlying)
    value = mapped_symbol
    if kind is SecurityType.OPTION:
        sid = symbol.id
        value = (
            symbol.value
            if symbol.is_canonical()
            else generate_option_ticker_osi(
                mapped_symbol, sid.option_right, sid.strike_price_decimal, sid.date
            )
        )
    return Symbol._make(symbol.id, value.upper(), underlying)


def adjust_symbol_by_offset(symbol: Symbol, offset: int) -> Symbol:
    """Return the contract so many expiries after this one."""
    from engine.securities.future.futures_expiry_functions import futures_expiry_function
    from engine.securities.future.futures_expiry_utility_functions import add_months

    if symbol.security_type is not SecurityType.FUTURE or symbol.is_canonical():
        raise InvalidOperationException(
            "Adjusting a symbol by an offset is currently only supported for non canonical futures"
        )
    for _ in range(offset):
        expiration = symbol.id.date
        function = futures_expiry_function(symbol)
        months = 1
        while (following := _midnight(function(add_months(expiration, months)))) <= expiration:
            months += 1
        symbol = Symbol.create_future(symbol.id.symbol, symbol.id.market, following)
    return symbol


def get_mirror_option_symbol(symbol: Symbol) -> Symbol:
    """Return the put of a call, and the other way round."""
    sid = symbol.id
    if sid.option_right_or_none is None or symbol.is_canonical() or symbol.underlying is None:
        raise ArgumentException(
            "Cannot create mirror contract for non-option symbol or canonical option symbol"
        )
    right = OptionRight.PUT if sid.option_right is OptionRight.CALL else OptionRight.CALL
    return Symbol.create_option(
        symbol.underlying, sid.symbol, sid.market, sid.option_style, right, sid.strike_price_decimal, sid.date
    )


def _midnight(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)
