"""Tells that until the end of the planned window the account cannot run out of value or margin.

LEAN asks for the account's value at every moment and for its margin every five minutes. The answers matter only near their
limits. How far prices can take the account until the window ends is reckoned once, from the rows that are already there;
where even the worst of it is harmless, nobody has to look. Of what cannot be said for certain, nothing is said.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.common.enums import SecurityType
from engine.common.time import stamp_to_date
from engine.securities.default_margin_call_model import DefaultMarginCallModel
from engine.securities.margin_limits import margin_limit
from engine.securities.price_outlook import PriceOutlook

if TYPE_CHECKING:
    from engine.common.time_keeper import TimeKeeper
    from engine.data_feeds.plan import Plan
    from engine.securities.cash_book import CashBook
    from engine.securities.security import Security
    from engine.securities.security_holding import SecurityHolding
    from engine.securities.security_portfolio_manager import SecurityPortfolioManager

_NEVER_BELOW_ZERO = (SecurityType.OPTION, SecurityType.INDEX_OPTION)
"""Longs of these are worth nothing at worst; their prices need not be read for that."""
_KNOWN = (*_NEVER_BELOW_ZERO, SecurityType.FUTURE_OPTION)
_ONE_DAY = timedelta(1)


class AccountOutlook:
    """Answers are kept until the window ends, cash or a quantity changes, or a price comes from elsewhere.

    Parameters
    ----------
    is_known_ahead : whether the rows of the window are there before their time, as they are in a backtest only
    """

    def __init__(
        self, portfolio: SecurityPortfolioManager, time_keeper: TimeKeeper, *, is_known_ahead: bool
    ) -> None:
        self._portfolio = portfolio
        self._is_known_ahead = is_known_ahead
        self._time = time_keeper
        self._plan: Plan | None = None
        self._state: tuple[int, int, int] | None = None
        self._sources: list[tuple[Security, list[Any]]] = []
        self._models: list[tuple[Security, Any]] = []
        self._has_value = False
        self._has_margin: bool | None = None

    def keeps_value(self, plan: Plan) -> bool:
        """Return whether the account's value is certain to stay above 0."""
        if not self._is_current(plan):
            self._look(plan)
        return self._has_value

    def keeps_margin(self, plan: Plan) -> bool:
        """Return whether a margin call and its warning are certain not to come."""
        if not self._is_current(plan):
            self._look(plan)
        if any(security.buying_power_model is not model for security, model in self._models):
            self._has_margin = None
        if self._has_margin is None:
            self._models = [(h.security, h.security.buying_power_model) for h in self._portfolio.held()]
            self._has_margin = self._reckon_margin(plan)
        return self._has_margin

    def _is_current(self, plan: Plan) -> bool:
        if self._state != (plan.high, self._portfolio.version, self._time.pushes):
            return False
        if self._plan is not plan:
            # planned anew within the window: only what brings the prices looked at must be the same
            if any(list(security.cache.sources) != sources for security, sources in self._sources):
                return False
            self._plan = plan
        return True

    def _look(self, plan: Plan) -> None:
        self._plan = plan
        self._state = (plan.high, self._portfolio.version, self._time.pushes)
        self._has_margin = None
        prices = PriceOutlook(self._time.utc_stamp)
        lowest = self._lowest_value(prices, longs=False) if self._is_known_ahead else None
        self._has_value = lowest is not None and lowest > 1
        self._sources = prices.sources()

    def _reckon_margin(self, plan: Plan) -> bool:
        portfolio, model = self._portfolio, self._portfolio.margin_call_model
        if not self._is_known_ahead or type(model) is not DefaultMarginCallModel:
            return False
        prices = PriceOutlook(self._time.utc_stamp)
        last_day = stamp_to_date(plan.high) + _ONE_DAY
        limits = [margin_limit(portfolio, group, prices, last_day) for group in portfolio.positions.groups]
        known = [limit for limit in limits if limit is not None]
        answer = False
        if len(known) == len(limits):
            answer = self._is_enough(model, prices, sum(known))
        self._sources = [*self._sources, *prices.sources()]
        return answer

    def _is_enough(self, model: DefaultMarginCallModel, prices: PriceOutlook, margin: float) -> bool:
        unsettled = float(self._portfolio.unsettled_cash_decimal)
        for longs in (False, True):  # what longs are worth is read only where it is needed
            lowest = self._lowest_value(prices, longs=longs)
            if lowest is not None and model.is_out_of_reach(lowest - 1, unsettled, margin):
                return True
        return False

    def _lowest_value(self, prices: PriceOutlook, *, longs: bool) -> float | None:
        portfolio = self._portfolio
        if not (_in_one_currency(portfolio.cash_book) and _in_one_currency(portfolio.unsettled_cash_book)):
            return None
        total = float(portfolio.cash_decimal + portfolio.unsettled_cash_decimal)
        for holding in portfolio.held():
            value = _lowest_value_of(holding, prices, longs)
            if (
                value is None
                or holding.security.quote_currency.symbol != portfolio.cash_book.account_currency
            ):
                return None
            total += value
        return total


def _in_one_currency(book: CashBook) -> bool:
    return all(cash.symbol == book.account_currency or not cash.amount_decimal for cash in book.values())


def _lowest_value_of(holding: SecurityHolding, prices: PriceOutlook, longs: bool) -> float | None:
    if holding.type not in _KNOWN:
        return None
    is_long = holding.quantity_decimal > 0
    if is_long and not longs and holding.type in _NEVER_BELOW_ZERO:
        return 0.0
    limits = prices.of(holding.security)
    if limits is None:
        return None
    price = limits.low if is_long else limits.high
    return price * holding.quantity * holding.security.symbol_properties.contract_multiplier
