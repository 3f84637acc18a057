"""The chain of a root at the end of a day, as LEAN's universe files hold it; numbers are made when one is
read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from engine.data.universe_selection.universe_rows import UniverseRows
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
    cell : callable
        Returns one of these cells; without it all are made to take one.
    """

    __slots__ = ("_cell", "_numbers")

    def __init__(
        self,
        canonical: Symbol,
        day: date,
        names: list[str],
        numbers: Callable[[int], list[str]],
        cell: Callable[[int, int], str] | None = None,
    ) -> None:
        self._numbers = numbers
        self._cell = cell
        super().__init__(canonical, day, list(enumerate(names, start=2)), f"built-in chain of {day}")

    def numbers_of_row(self, row: int) -> list[str]:
        return self._numbers(row)

    def cell_of_row(self, row: int, column: int) -> str:
        return super().cell_of_row(row, column) if self._cell is None else self._cell(row, column)

    def lines(self) -> Iterator[str]:
        """Return the rows as text."""
        for row, (_, name) in enumerate(self._lines):
            yield name + ",".join(self._numbers(row))


def option_chain_rows(
    canonical: Symbol,
    root: Root,
    day: int,
    quotes: OptionQuotes,
    future: Expiry | None,
    underlying: list[str],
) -> ComputedRows | None:
    """Return the contracts that can be traded after a session: by expiry, calls before puts, then by strike.

    The close is the mid of the last quote of the day. Open, high and low are the mid when the underlying
    opened, made its high and its low: the option's own extremes lie there within cents, and finding them
    would cost the whole day.
    """
    chain = [
        (expiry, strikes(root, expiry, day))
        for expiry in listed_expiries(root.name, day)
        if expiry.last_day > day and (future is None or underlying_future(expiry.day) == future)
    ]
    if not chain:
        return None
    names = [",,,"]
    for expiry, grid in chain:
        text = f"{date_of(expiry.day):%Y%m%d}"
        for right in "CP":
            names += [f"{text},{strike:.0f},{right}," for strike in grid.tolist()]
    wanted = _WITHOUT_GREEKS if future is not None else len(_FORMATS)
    columns: list[np.ndarray] = []

    def computed() -> list[np.ndarray]:
        if not columns:
            columns.extend(_columns(root, chain, day, quotes, future)[:wanted])
        return columns

    def numbers(row: int) -> list[str]:
        if row == 0:
            return underlying
        return [form % column.item(row - 1) for form, column in zip(_FORMATS, computed())]

    def cell(row: int, column: int) -> str:
        if row == 0 or column >= wanted:
            return ""  # only contracts are filtered by their numbers
        return _FORMATS[column] % computed()[column].item(row - 1)

    return ComputedRows(canonical, date_of(day), names, numbers, cell)


def _columns(
    root: Root,
    chain: list[tuple[Expiry, np.ndarray]],
    day: int,
    quotes: OptionQuotes,
    future: Expiry | None,
) -> list[np.ndarray]:
    parts: list[ChainNumbers] = []
    index = quotes.closing_price(root, day)
    for expiry, grid in chain:
        state = quotes.state(root, expiry, day, future)
        assert state is not None
        parts += [_numbers_of(root, expiry, grid, is_call, day, state, index) for is_call in (True, False)]
    return [np.concatenate(column) for column in zip(*parts, strict=True)]


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
