"""Filters that keep the legs of one strategy. LEAN: Common/Securities/Option/OptionFilterUniverse.cs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Self

from engine.common.enums import OptionRight
from engine.common.errors import ArgumentException, InvalidOperationException
from engine.common.numbers import DECIMAL_MAX, ZERO, to_decimal
from engine.data.universe_selection.contract_security_filter_universe import ContractSecurityFilterUniverse

Number = float | Decimal
_CALL, _PUT = OptionRight.CALL, OptionRight.PUT
_NO_STRIKE = Decimal(-1)


class OptionStrategyFilters(ContractSecurityFilterUniverse):
    """Strikes are measured from the underlying's price; of two equally near ones the first counts.

    The expiry is the first one at least so many days away. Where no contract fits nothing is left.
    """

    underlying: Any
    _last_exchange_date = datetime(1, 1, 1)

    def naked_call(self, min_days_till_expiry: int = 30, strike_from_atm: Number = 0) -> Self:
        """Keep one call."""
        return self._single_contract(_CALL, min_days_till_expiry, strike_from_atm)

    def naked_put(self, min_days_till_expiry: int = 30, strike_from_atm: Number = 0) -> Self:
        """Keep one put."""
        return self._single_contract(_PUT, min_days_till_expiry, strike_from_atm)

    def call_spread(
        self,
        min_days_till_expiry: int = 30,
        higher_strike_from_atm: Number = 5,
        lower_strike_from_atm: Number | None = None,
    ) -> Self:
        """Keep two calls of one expiry."""
        return self._spread(_CALL, min_days_till_expiry, higher_strike_from_atm, lower_strike_from_atm)

    def put_spread(
        self,
        min_days_till_expiry: int = 30,
        higher_strike_from_atm: Number = 5,
        lower_strike_from_atm: Number | None = None,
    ) -> Self:
        """Keep two puts of one expiry."""
        return self._spread(_PUT, min_days_till_expiry, higher_strike_from_atm, lower_strike_from_atm)

    def call_calendar_spread(
        self,
        strike_from_atm: Number = 0,
        min_near_days_till_expiry: int = 30,
        min_far_days_till_expiry: int = 60,
    ) -> Self:
        """Keep two calls of one strike."""
        return self._calendar_spread(
            _CALL, strike_from_atm, min_near_days_till_expiry, min_far_days_till_expiry
        )

    def put_calendar_spread(
        self,
        strike_from_atm: Number = 0,
        min_near_days_till_expiry: int = 30,
        min_far_days_till_expiry: int = 60,
    ) -> Self:
        """Keep two puts of one strike."""
        return self._calendar_spread(
            _PUT, strike_from_atm, min_near_days_till_expiry, min_far_days_till_expiry
        )

    def strangle(
        self,
        min_days_till_expiry: int = 30,
        call_strike_from_atm: Number = 5,
        put_strike_from_atm: Number = -5,
    ) -> Self:
        """Keep an out-of-the-money call and put."""
        if call_strike_from_atm <= 0:
            raise ArgumentException("Strangle(): callStrikeFromAtm must be positive")
        if put_strike_from_atm >= 0:
            raise ArgumentException("Strangle(): putStrikeFromAtm must be negative")
        return self._call_put_spread(min_days_till_expiry, call_strike_from_atm, put_strike_from_atm, True)

    def straddle(self, min_days_till_expiry: int = 30) -> Self:
        """Keep the call and put nearest to the price."""
        return self._call_put_spread(min_days_till_expiry, 0, 0)

    def protective_collar(
        self,
        min_days_till_expiry: int = 30,
        call_strike_from_atm: Number = 5,
        put_strike_from_atm: Number = -5,
    ) -> Self:
        """Keep a call and a put of a lower strike."""
        _require_descending(
            "ProtectiveCollar",
            {"callStrikeFromAtm": call_strike_from_atm, "putStrikeFromAtm": put_strike_from_atm},
        )
        self._call_put_spread(min_days_till_expiry, call_strike_from_atm, put_strike_from_atm)
        call = _single(row for row in self.data if row.right is _CALL)
        put = _single(row for row in self.data if row.right is _PUT)
        return self._empty() if call.strike <= put.strike else self

    def conversion(self, min_days_till_expiry: int = 30, strike_from_atm: Number = 5) -> Self:
        """Keep a call and a put nearest to one strike."""
        return self._call_put_spread(min_days_till_expiry, strike_from_atm, strike_from_atm)

    def call_butterfly(self, min_days_till_expiry: int = 30, strike_spread: Number = 5) -> Self:
        """Keep three calls at equal distances."""
        return self._butterfly(_CALL, min_days_till_expiry, strike_spread)

    def put_butterfly(self, min_days_till_expiry: int = 30, strike_spread: Number = 5) -> Self:
        """Keep three puts at equal distances."""
        return self._butterfly(_PUT, min_days_till_expiry, strike_spread)

    def iron_butterfly(self, min_days_till_expiry: int = 30, strike_spread: Number = 5) -> Self:
        """Keep the straddle at the price and an equally distant call and put."""
        if strike_spread <= 0:
            raise ArgumentException("IronButterfly(): strikeSpread arguments must be positive")
        rows = self._rows_of_expiry(self.data, min_days_till_expiry)
        calls, puts = self._out_of_the_money(rows)
        if not calls or not puts:
            return self._empty()
        middle = self._strike(rows, 0)
        upper = self._strike([row for row in calls if row.strike > middle], strike_spread)
        lower = _NO_STRIKE if upper == DECIMAL_MAX else middle * 2 - upper
        legs = {(_CALL, middle), (_PUT, middle), (_CALL, upper), (_PUT, lower)}
        return self._keep_legs(rows, legs, 4)

    def iron_condor(
        self, min_days_till_expiry: int = 30, near_strike_spread: Number = 5, far_strike_spread: Number = 10
    ) -> Self:
        """Keep an out-of-the-money call spread and a put spread of the same width."""
        if near_strike_spread <= 0 or far_strike_spread <= 0:
            raise ArgumentException(
                "IronCondor(): strike arguments must be positive, nearStrikeSpread, farStrikeSpread"
            )
        if near_strike_spread >= far_strike_spread:
            raise ArgumentException(
                "IronCondor(): strike arguments must be in ascending orders, "
                "nearStrikeSpread, farStrikeSpread"
            )
        rows = self._rows_of_expiry(self.data, min_days_till_expiry)
        calls, puts = self._out_of_the_money(rows)
        if not calls or not puts:
            return self._empty()
        near_call = self._strike(calls, near_strike_spread)
        near_put = self._strike(puts, -near_strike_spread)
        far_call = self._strike([row for row in calls if row.strike > near_call], far_strike_spread)
        far_put = _NO_STRIKE if far_call == DECIMAL_MAX else near_put - far_call + near_call
        legs = {(_CALL, near_call), (_PUT, near_put), (_CALL, far_call), (_PUT, far_put)}
        return self._keep_legs(rows, legs, 4)

    def box_spread(self, min_days_till_expiry: int = 30, strike_spread: Number = 5) -> Self:
        """Keep calls and puts of two strikes around the price."""
        if strike_spread <= 0:
            raise ArgumentException("BoxSpread(): strike arguments must be positive, strikeSpread")
        rows = self._rows_of_expiry(self.data, min_days_till_expiry)
        if not rows:
            return self._empty()
        price = self._price
        upper = self._strike([row for row in rows if row.strike > price], strike_spread)
        lower = self._strike(
            [row for row in rows if row.strike < upper and row.strike < price], -strike_spread
        )
        return self._keep_legs(
            rows, {(right, strike) for right in (_CALL, _PUT) for strike in (upper, lower)}, 4
        )

    def jelly_roll(
        self,
        strike_from_atm: Number = 0,
        min_near_days_till_expiry: int = 30,
        min_far_days_till_expiry: int = 60,
    ) -> Self:
        """Keep calls and puts of one strike and two expiries."""
        _require_expiries("JellyRoll", min_near_days_till_expiry, min_far_days_till_expiry)
        strike = self._nearest(self.data, strike_from_atm).strike
        calls = [row for row in self.data if row.strike == strike and row.right is _CALL]
        pair = self._near_and_far(calls, min_near_days_till_expiry, min_far_days_till_expiry)
        if pair is None:
            return self._empty()
        expiries = {pair[0].expiry, pair[1].expiry}
        self.where(lambda row: row.strike == strike and row.expiry in expiries)
        return self if self.count == 4 else self._empty()

    def call_ladder(
        self,
        min_days_till_expiry: int,
        higher_strike_from_atm: Number,
        middle_strike_from_atm: Number,
        lower_strike_from_atm: Number,
    ) -> Self:
        """Keep three calls."""
        return self._ladder(
            _CALL, min_days_till_expiry, higher_strike_from_atm, middle_strike_from_atm, lower_strike_from_atm
        )

    def put_ladder(
        self,
        min_days_till_expiry: int,
        higher_strike_from_atm: Number,
        middle_strike_from_atm: Number,
        lower_strike_from_atm: Number,
    ) -> Self:
        """Keep three puts."""
        return self._ladder(
            _PUT, min_days_till_expiry, higher_strike_from_atm, middle_strike_from_atm, lower_strike_from_atm
        )

    # How legs are found ----

    @property
    def _price(self) -> Decimal:
        return self.underlying.close_decimal

    def _empty(self) -> Self:
        self.data = []
        return self

    def _rows_of_expiry(self, rows: Iterable[Any], min_days: int) -> list[Any]:
        # Rows of the first expiry at least so many days away, in the order of their ids' text.
        least = self._last_exchange_date + timedelta(days=min_days)
        late = [row for row in rows if row.expiry >= least]
        if not late:
            return []
        first = min(row.expiry for row in late)
        return sorted((row for row in late if row.expiry == first), key=lambda row: str(row.symbol.id))

    def _strike(self, rows: Iterable[Any], from_atm: Number) -> Decimal:
        target = self._price + to_decimal(from_atm)
        return min((row.strike for row in rows), key=lambda strike: abs(target - strike), default=DECIMAL_MAX)

    def _nearest(self, rows: Iterable[Any], from_atm: Number) -> Any:
        target = self._price + to_decimal(from_atm)
        found = min(rows, key=lambda row: abs(target - row.strike), default=None)
        if found is None:
            raise InvalidOperationException("Sequence contains no elements")
        return found

    def _out_of_the_money(self, rows: list[Any]) -> tuple[list[Any], list[Any]]:
        price = self._price
        calls = [row for row in rows if row.right is _CALL and row.strike > price]
        return calls, [row for row in rows if row.right is _PUT and row.strike < price]

    def _keep_legs(self, rows: list[Any], legs: set[tuple[OptionRight, Decimal]], count: int) -> Self:
        expiry = rows[0].expiry
        self.where(lambda row: row.expiry == expiry and (row.right, row.strike) in legs)
        return self if self.count == count else self._empty()

    def _single_contract(self, right: OptionRight, min_days: int, from_atm: Number) -> Self:
        rows = [row for row in self._rows_of_expiry(self.data, min_days) if row.right is right]
        if not rows:
            return self._empty()
        strike = self._strike(rows, from_atm)
        self.data = [_single(row for row in rows if row.strike == strike)]
        return self

    def _spread(
        self, right: OptionRight, min_days: int, higher_from_atm: Number, lower_from_atm: Number | None
    ) -> Self:
        if lower_from_atm is None:
            lower_from_atm = -higher_from_atm
        _require_descending(
            "Spread", {"higherStrikeFromAtm": higher_from_atm, "lowerStrikeFromAtm": lower_from_atm}
        )
        rows = [row for row in self._rows_of_expiry(self.data, min_days) if row.right is right]
        if not rows:
            return self._empty()
        lower_strike = self._strike(rows, lower_from_atm)
        lower = _single(row for row in rows if row.strike == lower_strike)
        above = [row for row in rows if row.strike > lower_strike]
        if not above:
            return self._empty()
        higher_strike = self._strike(above, higher_from_atm)
        self.data = [lower, _single(row for row in above if row.strike == higher_strike)]
        return self

    def _calendar_spread(self, right: OptionRight, from_atm: Number, near_days: int, far_days: int) -> Self:
        _require_expiries("CalendarSpread", near_days, far_days)
        strike = self._strike(self.data, from_atm)
        rows = [row for row in self.data if row.strike == strike and row.right is right]
        pair = self._near_and_far(rows, near_days, far_days)
        if pair is None:
            return self._empty()
        self.data = list(pair)
        return self

    def _near_and_far(self, rows: list[Any], near_days: int, far_days: int) -> tuple[Any, Any] | None:
        near = _single_or_none(self._rows_of_expiry(rows, near_days))
        if near is None:
            return None
        later = [row for row in rows if row.expiry > near.expiry]
        far = _single_or_none(self._rows_of_expiry(later, far_days))
        return None if far is None else (near, far)

    def _call_put_spread(
        self, min_days: int, call_from_atm: Number, put_from_atm: Number, out_of_the_money: bool = False
    ) -> Self:
        rows = self._rows_of_expiry(self.data, min_days)
        if out_of_the_money:
            calls, puts = self._out_of_the_money(rows)
        else:
            calls = [row for row in rows if row.right is _CALL]
            puts = [row for row in rows if row.right is _PUT]
        if not calls or not puts:
            return self._empty()
        call_strike, put_strike = self._strike(calls, call_from_atm), self._strike(puts, put_from_atm)
        call = _single(row for row in calls if row.strike == call_strike)
        self.data = [call, _single(row for row in puts if row.strike == put_strike)]
        return self

    def _butterfly(self, right: OptionRight, min_days: int, strike_spread: Number) -> Self:
        if strike_spread <= 0:
            # LEAN names the wrong method here
            raise ArgumentException("ProtectiveCollar(): strikeSpread arguments must be positive")
        rows = [row for row in self._rows_of_expiry(self.data, min_days) if row.right is right]
        if not rows:
            return self._empty()
        middle = self._strike(rows, ZERO)
        below = [row for row in rows if row.strike < self._price and row.strike < middle]
        lower = self._strike(below, -strike_spread)
        upper = _NO_STRIKE if lower == DECIMAL_MAX else middle * 2 - lower
        return self._keep_legs(rows, {(right, strike) for strike in (lower, middle, upper)}, 3)

    def _ladder(
        self, right: OptionRight, min_days: int, higher: Number, middle: Number, lower: Number
    ) -> Self:
        if higher <= lower or higher <= middle or middle <= lower:
            raise ArgumentException(
                "Ladder(): strike price arguments must be in descending order, "
                "higherStrikeFromAtm, middleStrikeFromAtm, lowerStrikeFromAtm"
            )
        rows = self._rows_of_expiry([row for row in self.data if row.right is right], min_days)
        legs = [self._nearest(rows, lower)]
        for from_atm in (middle, higher):
            above = [row for row in rows if row.strike > legs[-1].strike]
            if not above:
                return self._empty()
            legs.append(self._nearest(above, from_atm))
        return self.where_contains(legs)


def _single(rows: Iterable[Any]) -> Any:
    found = list(rows)
    if len(found) != 1:
        what = "no matching element" if not found else "more than one matching element"
        raise InvalidOperationException(f"Sequence contains {what}")
    return found[0]


def _single_or_none(rows: list[Any]) -> Any:
    if len(rows) > 1:
        raise InvalidOperationException("Sequence contains more than one element")
    return rows[0] if rows else None


def _require_descending(method: str, strikes: dict[str, Number]) -> None:
    higher, lower = strikes.values()
    if higher <= lower:
        raise ArgumentException(
            f"{method}(): strike price arguments must be in descending order, {', '.join(strikes)}"
        )


def _require_expiries(method: str, near_days: int, far_days: int) -> None:
    if far_days <= near_days:
        raise ArgumentException(
            f"{method}(): expiry arguments must be in ascending order, "
            "minNearDaysTillExpiry, minFarDaysTillExpiry"
        )
    if near_days < 0:
        raise ArgumentException(f"{method}(): near expiry argument must be positive.")
