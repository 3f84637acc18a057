"""Puts a host together inside a QCAlgorithm: all that `main.py` calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from AlgorithmImports import AccountType, BrokerageName, QCAlgorithm

from algorithm.configuration import read_configuration
from algorithm.host import DAYS_AHEAD, DAYS_BACK, Host
from algorithm.lean_broker import LeanBroker
from algorithm.lean_market import LeanMarket
from algorithm.lean_timer import LeanTimer
from objectstore.lean_store import LeanStore
from strategies.registry import STRATEGIES
from strategies.sessions import Sessions


class LeanHost:
    """The strategies' host as LEAN sees it."""

    def __init__(self, algorithm: QCAlgorithm) -> None:
        names = [str(name) for name in algorithm.get_parameters().keys()]  # noqa: SIM118  (LEAN's dictionary)
        texts = {name: str(algorithm.get_parameter(name)) for name in names}
        configuration = read_configuration(texts)
        account = configuration.account
        algorithm.set_start_date(account.start.year, account.start.month, account.start.day)
        algorithm.set_end_date(account.end.year, account.end.month, account.end.day)
        algorithm.set_cash(account.cash)
        algorithm.set_brokerage_model(getattr(BrokerageName, account.brokerage), AccountType.MARGIN)
        # A shortlist goes when its choice is made: by default LEAN would keep its contracts for a day and longer.
        algorithm.universe_settings.minimum_time_in_universe = timedelta(0)
        enabled = [d for name, d in STRATEGIES.items() if configuration.strategies[name].enabled]
        sessions = Sessions(account.start - DAYS_BACK, account.end + DAYS_AHEAD)
        market = LeanMarket(algorithm, {product for d in enabled for product in d.products}, sessions)
        self._broker = LeanBroker(algorithm, account.brokerage, market)
        timer = LeanTimer(algorithm)
        object_store: Any = algorithm.object_store  # the stubs call bytes a list of int
        store = LeanStore(object_store, live=algorithm.live_mode)
        log, live = algorithm.log, bool(algorithm.live_mode)
        self.host = Host(configuration, market, self._broker, timer, store, sessions, log, live=live)
        timer.start(self.host.tick)

    def on_warmup_finished(self) -> None:
        """Compare with the broker and begin."""
        self.host.start()

    def on_order_event(self, order_event: Any) -> None:
        """Take an order event in."""
        self.host.on_order_update(self._broker.update_of(order_event))

    def on_dividends(self, dividends: Any) -> None:
        """Book dividends on shares that an assignment left."""
        for dividend in dividends.values():
            self.host.on_dividend(str(dividend.symbol.id), float(dividend.distribution))

    def on_command(self, data: Any) -> bool:
        """Carry an operator's command out."""
        names = ("strategy", "contract", "reason", "role", "amount")
        given = {name: getattr(data, name, None) for name in names}
        arguments = {name: str(value) for name, value in given.items() if value is not None}
        return self.host.on_command(str(getattr(data, "text", "")), arguments)

    def report(self) -> dict[str, Any]:
        """Return what happened, as plain data."""
        return self.host.report()
