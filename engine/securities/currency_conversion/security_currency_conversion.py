"""A rate taken from one or two currency pairs (LEAN: CurrencyConversion/SecurityCurrencyConversion.cs)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.orders.exact import float_of
from engine.securities.currency_conversion.currency_pair import decompose, is_decomposable

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.securities.security import Security

    Step = tuple[Security, bool]
    """A pair and whether its price has to be inverted."""


class SecurityCurrencyConversion:
    """The rate follows the last prices of its securities; 0 while one of them has none."""

    __slots__ = ("_rate", "_stale", "_steps", "destination_currency", "source_currency")

    def __init__(self, source_currency: str, destination_currency: str, steps: list[Step]) -> None:
        self.source_currency = source_currency
        self.destination_currency: str | None = destination_currency
        self._steps = steps
        self._rate = Decimal(0)
        self._stale = False

    conversion_rate = float_of("conversion_rate_decimal")

    @property
    def conversion_rate_decimal(self) -> Decimal:
        if self._stale:
            self._stale = False
            self._rate = self._current_rate()
        return self._rate

    @conversion_rate_decimal.setter
    def conversion_rate_decimal(self, rate: Decimal) -> None:
        self._rate = rate
        self._stale = False

    @property
    def conversion_rate_securities(self) -> Sequence[Security]:
        return [security for security, _ in self._steps]

    def update(self) -> None:
        """Compute the rate anew when it is asked for next."""
        self._stale = True

    def _current_rate(self) -> Decimal:
        rate = Decimal(1)
        for security, inverted in self._steps:
            price = security.cache.last_value_decimal
            if not price:
                return Decimal(0)
            rate = rate / price if inverted else rate * price
        return rate

    @classmethod
    def linear_search(
        cls,
        source_currency: str,
        destination_currency: str,
        existing_securities: Iterable[Security],
        potential_symbols: Iterable[Symbol],
        make_new_security: Callable[[Symbol], Security],
    ) -> SecurityCurrencyConversion:
        """Return the conversion over the first pair, or the first two pairs, that lead to the destination.

        Securities the algorithm already has come before those that would have to be added.
        """
        existing = {security.symbol: security for security in existing_securities}
        pairs = [
            (symbol, *decompose(symbol))
            for symbol in [*existing, *potential_symbols]
            if is_decomposable(symbol)
        ]

        def security_of(symbol: Symbol) -> Security:
            return existing.get(symbol) or make_new_security(symbol)

        for symbol, base, quote in pairs:
            if {base, quote} == {source_currency, destination_currency}:
                return cls(
                    source_currency, destination_currency, [(security_of(symbol), quote == source_currency)]
                )
        for first, base, quote in pairs:
            if source_currency not in (base, quote):
                continue
            middle = quote if base == source_currency else base
            for second, second_base, second_quote in pairs:
                if {second_base, second_quote} == {middle, destination_currency}:
                    steps = [
                        (security_of(first), quote == source_currency),
                        (security_of(second), second_quote == middle),
                    ]
                    return cls(source_currency, destination_currency, steps)
        raise ValueError(
            f"No conversion path found between source currency {source_currency} "
            f"and destination currency {destination_currency}"
        )
