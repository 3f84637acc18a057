"""How a currency gets its rate (LEAN: Common/Securities/CurrencyConversion/ICurrencyConversion.cs)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engine.securities.security import Security


class CurrencyConversion(Protocol):
    """Rate from a source to a destination currency."""

    source_currency: str
    destination_currency: str | None
    conversion_rate_decimal: Decimal

    @property
    def conversion_rate_securities(self) -> Sequence[Security]: ...

    def update(self) -> None: ...
