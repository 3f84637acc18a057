"""SecurityIdentifier: what a security is, as one number and a root. LEAN: Common/SecurityIdentifier.cs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary, ref

from engine.common.enums import OptionRight, OptionStyle, SecurityType
from engine.common.errors import ArgumentException, FormatException, InvalidOperationException
from engine.common.market import Market
from engine.common.numbers import to_decimal
from engine.common.sid_encoding import (
    OPTION_TYPES,
    STRIKE_NEGATIVE_BIT,
    STRIKE_SCALE_ZERO,
    decode_base36,
    encode_base36,
    encode_strike,
    market_code,
    option_type_of,
)

if TYPE_CHECKING:
    from engine.common.symbol import Symbol

# Decimal digits of one integer: {put/call:1}{days:5}{style:1}{strike:6}{strike scale:2}{market:3}{type:2}
_MARKET = 100
_STRIKE_SCALE = 100_000
_STRIKE = 10_000_000
_STYLE = 10**13
_DAYS = 10**14
_RIGHT = 10**19

_DATED_TYPES = OPTION_TYPES | {
    SecurityType.BASE,
    SecurityType.EQUITY,
    SecurityType.FUTURE,
    SecurityType.INDEX,
    SecurityType.CRYPTO_FUTURE,
}
_MIDNIGHT = time()

FirstTicker = Callable[[str, str, SecurityType, date | None], tuple[str, date] | None]


class SecurityIdentifier:
    """An immutable id. Equal ids are one object while anybody has one, so comparing is cheap."""

    __slots__ = ("__weakref__", "_date", "_hash", "_market", "_strike", "_style", "_text", "_underlying",
                 "option_right_or_none", "properties", "security_type", "symbol", "symbol_object")  # fmt: skip

    symbol: str
    properties: int
    security_type: SecurityType
    option_right_or_none: OptionRight | None
    symbol_object: ref[Symbol] | None
    """The Symbol this id most often wears; kept by engine.common.symbol."""
    _underlying: SecurityIdentifier | None
    _hash: int
    _date: datetime | None
    _market: str | None
    _strike: Decimal | None
    _style: OptionStyle | None
    _text: str | None

    DEFAULT_DATE = datetime(1899, 12, 30)
    EMPTY: SecurityIdentifier
    NONE: SecurityIdentifier

    first_ticker: FirstTicker | None = None
    """How an equity's first ticker and date are found (its map file); the launcher sets it for the run."""

    _cache: WeakValueDictionary[tuple[str, int, SecurityIdentifier | None], SecurityIdentifier]
    _parsed: WeakValueDictionary[str, SecurityIdentifier]
    _timed: WeakValueDictionary[tuple[SecurityIdentifier, datetime], SecurityIdentifier]
    _cache, _parsed, _timed = WeakValueDictionary(), WeakValueDictionary(), WeakValueDictionary()

    def __new__(
        cls, symbol: str, properties: int, underlying: SecurityIdentifier | None = None
    ) -> SecurityIdentifier:
        key = (symbol, properties, underlying)
        known = cls._cache.get(key)
        if known is not None:
            return known
        if "|" in symbol or " " in symbol:
            raise ArgumentException("Symbol must not contain the characters '|' or ' '.", "symbol")
        try:
            security_type = SecurityType(properties % 100)
        except ValueError:
            raise ArgumentException(
                "The provided properties do not match with a valid SecurityType", "properties"
            ) from None
        self = super().__new__(cls)
        self.symbol = symbol
        self.properties = properties
        self.security_type = security_type
        self.symbol_object = None
        self.option_right_or_none = (
            OptionRight(properties // _RIGHT % 10) if security_type in OPTION_TYPES else None
        )
        self._underlying = underlying
        self._hash = hash(key)
        self._date = None
        self._market = None
        self._strike = None
        self._style = None
        self._text = None
        cls._cache[key] = self
        return self

    # Members ----

    @property
    def has_underlying(self) -> bool:
        """True for options and for what is mapped onto another security."""
        return self._underlying is not None

    @property
    def underlying(self) -> SecurityIdentifier:
        """The id below; raises where there is none."""
        if self._underlying is None:
            raise InvalidOperationException(
                "No underlying specified for this identifier. "
                "Check that HasUnderlying is true before accessing the Underlying property."
            )
        return self._underlying

    @property
    def date(self) -> datetime:
        """Expiry of a derivative, first trading date of an equity."""
        if self._date is None:
            if self.security_type not in _DATED_TYPES:
                raise InvalidOperationException(
                    "Date is only defined for SecurityType.Equity, SecurityType.Option, SecurityType.Future, "
                    "SecurityType.FutureOption, SecurityType.IndexOption, and SecurityType.Base"
                )
            self._date = self.DEFAULT_DATE + timedelta(days=self.properties // _DAYS % 100_000)
        return self._date

    @property
    def market(self) -> str:
        """Name of the market, or its number where nobody named it."""
        if self._market is None:
            code = self.properties // _MARKET % 1000
            self._market = Market.decode(code) or str(code)
        return self._market

    @property
    def strike_price_decimal(self) -> Decimal:
        """Exact strike."""
        if self._strike is None:
            self._require_option("StrikePrice")
            scale = self.properties // _STRIKE_SCALE % 100 - STRIKE_SCALE_ZERO
            unscaled = self.properties // _STRIKE % 1_000_000
            if unscaled & STRIKE_NEGATIVE_BIT:
                unscaled = -(unscaled ^ STRIKE_NEGATIVE_BIT)
            self._strike = Decimal(unscaled * 10**scale) if scale >= 0 else Decimal(unscaled).scaleb(scale)
        return self._strike

    @property
    def strike_price(self) -> float:
        """Strike of an option."""
        return float(self.strike_price_decimal)

    @property
    def option_right(self) -> OptionRight:
        """Call or put."""
        self._require_option("OptionRight")
        return self.option_right_or_none  # type: ignore[return-value]

    @property
    def option_style(self) -> OptionStyle:
        """American or European."""
        if self._style is None:
            self._require_option("OptionStyle")
            self._style = OptionStyle(self.properties // _STYLE % 10)
        return self._style

    def _require_option(self, member: str) -> None:
        if self.option_right_or_none is None:
            kinds = "SecurityType.Option, SecurityType.FutureOption, and SecurityType.IndexOption"
            raise InvalidOperationException(f"{member} is only defined for {kinds}")

    # Making ids ----

    @classmethod
    def generate_equity(
        cls,
        symbol: str | datetime,
        market: str,
        map_symbol: bool | str = True,
        map_file_provider: FirstTicker | None = None,
        mapping_resolve_date: date | None = None,
    ) -> SecurityIdentifier:
        """Return the id of the equity that bears the ticker today, or at once of (first date, ticker, market)."""
        if isinstance(symbol, datetime):
            return cls._generate(symbol, market, SecurityType.EQUITY, str(map_symbol))
        day = cls.DEFAULT_DATE
        if map_symbol:
            symbol, day = cls._first_ticker_of(symbol, market, map_file_provider, mapping_resolve_date)
        return cls._generate(day, symbol, SecurityType.EQUITY, market)

    @classmethod
    def generate_option(
        cls,
        expiry: datetime,
        underlying: SecurityIdentifier,
        target_option: str | None,
        market: str,
        strike: float | Decimal,
        option_right: OptionRight,
        option_style: OptionStyle,
    ) -> SecurityIdentifier:
        """Return the id of an option; its root is the target or the underlying's (future options: mapped)."""
        if not target_option:
            target_option = underlying.symbol
            if underlying.security_type is SecurityType.FUTURE:
                from engine.securities.future_option.futures_options_symbol_mappings import (
                    FuturesOptionsSymbolMappings,
                )

                target_option = FuturesOptionsSymbolMappings.map(target_option)
        kind, price = option_type_of(underlying.security_type), to_decimal(strike)
        return cls._generate(
            expiry, target_option, kind, market, price, option_right, option_style, underlying
        )

    @classmethod
    def generate_future(cls, expiry: datetime, symbol: str, market: str) -> SecurityIdentifier:
        """Return the id of a future."""
        return cls._generate(expiry, symbol, SecurityType.FUTURE, market)

    @classmethod
    def generate_index(cls, symbol: str, market: str) -> SecurityIdentifier:
        """Return the id of an index."""
        return cls._generate(cls.DEFAULT_DATE, symbol, SecurityType.INDEX, market)

    @classmethod
    def generate_forex(cls, symbol: str, market: str) -> SecurityIdentifier:
        """Return the id of a currency pair."""
        return cls._generate(cls.DEFAULT_DATE, symbol, SecurityType.FOREX, market)

    @classmethod
    def generate_cfd(cls, symbol: str, market: str) -> SecurityIdentifier:
        """Return the id of a contract for difference."""
        return cls._generate(cls.DEFAULT_DATE, symbol, SecurityType.CFD, market)

    @classmethod
    def generate_crypto(cls, symbol: str, market: str) -> SecurityIdentifier:
        """Return the id of a coin pair."""
        return cls._generate(cls.DEFAULT_DATE, symbol, SecurityType.CRYPTO, market)

    @classmethod
    def generate_crypto_future(cls, expiry: datetime, symbol: str, market: str) -> SecurityIdentifier:
        """Return the id of a coin future."""
        return cls._generate(expiry, symbol, SecurityType.CRYPTO_FUTURE, market)

    @classmethod
    def generate_constituent_identifier(
        cls, symbol: str, security_type: SecurityType, market: str
    ) -> SecurityIdentifier:
        """Return the id of a universe's own symbol; its case is kept."""
        return cls._generate(cls.DEFAULT_DATE, symbol, security_type, market, upper=False)

    @staticmethod
    def generate_base_symbol(data_type: type | None, symbol: str) -> str:
        """Return `TICKER.TypeName`, the ticker of custom data."""
        return symbol if data_type is None else f"{symbol.upper()}.{data_type.__name__}"

    @classmethod
    def generate_base(
        cls,
        data_type: type | None,
        symbol: str,
        market: str,
        map_symbol: bool = False,
        day: datetime | None = None,
    ) -> SecurityIdentifier:
        """Return the id of custom data."""
        day = day or cls.DEFAULT_DATE
        if map_symbol:
            symbol, day = cls._first_ticker_of(symbol, market, None, None)
        return cls._generate(
            day, cls.generate_base_symbol(data_type, symbol), SecurityType.BASE, market, upper=False
        )

    @classmethod
    def _first_ticker_of(
        cls, ticker: str, market: str, finder: FirstTicker | None, day: date | None
    ) -> tuple[str, datetime]:
        finder = finder or cls.first_ticker
        found = finder(ticker, market, SecurityType.EQUITY, day) if finder else None
        if found is None:
            return ticker, cls.DEFAULT_DATE
        return found[0], datetime(found[1].year, found[1].month, found[1].day)

    @classmethod
    def _generate(
        cls,
        day: datetime,
        symbol: str,
        security_type: SecurityType,
        market: str,
        strike: Decimal = Decimal(0),
        right: OptionRight = OptionRight.CALL,
        style: OptionStyle = OptionStyle.AMERICAN,
        underlying: SecurityIdentifier | None = None,
        upper: bool = True,
    ) -> SecurityIdentifier:
        unscaled, scale = encode_strike(strike)
        properties = (
            right * _RIGHT
            + (day.toordinal() - cls.DEFAULT_DATE.toordinal()) * _DAYS
            + style * _STYLE
            + unscaled * _STRIKE
            + scale * _STRIKE_SCALE
            + market_code(market) * _MARKET
            + security_type
        )
        sid = cls(symbol.upper() if upper else symbol, properties, underlying)
        return sid if day.time() == _MIDNIGHT else cls._with_time(sid, day)

    @classmethod
    def _with_time(cls, sid: SecurityIdentifier, day: datetime) -> SecurityIdentifier:
        # The number has room for a date only; LEAN's object remembers the time of an expiry it was made
        # with, which is when a future is delisted. It equals the id that is read from a text.
        key = (sid, day)
        timed = cls._timed.get(key)
        if timed is None:
            timed = object.__new__(cls)
            for name in cls.__slots__[1:]:
                setattr(timed, name, getattr(sid, name))
            timed.symbol_object = None
            timed._date = day
            cls._timed[key] = timed
        return timed

    # Text ----

    @classmethod
    def parse(cls, value: str | None) -> SecurityIdentifier:
        """Return the id a text stands for; raises FormatException or ArgumentException."""
        if value is None or not value.strip() or value == " 0":
            return cls.EMPTY
        known = cls._parsed.get(value)
        if known is not None:
            return known
        result: SecurityIdentifier | None = None
        for part in reversed(value.split("|")):
            words = part.split()
            if len(words) != 2:
                raise FormatException("The string must be splittable on space into two parts.")
            result = cls(words[0], decode_base36(words[1]), result)
            market_code(result.market)
        cls._parsed[value] = result  # type: ignore[assignment]
        return result  # type: ignore[return-value]

    @classmethod
    def try_parse(cls, value: str | None) -> SecurityIdentifier | None:
        """Return the id a text stands for, or None."""
        try:
            return cls.parse(value)
        except (FormatException, ArgumentException):
            return None

    def __str__(self) -> str:
        if self._text is None:
            own = f"{self.symbol} {encode_base36(self.properties)}"
            self._text = own if self._underlying is None else f"{own}|{self._underlying}"
        return self._text

    def __repr__(self) -> str:
        return f"SecurityIdentifier({str(self)!r})"

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    # Comparing ----

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return (
            isinstance(other, SecurityIdentifier)
            and self.properties == other.properties
            and self.symbol == other.symbol
            and self._underlying == other._underlying
        )

    def __lt__(self, other: SecurityIdentifier) -> bool:
        return str(self) < str(other)


SecurityIdentifier.EMPTY = SecurityIdentifier("", 0)
SecurityIdentifier.NONE = SecurityIdentifier("NONE", 0)
