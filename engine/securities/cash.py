"""One currency of the account (LEAN: Common/Securities/Cash.cs)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING

from engine.common.numbers import to_decimal, to_float
from engine.orders.exact import float_of
from engine.securities.currencies import Currencies
from engine.securities.currency_conversion.constant_currency_conversion import ConstantCurrencyConversion

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.securities.currency_conversion.currency_conversion import CurrencyConversion

_CENT = Decimal("0.01")


class Cash:
    """Amount of a currency and its rate to the account currency.

    Parameters
    ----------
    symbol : str
        ISO code; upper case is enforced.
    amount : units of the currency
    conversion_rate : account currency per unit
    """

    __slots__ = ("_conversion", "_leader", "amount_decimal", "currency_symbol", "listeners", "symbol")

    def __init__(self, symbol: str, amount: float | Decimal, conversion_rate: float | Decimal) -> None:
        if not symbol:
            raise ValueError("Cash symbols cannot be null or empty.")
        self.symbol = symbol.upper()
        self.amount_decimal = to_decimal(amount)
        self.currency_symbol = Currencies.get_currency_symbol(self.symbol)
        self.listeners: list[Callable[[], None]] = []
        """Called after the amount or the conversion changed; a moving market rate does not call."""
        self._leader: Cash | None = None
        self._conversion: CurrencyConversion = ConstantCurrencyConversion(
            self.symbol, None, to_decimal(conversion_rate)
        )

    amount = float_of("amount_decimal")
    conversion_rate = float_of("conversion_rate_decimal")
    value_in_account_currency = float_of("value_in_account_currency_decimal")

    @property
    def currency_conversion(self) -> CurrencyConversion:
        """Where the rate comes from: a constant or the prices of one or two securities."""
        return self._conversion if self._leader is None else self._leader.currency_conversion

    @currency_conversion.setter
    def currency_conversion(self, conversion: CurrencyConversion) -> None:
        # the old rate holds until the new securities have prices
        last_rate = self._conversion.conversion_rate_decimal
        self._conversion = conversion
        if last_rate:
            conversion.conversion_rate_decimal = last_rate
        self._changed()

    def follow_conversion_of(self, leader: Cash) -> None:
        """Share the conversion of another entry from now on (the unsettled cash of a currency)."""
        self._leader = leader

    @property
    def conversion_rate_decimal(self) -> Decimal:
        return self.currency_conversion.conversion_rate_decimal

    @conversion_rate_decimal.setter
    def conversion_rate_decimal(self, rate: Decimal) -> None:
        self.currency_conversion.conversion_rate_decimal = rate
        self._changed()

    @property
    def value_in_account_currency_decimal(self) -> Decimal:
        return self.amount_decimal * self.conversion_rate_decimal

    @property
    def security_symbols(self) -> list[Symbol]:
        """Symbols of the securities that give the conversion rate."""
        return [security.symbol for security in self.currency_conversion.conversion_rate_securities]

    def update(self) -> None:
        """Take the conversion rate from the newest prices."""
        self.currency_conversion.update()

    def add_amount(self, amount: float | Decimal) -> float:
        """Add to the amount and return the new one."""
        self.amount_decimal += to_decimal(amount)
        self._changed()
        return to_float(self.amount_decimal)

    def set_amount(self, amount: float | Decimal) -> None:
        """Replace the amount."""
        exact = to_decimal(amount)
        if exact != self.amount_decimal:
            self.amount_decimal = exact
            self._changed()

    def to_string(self, account_currency: str) -> str:
        """Return the row of the cash book's text."""
        rate = self.conversion_rate_decimal
        if rate < 1000:
            shown = Decimal(f"{rate:.4e}") if rate else rate
        else:
            shown = rate.quantize(_CENT, ROUND_HALF_EVEN)
        places = format(shown.quantize(Decimal("0.000001")), "f").rstrip("0")
        whole, _, fraction = places.partition(".")
        value = self.value_in_account_currency_decimal
        value_text = value if -value.as_tuple().exponent <= 2 else value.quantize(_CENT, ROUND_HALF_EVEN)
        return (
            f"{self.symbol}: {self.currency_symbol}{self.amount_decimal:>15.2f} @ "
            f"{whole + '.' + fraction.ljust(2, '0'):>10}"
            f" = {Currencies.get_currency_symbol(account_currency)}{value_text:f}"
        )

    def __str__(self) -> str:
        return self.to_string(Currencies.USD)

    def _changed(self) -> None:
        for listener in self.listeners:
            listener()
