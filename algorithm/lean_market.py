"""LEAN's data behind the port `Market`: subscriptions, prices with their ages, chains, the account.

A symbol is subscribed once and in one resolution, minutes (lean-semantics 17). Ages are compared in the
security's own time zone, because bars of index options end in Chicago time (lean-semantics 18).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from AlgorithmImports import (
    DataNormalizationMode,
    Market,
    OptionRight,
    QCAlgorithm,
    Resolution,
    SecurityIdentifier,
    SecurityType,
    Symbol,
    TradeBar,
)

from strategies.base import Price
from strategies.contracts import (
    NO_QUOTE,
    Contract,
    Listed,
    Quote,
    Right,
    contract_from_name,
    future,
    shares,
)
from strategies.expiries import quarterly_future
from strategies.sessions import Sessions

EQUITIES = ("SPY",)
INDEXES = ("SPX", "VIX")
FUTURES = ("ES",)
WEEKLY_ROOTS = {"SPXW": "SPX"}
"""Chains whose root is not the ticker of their underlying."""


class ListedRow:
    """A row of LEAN's chain, read as far as somebody asks: of hundreds a few are chosen by strike or delta."""

    __slots__ = ("_know", "_row", "expiry")

    def __init__(self, row: Any, expiry: date, know: Callable[[Any], Contract]) -> None:
        self._row = row
        self._know = know
        self.expiry = expiry

    @property
    def right(self) -> Right:
        """Return the contract's right."""
        return Right.CALL if self._row.right == OptionRight.CALL else Right.PUT

    @property
    def strike(self) -> float:
        """Return the contract's strike."""
        return float(self._row.strike)

    @property
    def contract(self) -> Contract:
        """Return the contract."""
        return self._know(self._row.symbol)

    @property
    def delta(self) -> float | None:
        """Return |delta|; universe files of futures options have no greeks (lean-semantics 8)."""
        if self._row.symbol.security_type == SecurityType.FUTURE_OPTION:
            return None
        delta = abs(float(self._row.greeks.delta))
        return delta if 0 < delta < 1 else None


