"""The chain of a root at the end of a day, as LEAN's universe files hold it; numbers are made when one is
read."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from itertools import count, repeat
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.common.enums import OptionRight
from engine.data.market.universe_data import OptionUniverse
from engine.data.universe_selection.universe_rows import ListedOption, UniverseRows
from engine.data_source.modelled import black
from engine.data_source.modelled.contracts import date_of
from engine.data_source.modelled.interest import daily_volume, open_interest
from engine.data_source.modelled.listings import Expiry, Root, listed_expiries, strikes, underlying_future
from engine.data_source.modelled.rates import DIVIDEND_YIELD

if TYPE_CHECKING:
    from engine.common.symbol import Symbol
    from engine.data_source.modelled.day_points import DayPoints
    from engine.data_source.modelled.option_quotes import ExpiryState, OptionQuotes


class ChainNumbers(NamedTuple):
    """One value a contract; prices are mid quotes, greeks as in LEAN's files (theta per day)."""

    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    volume: np.ndarray
    open_interest: np.ndarray
    implied_volatility: np.ndarray
    delta: np.ndarray
    gamma: np.ndarray
    vega: np.ndarray
    theta: np.ndarray
    rho: np.ndarray


_FORMATS = ("%.4f",) * 4 + ("%d",) * 2 + ("%.7f",) * 6
_WITHOUT_GREEKS = 6
"""Numbers of a row of options on futures, for which LEAN's files have no greeks."""


class ComputedRows(UniverseRows):
    """Universe rows whose numbers come from a function instead of a file.

    Parameters
    ----------
    names : str
        What stands before the numbers in each row, with its last comma: `20150619,2000,C,`; the underlying's
        `,,,`.
    numbers : callable
        Returns the cells behind the name of a row.
    """

    __slots__ = ("_numbers",)

    def __init__(
        self, canonical: Symbol, day: date, names: list[str], numbers: Callable[[int], list[str]]
    ) -> None:
        self._numbers = numbers
        super().__init__(canonical, day, list(enumerate(names, start=2)), f"built-in chain of {day}")

    def numbers_of_row(self, row: int) -> list[str]:
        return self._numbers(row)

    def lines(self) -> Iterator[str]:
        """Return the rows as text."""
        for row, (_, name) in enumerate(self._lines):
            yield name + ",".join(self.numbers_of_row(row))


class _Block(NamedTuple):
    """Rows of one expiry and right, strikes ascending."""

    first: int
    expiry: Expiry
    is_call: bool
    strikes: np.ndarray

    @property
    def date(self) -> datetime:
        """Return the expiry as LEAN has it."""
        day = date_of(self.expiry.day)
        return datetime(day.year, day.month, day.day)

    @property
    def right(self) -> OptionRight:
        """Return call or put."""
        return OptionRight.CALL if self.is_call else OptionRight.PUT

    def names(self, first: int, end: int) -> list[str]:
        """Return expiry, strike and right of some rows as a file has them."""
        text, right = f"{self.date:%Y%m%d}", "C" if self.is_call else "P"
        some = self.strikes[first - self.first : end - self.first].tolist()
        return [f"{text},{strike:.0f},{right}" for strike in some]


_listed = partial(tuple.__new__, ListedOption)
"""Makes a row of its parts, like `ListedOption._make` but without a call of Python's: chains have thousands."""


