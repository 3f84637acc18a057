"""Cache of contracts, whose open interest may come with the chain (LEAN: OptionCache.cs, FutureCache.cs)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from engine.data.market.open_interest import OpenInterest
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.trade_bar import TradeBar
from engine.orders.exact import float_of
from engine.securities.security_cache import SecurityCache, end_of

if TYPE_CHECKING:
    from engine.data.base_data import BaseData
    from engine.data.universe_selection.universe_rows import UniverseRows
    from engine.securities.security import Security

_WITHOUT_INTEREST = (QuoteBar, TradeBar, OpenInterest)
"""Data that has no open interest beside its prices, or comes to the cache as such."""


class DerivativeCache(SecurityCache):
    """Takes the open interest of chain rows that are stored in it."""

    __slots__ = ("_chain",)

    def _forget(self) -> None:
        super()._forget()
        self._chain: tuple[UniverseRows, Security] | None = None

    def _as_of_now(self) -> Self:
        twin = super()._as_of_now()
        twin._chain = None  # it is asked for its price only, and a file has thousands of rows
        return twin

    def note_chain(self, rows: UniverseRows, security: Security) -> None:
        """Remember the chain in which a contract's row is; it is looked up when somebody asks for it."""
        self._chain = rows, security

    def _take_chain_row(self) -> None:
        chain, self._chain = self._chain, None
        if chain is None:
            return
        rows, security = chain
        row = rows.row_of(security.symbol)
        if row is not None:
            end = security.exchange.time_zone.utc_stamp(row.end_time)
            self.update_open_interest(row.open_interest, end)
            super().store_data([row], type(row))

    @property
    def open_interest(self) -> int:
        self.pull_if_moved()
        self._take_chain_row()
        return self._open_interest

    def _all(self, data_type: type) -> Sequence[Any]:
        self._take_chain_row()
        return super()._all(data_type)

    def get_by_type_name(self, name: str) -> Sequence[Any]:
        self._take_chain_row()
        return super().get_by_type_name(name)

    def store_data(self, data: Sequence[BaseData], data_type: type) -> None:
        last = data[-1]
        if not isinstance(last, _WITHOUT_INTEREST) and hasattr(last, "open_interest"):
            self.update_open_interest(last.open_interest, end_of(last))
        super().store_data(data, data_type)


class FutureCache(DerivativeCache):
    """Knows the price at which the day is settled."""

    __slots__ = ()

    settlement_price = float_of("settlement_price_decimal")

    @property
    def settlement_price_decimal(self) -> Decimal:
        """The last price; it stays when the cache is emptied."""
        return self.price_decimal or self.price_before_reset_decimal
