"""Bid and ask of option contracts on one day: what an expiry shares is computed once, then each contract."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from engine.common.time import DAY, MINUTE, SECOND, TimeZone
from engine.data_source.modelled import black
from engine.data_source.modelled.day_points import DayPoints, DayPointsStore
from engine.data_source.modelled.listings import Expiry, Root
from engine.data_source.modelled.rates import DIVIDEND_YIELD, pricing_rate
from engine.data_source.modelled.spreads import SpreadModel, TickRule, quote, spread_model
from engine.data_source.modelled.trading_calendar import OPEN
from engine.data_source.modelled.volatility import deviation_until, smile_factor, smile_shape

YEAR = 365 * DAY
_EXPIRIES_KEPT = 64
_LEAST_DEVIATION = 1e-6
_RULES = {
    "SPX": TickRule.INDEX_OPTION,
    "SPXW": TickRule.INDEX_OPTION,
    "SPY": TickRule.EQUITY_OPTION,
    "ES": TickRule.FUTURE_OPTION,
}
_AMERICAN = frozenset(("SPY", "ES"))


@dataclass(frozen=True, slots=True)
class ExpiryState:
    """What all options of one expiry share, at each point of a day (see DayPoints)."""

    points: DayPoints
    underlying: np.ndarray
    """Price of what the option delivers: the index in the root's units, or the future."""
    forward: np.ndarray
    deviation: np.ndarray
    rho: np.ndarray
    nu: np.ndarray
    discount: np.ndarray
    years: np.ndarray
    rate: float
    spreads: SpreadModel
    american: bool

    def volatility_deviation(self, strike: np.ndarray | float) -> np.ndarray:
        """Return the standard deviation of ln price until expiry on the smile."""
        z = np.log(strike / self.forward) / self.deviation
        return self.deviation * smile_factor(z, self.rho, self.nu)

    def cents(self, is_call: np.ndarray | bool, strike: np.ndarray | float) -> tuple[np.ndarray, np.ndarray]:
        """Return bid and ask in cents; strikes of shape (m, 1) give quotes of shape (m, points)."""
        deviation = self.volatility_deviation(strike)
        mid = black.price(is_call, self.forward, strike, deviation, self.discount)
        sign = np.where(is_call, 1.0, -1.0)
        if self.american:
            # Early exercise is worth at least the intrinsic value; its small premium above that is left out.
            mid = np.maximum(mid, sign * (self.underlying - strike))
        return quote(mid, sign * (self.forward - strike) / self.forward, self.spreads)

    def at(self, chosen: np.ndarray | slice) -> ExpiryState:
        """Return the state at some points only; `points` stays that of the whole day."""
        parts = {name: getattr(self, name)[chosen] for name in _POINT_ARRAYS}
        rest = {name: getattr(self, name) for name in ("points", "rate", "spreads", "american")}
        return ExpiryState(**parts, **rest)


_POINT_ARRAYS = ("underlying", "forward", "deviation", "rho", "nu", "discount", "years")


class OptionQuotes:
    """Prices contracts on demand.

    Parameters
    ----------
    store : the path of index and VIX
    volatility_shift : volatility points added at the money, e.g. 1.5
    spread_multiplier : factor on every spread before it is rounded to ticks
    """

    def __init__(self, store: DayPointsStore, volatility_shift: float, spread_multiplier: float) -> None:
        self._store = store
        self._shift = volatility_shift / 100
        self._multiplier = spread_multiplier
        self._new_york = TimeZone.of("America/New_York")
        self.state = lru_cache(maxsize=_EXPIRIES_KEPT)(self._state)
        self.states = lru_cache(maxsize=_EXPIRIES_KEPT)(self._states)

    def points(self, root: str, expiry: Expiry, day: int) -> DayPoints | None:
        """Return the minutes at which options of an expiry are quoted on a day (UTC day for ES), None without
        any."""
        days = {"SPY": self._store.session, "ES": self._store.future_day}
        points = days.get(root, self._store.index_option_day)(day)
        if points is None:
            return None
        points = points.between(int(points.starts[0]), self.expiry_stamp(expiry))
        return points if points.bars and np.isfinite(points.ln_average[0]) else None

    def closing_price(self, root: Root, day: int) -> float:
        """Return the index's close of a session in the units of the root's strikes."""
        history = self._store.history
        return float(history.close[history.row(day)]) / root.scale

    def expiry_stamp(self, expiry: Expiry) -> int:
        """Return the moment an expiry is settled: the open or the close of its day."""
        minute = OPEN if expiry.settles_at_open else self._store.calendar.close_minute(expiry.day)
        return int(self._new_york.to_utc(expiry.day * DAY + minute * MINUTE))

    def _states(
        self, root: Root, expiry: Expiry, day: int, future: Expiry | None
    ) -> tuple[ExpiryState, ExpiryState]:
        """Return the state at each point of a day that has quotes, and at the end of each of its bars."""
        state = self.state(root, expiry, day, future)
        assert state is not None
        return state, state.at(slice(1, state.points.bars + 1))

    def _state(self, root: Root, expiry: Expiry, day: int, future: Expiry | None) -> ExpiryState | None:
        """Return the state of an expiry on a day; `future` is the expiry of the future it delivers, if
        any."""
        points = self.points(root.name, expiry, day)
        if points is None:
            return None
        rate = pricing_rate(day)
        left = self.expiry_stamp(expiry) - points.edge_times
        years = np.maximum(left, SECOND) / YEAR
        deviation = deviation_until(
            self._store.calendar.position(expiry.day) - points.session,
            points.remaining,
            points.vix,
            points.ln_average,
            expiry.settles_at_open,
        )
        deviation = np.maximum(deviation + self._shift * np.sqrt(years), _LEAST_DEVIATION)
        rho, nu = smile_shape(years, points.vix)
        edge = points.edge_of_point
        spot = points.spot / root.scale
        carry = rate - DIVIDEND_YIELD
        if future is None:
            underlying, forward = spot, spot * np.exp(carry * years)[edge]
        else:
            future_years = (self.expiry_stamp(future) - points.edge_times) / YEAR
            underlying = forward = spot * np.exp(carry * future_years)[edge]
        return ExpiryState(
            points=points,
            underlying=underlying,
            forward=forward,
            deviation=deviation[edge],
            rho=rho[edge],
            nu=nu[edge],
            discount=np.exp(-rate * years)[edge],
            years=years[edge],
            rate=rate,
            spreads=spread_model(_RULES[root.name], expiry.day - day, self._multiplier),
            american=root.name in _AMERICAN,
        )