class ChainRows(ComputedRows):
    """The contracts of a root, a block of strikes for each expiry and right; only what is read is made.

    Parameters
    ----------
    blocks : list of _Block
        By expiry, calls before puts; row 0 is the underlying's.
    columns : callable
        Returns the numbers of one block, as many columns as LEAN's files have of such options.
    underlying : list of str
        The cells of the underlying's row.
    """

    __slots__ = ("_blocks", "_columns", "_computed", "_firsts", "_made_lines", "_made_rows", "_underlying")

    def __init__(
        self,
        canonical: Symbol,
        day: date,
        blocks: list[_Block],
        columns: Callable[[_Block], list[np.ndarray]],
        underlying: list[str],
    ) -> None:
        self._blocks = blocks
        self._firsts = [block.first for block in blocks]
        self._columns = columns
        self._computed: dict[int, list[np.ndarray]] = {}
        self._underlying = underlying
        self._made_lines: list[tuple[int, str]] | None = None
        self._made_rows: list[Any] | None = None
        self._begin(canonical, day, f"built-in chain of {day}")

    @property
    def _lines(self) -> list[tuple[int, str]]:  # type: ignore[override]
        if self._made_lines is None:
            names = [",,,"]
            for block in self._blocks:
                names += [f"{name}," for name in block.names(block.first, block.first + len(block.strikes))]
            self._made_lines = list(enumerate(names, start=2))
        return self._made_lines

    @property
    def rows(self) -> list[Any]:  # type: ignore[override]
        if self._made_rows is None:
            self._made_rows = [OptionUniverse(self, row) for row in range(1, len(self) + 1)]
        return self._made_rows

    @property
    def underlying(self) -> OptionUniverse:  # type: ignore[override]
        return OptionUniverse(self, 0)

    def __len__(self) -> int:
        last = self._blocks[-1]
        return last.first + len(last.strikes) - 1

    def symbol_of_row(self, row: int) -> Symbol:
        if row == 0:
            return super().symbol_of_row(row)
        block = self._block_of(row)
        return self._symbol_named(row, block.names(row, row + 1)[0])

    def expiry_of_row(self, row: int) -> datetime:
        return self._block_of(row).date

    def strike_of_row(self, row: int) -> Decimal:
        block = self._block_of(row)
        return Decimal(int(block.strikes.item(row - block.first)))

    def right_of_row(self, row: int) -> OptionRight:
        return self._block_of(row).right

    def _block_of(self, row: int) -> _Block:
        return self._blocks[bisect_right(self._firsts, row) - 1]

    def is_underlying(self, row: int) -> bool:
        return row == 0

    def listed_from(self, day: date) -> list[ListedOption]:
        # the order of the blocks is that of the symbols
        found: list[ListedOption] = []
        for block in self._blocks:
            expiry, right = block.date, block.right
            if expiry.date() >= day:
                strikes = block.strikes.tolist()
                found += map(
                    _listed, zip(repeat(self), count(block.first), repeat(expiry), repeat(right), strikes)
                )
        return found

    def numbers_of_row(self, row: int) -> list[str]:
        if row == 0:
            return self._underlying
        position, columns = self._at(row)
        return [form % column.item(position) for form, column in zip(_FORMATS, columns)]

    def cell_of_row(self, row: int, column: int) -> str:
        if row == 0:
            return ""  # only contracts are filtered by their numbers
        position, columns = self._at(row)
        return _FORMATS[column] % columns[column].item(position) if column < len(columns) else ""

    def _at(self, row: int) -> tuple[int, list[np.ndarray]]:
        # the row's position in its block, and the numbers of the block
        number = bisect_right(self._firsts, row) - 1
        block = self._blocks[number]
        columns = self._computed.get(number)
        if columns is None:
            columns = self._computed[number] = self._columns(block)
        return row - block.first, columns


def option_chain_rows(
    canonical: Symbol,
    root: Root,
    day: int,
    quotes: OptionQuotes,
    future: Expiry | None,
    underlying: list[str],
) -> ChainRows | None:
    """Return the contracts that can be traded after a session: by expiry, calls before puts, then by strike.

    The close is the mid of the last quote of the day. Open, high and low are the mid when the underlying
    opened, made its high and its low: the option's own extremes lie there within cents, and finding them
    would cost the whole day.
    """
    blocks: list[_Block] = []
    first = 1
    for expiry in listed_expiries(root.name, day):
        if expiry.last_day > day and (future is None or underlying_future(expiry.day) == future):
            grid = strikes(root, expiry, day)
            for is_call in (True, False):
                blocks.append(_Block(first, expiry, is_call, grid))
                first += len(grid)
    if not blocks:
        return None
    wanted = _WITHOUT_GREEKS if future is not None else len(_FORMATS)
    index = quotes.closing_price(root, day)

    def columns(block: _Block) -> list[np.ndarray]:
        state = quotes.state(root, block.expiry, day, future)
        assert state is not None
        numbers = _numbers_of(root, block.expiry, block.strikes, block.is_call, day, state, index)
        return list(numbers[:wanted])

    return ChainRows(canonical, date_of(day), blocks, columns, underlying)


def _numbers_of(
    root: Root,
    expiry: Expiry,
    grid: np.ndarray,
    is_call: bool,
    day: int,
    state: ExpiryState,
    close_of_index: float,
) -> ChainNumbers:
    marks = state.at(_marks(state.points))
    bid, ask = marks.cents(is_call, grid[:, np.newaxis])
    mid = np.where(bid > 0, (bid + ask) / 2, ask) / 100
    opens, close = mid[:, 0], mid[:, -1]
    spot, years = float(marks.underlying[-1]), float(marks.years[-1])
    deviation = state.at(np.array([state.points.bars])).volatility_deviation(grid)
    greeks = black.greeks(
        is_call, spot, float(marks.forward[-1]), grid, deviation, years, state.rate, DIVIDEND_YIELD
    )
    interest = open_interest(root, expiry, grid, close_of_index, day)
    return ChainNumbers(
        open=opens,
        high=mid.max(axis=1),
        low=mid.min(axis=1),
        close=close,
        volume=daily_volume(interest, expiry.day - day),
        open_interest=interest,
        implied_volatility=deviation / np.sqrt(years),
        delta=greeks.delta,
        gamma=greeks.gamma,
        vega=greeks.vega,
        theta=greeks.theta,
        rho=greeks.rho,
    )


def _marks(points: DayPoints) -> np.ndarray:
    # Points of the open, of the index's high and low, and of the close.
    n = points.bars
    _, high, low, _ = points.ohlc()
    return np.array([0, n + 1 + int(high.argmax()), 2 * n + 1 + int(low.argmin()), n])
