"""What filters of option and future chains share. LEAN: ContractSecurityFilterUniverse.cs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from engine.common.errors import InvalidOperationException
from engine.common.symbol import Symbol, symbol_of
from engine.data.universe_selection.symbol_rows import SymbolRows

_STANDARD, _WEEKLY = 1, 2
_LONGEST = timedelta(days=1000 * 365)
_NO_TIME = datetime(1, 1, 1)


class ContractSecurityFilterUniverse:
    """The contracts that are left; every method takes some away (or puts others there) and returns itself."""

    _row_type: ClassVar[Any]

    def __init__(self, all_data: Sequence[Any] = (), local_time: datetime = _NO_TIME) -> None:
        self.data: list[Any] = list(all_data)
        self.local_time = local_time
        self._types = _STANDARD | _WEEKLY
        self._types_applied = False

    def _is_standard(self, symbol: Symbol) -> bool:
        raise NotImplementedError

    def _expiry_of(self, row: Any) -> datetime:
        raise NotImplementedError

    def _expiration_reference(self, day: datetime) -> datetime:
        return day

    def _reset(self, all_data: Sequence[Any], local_time: datetime) -> None:
        self.data = list(all_data)
        self.local_time = local_time
        self._types = _STANDARD | _WEEKLY
        self._types_applied = False

    # What is left ----

    @property
    def count(self) -> int:
        """Number of contracts left."""
        return len(self.data)

    def __len__(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.data)

    @property
    def all_symbols(self) -> list[Symbol]:
        """Symbols of the contracts left."""
        return [row.symbol for row in self.data]

    # Filters ----

    def apply_types_filter(self) -> Self:
        """Keep the wanted of standard and weekly contracts; done once, by the first filter that needs it."""
        if self._types_applied:
            return self
        self._types_applied = True
        if self._types == _STANDARD | _WEEKLY:
            return self
        wanted = self._types == _STANDARD
        known: dict[datetime, bool] = {}
        kept = []
        for row in self.data:
            expiry = self._expiry_of(row)
            if expiry not in known:
                known[expiry] = self._is_standard(row.symbol)
            if known[expiry] is wanted:
                kept.append(row)
        self.data = kept
        return self

    def standards_only(self) -> Self:
        """Keep standard contracts, no weekly ones."""
        self._require_types_open("StandardsOnly")
        self._types = _STANDARD
        return self

    def include_weeklys(self) -> Self:
        """Keep weekly contracts too: they are, unless `standards_only` came before."""
        self._require_types_open("IncludeWeeklys")
        self._types |= _WEEKLY
        return self

    def weeklys_only(self) -> Self:
        """Keep weekly contracts."""
        self._types = _WEEKLY
        return self

    def _require_types_open(self, method: str) -> None:
        if self._types_applied:
            raise InvalidOperationException(
                f"Type filters have already been applied, please call {method}() before applying other "
                "filters such as FrontMonth() or BackMonths()"
            )

    def front_month(self) -> Self:
        """Keep the contracts of the first expiry."""
        ordered = self._by_expiry()
        self.data = [row for row in ordered if self._expiry_of(row) == self._expiry_of(ordered[0])]
        return self

    def back_months(self) -> Self:
        """Keep the contracts of every expiry but the first."""
        ordered = self._by_expiry()
        self.data = [row for row in ordered if self._expiry_of(row) != self._expiry_of(ordered[0])]
        return self

    def back_month(self) -> Self:
        """Keep the contracts of the second expiry."""
        return self.back_months().front_month()

    def _by_expiry(self) -> list[Any]:
        self.apply_types_filter()
        return sorted(self.data, key=self._expiry_of)

    def expiration(self, min_expiry: timedelta | int, max_expiry: timedelta | int) -> Self:
        """Keep contracts that expire in so many days at least and so many at most, both included."""
        if self.local_time == _NO_TIME:
            return self
        today = self.local_time.replace(hour=0, minute=0, second=0, microsecond=0)
        reference = self._expiration_reference(today)
        first = reference + _span(min_expiry)
        last = reference + min(_span(max_expiry), _LONGEST)
        self.data = [row for row in self.data if first <= _midnight(self._expiry_of(row)) <= last]
        return self

    def contracts(self, contracts: Iterable[Any] | Callable[[list[Any]], Iterable[Any]]) -> Self:
        """Put the given contracts, or those a function makes of the ones left, in their place.

        A contract that is not among those left is added without numbers: its greeks, volatility and open
        interest are zero, as in LEAN.
        """
        chosen = contracts(list(self.data)) if callable(contracts) else contracts
        self._set_symbols([_symbol_of(item) for item in chosen])
        return self

    def _set_symbols(self, symbols: list[Symbol]) -> None:
        wanted = set(symbols)
        expiries = {_midnight(symbol.id.date) for symbol in wanted}
        # Only rows of the wanted expiries are made into symbols: a chain has thousands.
        known: dict[Symbol, Any] = {}
        for row in self.data:
            if _midnight(self._expiry_of(row)) in expiries and row.symbol in wanted:
                known.setdefault(row.symbol, row)
        self.data = [known.get(symbol) or self._new_row(symbol) for symbol in symbols]

    def _new_row(self, symbol: Symbol) -> Any:
        return SymbolRows(symbol, self.local_time, self._row_type).rows[0]

    def where(self, predicate: Callable[[Any], bool]) -> Self:
        """Keep the contracts of which the predicate is true."""
        self.data = [row for row in self.data if predicate(row)]
        return self

    def select(self, map_function: Callable[[Any], Symbol]) -> Self:
        """Put the symbol a function makes of each contract in its place."""
        self._set_symbols([_symbol_of(map_function(row)) for row in self.data])
        return self

    def select_many(self, map_function: Callable[[Any], Iterable[Symbol]]) -> Self:
        """Put the symbols a function makes of each contract in its place."""
        self._set_symbols([_symbol_of(item) for row in self.data for item in map_function(row)])
        return self

    def where_contains(self, filter_list: Iterable[Any]) -> Self:
        """Keep the contracts that are in the list."""
        wanted = {_symbol_of(item) for item in filter_list}
        self.data = [row for row in self.data if row.symbol in wanted]
        return self

    def only_apply_filter_at_market_open(self) -> Self:
        """Change nothing: LEAN applies every filter once a day since 2023, and keeps the method."""
        return self


def _symbol_of(item: Any) -> Symbol:
    # A Symbol, the row of a contract, or a ticker.
    if isinstance(item, Symbol):
        return item
    return symbol_of(item) if isinstance(item, str) else item.symbol


def _span(days: timedelta | int) -> timedelta:
    return days if isinstance(days, timedelta) else timedelta(days=int(days))


def _midnight(moment: datetime) -> datetime:
    return datetime(moment.year, moment.month, moment.day)
