"""All currencies of the account (LEAN: Common/Securities/CashBook.cs)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import overload

from engine.common.enums import CashBookUpdateType
from engine.common.extended_dictionary import ExtendedDictionary
from engine.common.numbers import to_decimal, to_float
from engine.orders.exact import float_of
from engine.securities.cash import Cash
from engine.securities.cash_amount import CashAmount
from engine.securities.currencies import Currencies

Listener = Callable[[CashBookUpdateType, Cash | None], None]


class CashBook(ExtendedDictionary[str, Cash]):
    """Cash by currency code, and conversion between the currencies."""

    def __init__(self) -> None:
        self._currencies: dict[str, Cash] = {}
        self._account_currency = ""
        self.listeners: list[Listener] = []
        """Called after a currency came, went or changed its amount."""
        self.account_currency = Currencies.USD

    @property
    def account_currency(self) -> str:
        """Currency of the portfolio's value; a new one takes over the amount of the old."""
        return self._account_currency

    @account_currency.setter
    def account_currency(self, currency: str) -> None:
        previous = self._currencies.pop(self._account_currency, None)
        self._account_currency = currency.upper()
        amount = previous.amount_decimal if previous else Decimal(0)
        self.add(self._account_currency, amount, Decimal(1))

    total_value_in_account_currency = float_of("total_value_in_account_currency_decimal")

    @property
    def total_value_in_account_currency_decimal(self) -> Decimal:
        return sum((cash.value_in_account_currency_decimal for cash in self._currencies.values()), Decimal(0))

    def add(
        self, symbol: str, quantity: float | Decimal | Cash, conversion_rate: float | Decimal | None = None
    ) -> Cash | None:
        """Add a currency, or overwrite amount and rate of one that is there; return it."""
        if symbol == Currencies.NULL_CURRENCY:
            return None
        cash = quantity if isinstance(quantity, Cash) else Cash(symbol, quantity, conversion_rate or 0)
        known = self._currencies.get(symbol)
        if known is not None:
            # securities hold on to the instance, so it stays
            known.conversion_rate_decimal = cash.conversion_rate_decimal
            known.set_amount(cash.amount_decimal)
            return known
        cash.listeners.append(lambda: self._notify(CashBookUpdateType.UPDATED, cash))
        self._currencies[symbol] = cash
        self._notify(CashBookUpdateType.ADDED, cash)
        return cash

    def convert_decimal(self, quantity: Decimal, source_currency: str, destination_currency: str) -> Decimal:
        """Return `quantity` of the source currency in units of the destination currency."""
        if not quantity:
            return Decimal(0)
        source_rate = self._rate(source_currency)
        return quantity * (source_rate / self._rate(destination_currency))

    def convert(self, source_quantity: float, source_currency: str, destination_currency: str) -> float:
        """Return `source_quantity` in units of the destination currency."""
        return to_float(
            self.convert_decimal(to_decimal(source_quantity), source_currency, destination_currency)
        )

    @overload
    def convert_to_account_currency(self, amount: CashAmount) -> CashAmount: ...

    @overload
    def convert_to_account_currency(self, amount: float, source_currency: str) -> float: ...

    def convert_to_account_currency(
        self, amount: CashAmount | float, source_currency: str | None = None
    ) -> CashAmount | float:
        """Return a cash amount (or a quantity of `source_currency`) in the account currency."""
        if isinstance(amount, CashAmount):
            if amount.currency == self._account_currency:
                return amount
            value = self.convert_decimal(amount.amount_decimal, amount.currency, self._account_currency)
            return CashAmount(value, self._account_currency)
        if source_currency is None:
            raise TypeError("CashBook.convert_to_account_currency: a plain number needs its source currency")
        if source_currency == self._account_currency:
            return float(amount)
        return self.convert(amount, source_currency, self._account_currency)

    def update_conversion_rates(self) -> None:
        """Let every currency take its rate from the newest prices."""
        for cash in self._currencies.values():
            cash.update()

    def _rate(self, currency: str) -> Decimal:
        rate = self[currency].conversion_rate_decimal
        if not rate:
            raise ValueError(f"The conversion rate for {currency} is not available.")
        return rate

    def _notify(self, update_type: CashBookUpdateType, cash: Cash | None) -> None:
        for listener in self.listeners:
            listener(update_type, cash)

    # the dictionary

    def __getitem__(self, symbol: str) -> Cash:
        cash = self._currencies.get(symbol)
        if cash is not None:
            return cash
        if symbol == Currencies.NULL_CURRENCY:
            raise RuntimeError("Unexpected request for NullCurrency Cash instance")
        raise KeyError(f"This cash symbol ({symbol}) was not found in your cash book.")

    def __setitem__(self, symbol: str, cash: Cash) -> None:
        self.add(symbol, cash)

    def _find(self, key: str) -> Cash | None:
        return self._currencies.get(key)

    def _pairs(self) -> Iterable[tuple[str, Cash]]:
        return self._currencies.items()

    def __len__(self) -> int:
        return len(self._currencies)

    @property
    def is_read_only(self) -> bool:
        return False

    def clear(self) -> None:
        """Forget every currency."""
        self._currencies = {}
        self._notify(CashBookUpdateType.REMOVED, None)

    def remove(self, symbol: str) -> bool:
        """Forget a currency; return whether it was there."""
        cash = self._currencies.pop(symbol, None)
        if cash is None:
            return False
        self._notify(CashBookUpdateType.REMOVED, cash)
        return True

    def __str__(self) -> str:
        sign = Currencies.get_currency_symbol(self._account_currency)
        total = self.total_value_in_account_currency_decimal
        if total.as_tuple().exponent < -2:
            total = total.quantize(Decimal("0.01"), ROUND_HALF_EVEN)
        rows = [f"Symbol {'Quantity':>13}    {'Conversion':>10} = Value in {self._account_currency}"]
        rows += [cash.to_string(self._account_currency) for cash in self._currencies.values()]
        rows += ["-" * 49, f"CashBook Total Value:                {sign}{total:f}"]
        return "\n".join(rows) + "\n"
