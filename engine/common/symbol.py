"""Symbol: a security identifier together with today's ticker. LEAN: Common/Symbol.cs."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from weakref import ref

from engine.common.enums import OptionRight, OptionStyle, SecurityType
from engine.common.errors import (
    ArgumentException,
    ArgumentNullException,
    InvalidOperationException,
    NotImplementedException,
)
from engine.common.market import Market
from engine.common.security_identifier import SecurityIdentifier
from engine.common.sid_encoding import OPTION_TYPES
from engine.common.symbol_cache import SymbolCache
from engine.common.symbol_representation import generate_future_ticker, generate_option_ticker_osi

_DATED_UNDERLYINGS = OPTION_TYPES | {SecurityType.EQUITY, SecurityType.FUTURE, SecurityType.BASE}
_UNDERLYING_OF = {
    SecurityType.OPTION: SecurityType.EQUITY,
    SecurityType.FUTURE_OPTION: SecurityType.FUTURE,
    SecurityType.INDEX_OPTION: SecurityType.INDEX,
}


class Symbol:
    """Immutable; equal when the ids are equal, sorted by value. Mostly one object per id, so cheap."""

    __slots__ = ("__weakref__", "_canonical", "_hash", "id", "security_type", "underlying", "value")

    id: SecurityIdentifier
    value: str
    underlying: Symbol | None
    security_type: SecurityType
    _hash: int
    _canonical: Symbol | None
    EMPTY: Symbol
    NONE: Symbol

    def __new__(cls, sid: SecurityIdentifier, value: str, underlying: Symbol | None = None) -> Symbol:
        if value is None:
            raise ArgumentNullException("Value cannot be null.", "value")
        if underlying is None and sid.has_underlying:
            underlying = Symbol(sid.underlying, sid.underlying.symbol)
            value = get_alias(sid, underlying) or value
        elif underlying is None and sid.security_type is SecurityType.FUTURE:
            value = get_alias(sid) or value
        return cls._make(sid, value.upper(), underlying)

    @classmethod
    def _make(cls, sid: SecurityIdentifier, value: str, underlying: Symbol | None) -> Symbol:
        known = None if sid.symbol_object is None else sid.symbol_object()
        if known is not None and known.value == value and _same(known.underlying, underlying):
            return known
        self = object.__new__(cls)
        self.id = sid
        self.value = value
        self.underlying = underlying
        self.security_type = sid.security_type
        self._hash = hash(sid)
        self._canonical = None
        sid.symbol_object = ref(self)
        return self

    # Making symbols ----

    @staticmethod
    def create(
        ticker: str,
        security_type: SecurityType,
        market: str,
        alias: str | None = None,
        base_data_type: type | None = None,
    ) -> Symbol:
        """Return the symbol of a ticker; options and futures become canonical ones."""
        make = _MAKERS.get(security_type)
        if make is not None:
            return Symbol._make(make(ticker, market), (alias or ticker).upper(), None)
        if security_type is SecurityType.BASE:
            sid = SecurityIdentifier.generate_base(base_data_type, ticker, market)
            return Symbol._make(sid, (alias or ticker).upper(), None)
        if security_type is SecurityType.FUTURE:
            sid = SecurityIdentifier.generate_future(SecurityIdentifier.DEFAULT_DATE, ticker, market)
            return Symbol(sid, alias or ticker)
        if security_type is SecurityType.OPTION:
            return Symbol.create_option(
                ticker, market, OptionStyle.AMERICAN, OptionRight.CALL, 0, SecurityIdentifier.DEFAULT_DATE
            )
        if security_type is SecurityType.INDEX_OPTION:
            return Symbol.create_canonical_option(
                Symbol.create(ticker, SecurityType.INDEX, market), None, market
            )
        if security_type is SecurityType.FUTURE_OPTION:
            raise NotImplementedException(
                "Cannot create future option Symbol using this method (insufficient information). "
                "Use `CreateOption(Symbol, ...)` instead."
            )
        raise NotImplementedException(
            f"The security type has not been implemented yet: {SecurityType(security_type).to_string()}"
        )

    @staticmethod
    def create_base(base_type: type, underlying: Symbol, market: str | None = None) -> Symbol:
        """Return the symbol of custom data about an underlying."""
        day = underlying.id.date if underlying.security_type in _DATED_UNDERLYINGS else None
        sid = SecurityIdentifier.generate_base(base_type, underlying.id.symbol, market or Market.USA, day=day)
        return Symbol._make(sid, underlying.value, underlying)

    @staticmethod
    def create_option(
        underlying: Symbol | str | SecurityIdentifier, *args: object, **named: object
    ) -> Symbol:
        """Return the symbol of an option contract.

        LEAN's overloads: `(underlying, market, style, right, strike, expiry, alias=None)`, the same with
        `target_option` after `underlying`, where `underlying` is a Symbol or an equity's ticker, and
        `(sid, value, underlying=None)`.
        """
        if isinstance(underlying, SecurityIdentifier):
            return _option_of_sid(underlying, *args, **named)  # type: ignore[arg-type]
        if isinstance(underlying, str):
            return _option_of_ticker(underlying, *args, **named)  # type: ignore[arg-type]
        if "target_option" in named or (len(args) > 1 and (args[1] is None or isinstance(args[1], str))):
            return _option(underlying, *args, **named)  # type: ignore[arg-type]
        return _option(underlying, None, *args, **named)  # type: ignore[arg-type]

    @staticmethod
    def create_canonical_option(
        underlying_symbol: Symbol,
        target_option: str | None = None,
        market: str | None = None,
        alias: str | None = None,
    ) -> Symbol:
        """Return the symbol of a whole chain.

        LEAN's overloads: `(underlying, target_option, market, alias)` and `(underlying, market, alias)`; the
        second is meant when the text after the underlying is a known market's name.
        """
        if target_option and Market.encode(target_option) is not None and target_option.islower():
            target_option, market, alias = None, target_option, market
        sid_type = underlying_symbol.security_type
        style = OptionStyle.EUROPEAN if sid_type is SecurityType.INDEX else OptionStyle.AMERICAN
        market = market or underlying_symbol.id.market
        expiry = SecurityIdentifier.DEFAULT_DATE
        return _option(underlying_symbol, target_option, market, style, OptionRight.CALL, 0, expiry, alias)

    @staticmethod
    def create_future(ticker: str, market: str, expiry: datetime, alias: str | None = None) -> Symbol:
        """Return the symbol of a future."""
        sid = SecurityIdentifier.generate_future(expiry, ticker, market)
        return Symbol._make(sid, (alias or get_alias(sid) or ticker).upper(), None)

    @staticmethod
    def get_option_type_from_underlying(underlying: Symbol | SecurityType) -> SecurityType:
        """Return the kind of option that such an underlying has."""
        from engine.common.sid_encoding import option_type_of

        return option_type_of(underlying.security_type if isinstance(underlying, Symbol) else underlying)

    @staticmethod
    def get_underlying_from_option_type(security_type: SecurityType) -> SecurityType:
        """Return what such an option is written on."""
        if security_type not in _UNDERLYING_OF:
            raise ArgumentException(
                f"No underlying type exists for option SecurityType: {security_type.to_string()}"
            )
        return _UNDERLYING_OF[security_type]

    # Members ----

    @property
    def has_underlying(self) -> bool:
        """True for options, mapped continuous futures and custom data about something."""
        return self.underlying is not None

    def is_canonical(self) -> bool:
        """Return whether it stands for a whole chain (or a continuous future)."""
        sid = self.id
        return (
            sid.security_type is SecurityType.FUTURE
            or (sid.option_right_or_none is not None and sid.has_underlying)
        ) and sid.date == SecurityIdentifier.DEFAULT_DATE

    @property
    def canonical(self) -> Symbol:
        """The chain this contract belongs to; a canonical symbol is its own."""
        if self._canonical is None:
            if self.is_canonical():
                self._canonical = self
            elif self.security_type in OPTION_TYPES:
                assert self.underlying is not None
                self._canonical = Symbol.create_canonical_option(
                    self.underlying, self.id.symbol, self.id.market, None
                )
            elif self.security_type is SecurityType.FUTURE:
                self._canonical = Symbol.create(self.id.symbol, SecurityType.FUTURE, self.id.market)
            else:
                raise InvalidOperationException(
                    "Canonical is only defined for SecurityType.Option, SecurityType.Future, "
                    "SecurityType.FutureOption"
                )
        return self._canonical

    def has_canonical(self) -> bool:
        """Return whether it is a contract of a chain."""
        return self.security_type in _CHAIN_TYPES and not self.is_canonical()

    def has_underlying_symbol(self, symbol: Symbol) -> bool:
        """Return whether the symbol is below this one, at any depth."""
        current = self.underlying
        while current is not None:
            if current == symbol:
                return True
            current = current.underlying
        return False

    def update_mapped_symbol(self, mapped_symbol: str, contract_depth_offset: int = 0) -> Symbol:
        """Return the symbol under the ticker (or future contract) it is mapped to now."""
        from engine.common.symbol_mapping import update_mapped_symbol

        return update_mapped_symbol(self, mapped_symbol, contract_depth_offset)

    def contains(self, value: str) -> bool:
        """Return whether the value contains the text."""
        return value in self.value

    def starts_with(self, value: str) -> bool:
        """Return whether the value starts with the text."""
        return self.value.startswith(value)

    def ends_with(self, value: str) -> bool:
        """Return whether the value ends with the text."""
        return self.value.endswith(value)

    def to_lower(self) -> str:
        """Return the value in lower case."""
        return self.value.lower()

    def to_upper(self) -> str:
        """Return the value in upper case."""
        return self.value.upper()

    # Comparing and text ----

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if isinstance(other, Symbol):
            return self._hash == other._hash and self.id == other.id
        if isinstance(other, str):
            return self.id == symbol_of(other).id
        if isinstance(other, SecurityIdentifier):
            return self.id == other
        if other is None:
            return self.id == SecurityIdentifier.EMPTY
        # contracts, rows of a universe and securities stand for their symbol
        named = getattr(other, "symbol", None)
        return isinstance(named, Symbol) and self.id == named.id

    def compare_to(self, other: Symbol | str) -> int:
        """Return -1, 0 or 1: values compared without regard to case."""
        mine = self.value.upper()
        theirs = (other.value if isinstance(other, Symbol) else other).upper()
        return (mine > theirs) - (mine < theirs)

    def __lt__(self, other: Symbol | str) -> bool:
        return self.compare_to(other) < 0

    def __le__(self, other: Symbol | str) -> bool:
        return self.compare_to(other) <= 0

    def __gt__(self, other: Symbol | str) -> bool:
        return self.compare_to(other) > 0

    def __ge__(self, other: Symbol | str) -> bool:
        return self.compare_to(other) >= 0

    def __str__(self) -> str:
        return SymbolCache.get_ticker(self)

    to_string = __str__

    def __repr__(self) -> str:
        return str(self)

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def __deepcopy__(self, memo: object) -> Symbol:
        return self

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (str(self.id), self.value, self.underlying)


def _registered(name: str) -> property:
    # A number that a registrar gave the symbol, as far as the data source knows it.
    def read(self: Symbol) -> Any:
        from engine.securities.security_definition_symbol_resolver import SecurityDefinitionSymbolResolver

        return SecurityDefinitionSymbolResolver.number_of(self, name)

    return property(read)


for _name in ("cusip", "composite_figi", "sedol", "isin", "cik"):
    setattr(Symbol, _name, _registered(_name))


def symbol_of(ticker: Any) -> Symbol:
    """Return the symbol of a symbol, a text, a security or a contract of a chain.

    Unknown text becomes a BASE symbol, as LEAN converts it.
    """
    if isinstance(ticker, Symbol):
        return ticker
    if not isinstance(ticker, str):
        return ticker.symbol
    return SymbolCache.try_get_symbol(ticker) or Symbol._make(
        SecurityIdentifier(ticker, 0), ticker.upper(), None
    )


def get_alias(sid: SecurityIdentifier, underlying: Symbol | None = None) -> str | None:
    """Return the value that LEAN derives for an option or future, None for other kinds."""
    if sid.option_right_or_none is not None:
        assert underlying is not None
        root = underlying.value if sid.symbol == underlying.id.symbol else sid.symbol
        if sid.date == SecurityIdentifier.DEFAULT_DATE:
            return f"?{root.upper()}"
        if len(root) > 5:
            root += " "
        return generate_option_ticker_osi(root, sid.option_right, sid.strike_price_decimal, sid.date)
    if sid.security_type is SecurityType.FUTURE:
        if sid.date == SecurityIdentifier.DEFAULT_DATE:
            return f"/{sid.symbol}"
        return generate_future_ticker(sid.symbol, sid.date)
    return None


def _same(one: Symbol | None, other: Symbol | None) -> bool:
    if one is other:
        return True
    return one is not None and other is not None and one.id is other.id and one.value == other.value


def _rebuild(sid: str, value: str, underlying: Symbol | None) -> Symbol:
    return Symbol._make(SecurityIdentifier.parse(sid), value, underlying)


def _option(
    underlying: Symbol,
    target_option: str | None,
    market: str,
    style: OptionStyle,
    right: OptionRight,
    strike: float | Decimal,
    expiry: datetime,
    alias: str | None = None,
) -> Symbol:
    sid = SecurityIdentifier.generate_option(
        expiry, underlying.id, target_option, market, strike, right, style
    )
    return Symbol._make(sid, (alias or get_alias(sid, underlying) or "").upper(), underlying)


def _option_of_ticker(
    underlying: str,
    market: str,
    style: OptionStyle,
    right: OptionRight,
    strike: float | Decimal,
    expiry: datetime,
    alias: str | None = None,
    map_symbol: bool = True,
) -> Symbol:
    sid = SecurityIdentifier.generate_equity(underlying, market, map_symbol)
    equity = Symbol._make(sid, underlying.upper(), None)
    return _option(equity, None, market, style, right, strike, expiry, alias)


def _option_of_sid(sid: SecurityIdentifier, value: str, underlying: Symbol | None = None) -> Symbol:
    if sid.option_right_or_none is None:
        raise ArgumentException(f"The provided SecurityIdentifier is not for an option: {sid}", "value")
    if underlying is not None and underlying.id != sid.underlying:
        raise ArgumentException(
            f"The provided SecurityIdentifier does not match the underlying symbol: {sid} != {underlying.id}",
            "underlying",
        )
    return Symbol(sid, value) if underlying is None else Symbol._make(sid, value.upper(), underlying)


_CHAIN_TYPES = OPTION_TYPES | {SecurityType.FUTURE}
_MAKERS = {
    SecurityType.EQUITY: SecurityIdentifier.generate_equity,
    SecurityType.INDEX: SecurityIdentifier.generate_index,
    SecurityType.FOREX: SecurityIdentifier.generate_forex,
    SecurityType.CFD: SecurityIdentifier.generate_cfd,
    SecurityType.CRYPTO: SecurityIdentifier.generate_crypto,
    SecurityType.CRYPTO_FUTURE: lambda ticker, market: SecurityIdentifier.generate_crypto_future(
        SecurityIdentifier.DEFAULT_DATE, ticker, market
    ),
}

Symbol.EMPTY = Symbol._make(SecurityIdentifier.EMPTY, "", None)
Symbol.NONE = Symbol._make(SecurityIdentifier.NONE, "NONE", None)