class LeanMarket:
    """What the host asks of a QCAlgorithm."""

    def __init__(self, algorithm: QCAlgorithm, products: Iterable[str], sessions: Sessions) -> None:
        self._algorithm = algorithm
        self._sessions = sessions
        self._symbols: dict[str, Any] = {}
        """LEAN's symbol of every id that was ever seen."""
        self._contracts: dict[str, Contract] = {}
        self._securities: dict[str, Any] = {}
        self._underlyings: dict[str, Any] = {}
        self._canonicals: dict[str, Any] = {}
        self._files: dict[Any, tuple[date, dict[date, list[Any]]]] = {}
        """Today's chains, by expiry: of thousands of rows a strategy looks at those of a few expiries."""
        self._daily: dict[tuple[str, int], tuple[date, list[tuple[date, float]]]] = {}
        self._chains: dict[tuple[str, date, date], tuple[date, Sequence[Listed]]] = {}
        self._sides: dict[str, dict[str, tuple[float, datetime]]] = {}
        """Per contract, the price and the time at which each side was last really quoted."""
        self._quotes: dict[str, tuple[Any, datetime, Quote]] = {}
        """Per contract, the quote of a bar at a time: within one moment it is asked for several times."""
        wanted = set(products) - set(FUTURES)
        for ticker in sorted({WEEKLY_ROOTS.get(product, product) for product in wanted}):
            self._add_underlying(ticker)
        for product in sorted(wanted):
            if product in WEEKLY_ROOTS:
                under = self._underlyings[WEEKLY_ROOTS[product]].symbol
                alias = f"?{product}"
                self._canonicals[product] = Symbol.create_canonical_option(under, product, Market.USA, alias)
            elif product in EQUITIES:
                under = self._underlyings[product].symbol
                self._canonicals[product] = Symbol.create_canonical_option(under)

    def _add_underlying(self, ticker: str) -> None:
        if ticker in INDEXES:
            security: Any = self._algorithm.add_index(ticker, Resolution.MINUTE)
        else:
            raw = DataNormalizationMode.RAW
            security = self._algorithm.add_equity(ticker, Resolution.MINUTE, data_normalization_mode=raw)
        self._underlyings[ticker] = security
        self._know(security.symbol)
        self._securities[str(security.symbol.id)] = security

    # --- time and account ---

    def now(self) -> datetime:
        """Return the naive New York time."""
        return self._algorithm.time

    def utc_now(self) -> datetime:
        """Return the aware time in UTC."""
        return self._algorithm.utc_time.replace(tzinfo=UTC)

    def equity_usd(self) -> float:
        """Return the account's total value."""
        return float(self._algorithm.portfolio.total_portfolio_value)

    def buying_power_usd(self) -> float:
        """Return what is free for new positions."""
        return float(self._algorithm.portfolio.margin_remaining)

    def holding_value_usd(self, symbol: str, quantity: float) -> float:
        """Return what so many of a held contract count for in the account's value."""
        holding = self._algorithm.portfolio[self.symbol(symbol)]
        held = float(holding.quantity)
        return float(holding.holdings_value) * quantity / held if held else 0.0

    def interest_rate(self) -> float:
        """Return today's risk-free rate as a fraction a year."""
        return float(self._algorithm.risk_free_interest_rate_model.get_interest_rate(self._algorithm.time))

    # --- prices ---

    def price(self, ticker: str) -> Price | None:
        """Return the last price of an underlying or index."""
        return self._price_of(self._underlyings[ticker])

    @staticmethod
    def _price_of(security: Any) -> Price | None:
        last = security.get_last_data()
        price = 0.0 if last is None else float(security.price)
        return Price(price, security.local_time - last.end_time) if price > 0 else None

    def quote(self, symbol: str) -> Quote:
        """Return the live quote of a subscribed contract, each side with its own age.

        A bar of which one side is missing carries the last price of that side, but no size: that tells a
        quoted side from a repeated one (LEAN: QuoteBarFillForwardEnumerator.cs). A vendor that gives no sizes
        at all is believed about both sides.
        """
        security = self._securities.get(symbol)
        bar = security.get_last_data() if security is not None else None
        if security is None or bar is None:
            return NO_QUOTE
        now = security.local_time
        known = self._quotes.get(symbol)
        if known is None or known[0] is not bar or known[1] != now:
            known = self._quotes[symbol] = (bar, now, self._read_quote(symbol, security, bar, now))
        return known[2]

    def _read_quote(self, symbol: str, security: Any, bar: Any, now: datetime) -> Quote:
        ended = bar.end_time
        if not hasattr(bar, "bid"):  # shares: their bars are of trades
            return Quote(float(security.bid_price), float(security.ask_price), now - ended, now - ended)
        seen = self._sides.setdefault(symbol, {})
        bid_size, ask_size = bar.last_bid_size, bar.last_ask_size
        sized = bid_size > 0 or ask_size > 0
        for side, prices, size in (("bid", bar.bid, bid_size), ("ask", bar.ask, ask_size)):
            if prices is not None and (size > 0 or not sized):
                seen[side] = (float(prices.close), ended)
        bid, ask = seen.get("bid"), seen.get("ask")
        return Quote(
            bid[0] if bid else None,
            ask[0] if ask else None,
            now - bid[1] if bid else None,
            now - ask[1] if ask else None,
        )

    def underlying_price(self, symbol: str) -> Price | None:
        """Return the price of what a subscribed option is written on."""
        security = self._securities.get(symbol)
        return None if security is None else self._price_of(security.underlying)

    def future_margin_usd(self, symbol: str) -> float | None:
        """Return the exchange's initial margin of the future that a subscribed option is written on."""
        security = self._securities.get(symbol)
        if security is None:
            return None
        model: Any = security.underlying.buying_power_model
        return float(model.initial_overnight_margin_requirement)

    def daily_closes(self, ticker: str, count: int) -> Sequence[float]:
        """Return completed daily closes, oldest first."""
        return [close for _, close in self._daily_bars(ticker, count)]

    def close_on(self, ticker: str, day: date) -> float | None:
        """Return a day's close, None where it is not known."""
        age = (self._algorithm.time.date() - day).days
        return next((close for on, close in self._daily_bars(ticker, age + 2) if on == day), None)

    def _daily_bars(self, ticker: str, count: int) -> list[tuple[date, float]]:
        """Return days and closes of the last completed daily bars; history is read once a day."""
        today = self._algorithm.time.date()
        made, days = self._daily.get((ticker, count), (None, []))
        if made != today:
            symbol = self._underlyings[ticker].symbol
            bars = self._algorithm.history[TradeBar](symbol, count, Resolution.DAILY)
            days = [((bar.end_time - timedelta(seconds=1)).date(), float(bar.close)) for bar in bars]
            self._daily[ticker, count] = (today, days)
        return days

    # --- contracts and chains ---

    def contract(self, symbol: str) -> Contract:
        """Return the facts of a contract."""
        known = self._contracts.get(symbol)
        if known is None:
            known = self._know(self.symbol(symbol))
        return known

    def chain(self, product: str, first: date, last: date) -> Sequence[Listed]:
        """Return the previous day's chain for a range of expiries; asked for once a day."""
        today = self._algorithm.time.date()
        key = (product, first, last)
        made, rows = self._chains.get(key, (None, []))
        if made != today:
            find = self._future_rows if product in FUTURES else self._rows
            rows = [ListedRow(row, expiry, self._know) for expiry, row in find(product, first, last)]
            self._chains = {k: v for k, v in self._chains.items() if v[0] == today}
            self._chains[key] = (today, rows)
        return rows

    def _rows(self, product: str, first: date, last: date) -> list[tuple[date, Any]]:
        return self._between(self._canonicals[product], first, last)

    def _between(self, canonical: Any, first: date, last: date) -> list[tuple[date, Any]]:
        """Return the rows of a chain for a range of expiries; LEAN reads a chain's file once a day."""
        today = self._algorithm.time.date()
        made, by_expiry = self._files.get(canonical, (None, {}))
        if made != today:
            by_expiry = {}
            chain: Any = self._algorithm.option_chain(canonical)
            for expiry, rows in groupby(() if chain is None else chain, attrgetter("expiry")):
                by_expiry.setdefault(expiry.date(), []).extend(rows)
            self._files = {key: file for key, file in self._files.items() if file[0] == today}
            self._files[canonical] = (today, by_expiry)
        return [
            (expiry, row) for expiry, rows in by_expiry.items() if first <= expiry <= last for row in rows
        ]

    def _future_rows(self, product: str, first: date, last: date) -> list[tuple[date, Any]]:
        """Return the options of each quarterly future that end before it and after the one before.

        The future itself is subscribed by LEAN with the first of its options that is.
        """
        rows: list[tuple[date, Any]] = []
        begin = first
        while begin <= last:
            expiry = quarterly_future(begin, self._sessions)
            future = Symbol.create_future(product, Market.CME, datetime.combine(expiry, datetime.min.time()))
            rows += self._between(Symbol.create_canonical_option(future), begin, min(expiry, last))
            begin = expiry + timedelta(days=1)
        return rows

    def _know(self, symbol: Any) -> Contract:
        text = str(symbol.id)
        known = self._contracts.get(text)
        if known is None:
            self._symbols[text] = symbol
            if symbol.security_type in (SecurityType.EQUITY, SecurityType.INDEX):
                known = shares(text, symbol.value)
            elif symbol.security_type == SecurityType.FUTURE:
                known = future(text, symbol.value, symbol.id.date.date())
            else:
                known = contract_from_name(text, symbol.value)
            self._contracts[text] = known
        return known

    def symbol(self, text: str) -> Any:
        """Return LEAN's symbol of an id."""
        symbol = self._symbols.get(text)
        if symbol is None:
            symbol = self._find(text)
            self._symbols[text] = symbol
        return symbol

    def _find(self, text: str) -> Any:
        """Return the symbol of an id from a document: among the holdings that LEAN loaded, or made anew."""
        for known in self._algorithm.securities.keys():  # noqa: SIM118  (LEAN's dictionary)
            if str(known.id) == text:
                return known
        identifier = SecurityIdentifier.parse(text)
        return Symbol(identifier, identifier.symbol)

    # --- subscriptions ---

    def subscribe(self, symbol: str) -> None:
        """Have live quotes of a contract."""
        lean = self.symbol(symbol)
        add: Callable[..., Any] = {
            SecurityType.OPTION: self._algorithm.add_option_contract,
            SecurityType.INDEX_OPTION: self._algorithm.add_index_option_contract,
            SecurityType.FUTURE_OPTION: self._algorithm.add_future_option_contract,
            SecurityType.FUTURE: self._algorithm.add_future_contract,
        }.get(lean.security_type, self._already_there)
        security = add(lean, Resolution.MINUTE)
        if security is not None:
            self._securities[symbol] = security

    def _already_there(self, symbol: Any, resolution: Any) -> Any:
        """Shares of an underlying are subscribed from the start."""
        return None

    def unsubscribe(self, symbol: str) -> None:
        """End the quotes of a contract, unless it is held or at work: LEAN would liquidate it."""
        self._sides.pop(symbol, None)
        self._quotes.pop(symbol, None)
        lean = self.symbol(symbol)
        if lean.security_type in (SecurityType.EQUITY, SecurityType.INDEX):
            return
        invested = self._algorithm.portfolio[lean].invested
        if not invested and not self._algorithm.transactions.get_open_orders(lean):
            self._securities.pop(symbol, None)
            self._algorithm.remove_option_contract(lean)
