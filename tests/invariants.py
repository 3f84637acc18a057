"""What must hold at every step of a run with any of the five strategies, in a scripted world or in the engine.

Written from the sheet and the design, not from the rules' code: it asks the host for states, legs and money only.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

from algorithm.host import Host
from state.machine import Machine
from state.records import PositionLeg, TransitionRecord
from strategies.contracts import Right
from strategies.exposure import Exposure
from strategies.sessions import days_to_expiry

CENT = 0.01
REASON = re.compile(r"[a-zA-Z0-9_]+")
BROKEN = {"ERROR", "RECOVERY", "EMERGENCY_EXIT"}
SPREADS = ("iron_condor", "lt112")
AT_21_DTE = ("lt112", "futures_strangle")
ENTRY_DAYS = {"lt112": 2, "futures_strangle": 1, "leap_ladder": 0}
"""Weekday of each entry by the sheet: Wednesdays, Tuesdays, Mondays."""
ASK_FOR_VIX = ("iron_condor", "lt112", "futures_strangle")
"""Strategies whose sheet names a range of the VIX; their parameters call it `vix_min` and `vix_max`."""
LATEST_PRICE_MOVE = 1.02
"""How far the account may move between the permission of an entry and its last fill."""


class Checker:
    """Looks at a host at every step; an AssertionError says when and what."""

    def __init__(self, host: Host, *, broken_allowed: bool = False) -> None:
        self.host = host
        self.broken_allowed = broken_allowed
        self.steps = 0
        self.seen: Counter[str] = Counter()
        """What there was to look at, so that a test can tell that it looked at something."""
        self._peak = 0.0
        self._entered: list[Machine] = []
        for machine in host.manager.machines:
            machine.hooks = (*machine.hooks, self.on_transition)

    # --- at every transition ---

    def on_transition(self, machine: Machine, record: TransitionRecord) -> None:
        """Nothing enters while a rule blocks; what was entered is inside the caps."""
        if record.source == record.target:
            return
        self.seen[str(record.target)] += 1
        if record.target == "ENTERING":
            self._may_enter(machine)
        elif (
            record.source == "ENTERING"
            and machine.legs
            and record.target in machine.table.holding - machine.table.exits
        ):
            self._entered.append(machine)

    def _may_enter(self, machine: Machine) -> None:
        host, name = self.host, machine.name
        states = {each.name: str(each.state) for each in host.manager.machines if each is not machine}
        portfolio, situation = host.configuration.portfolio, host.manager.situation
        where = (host.market.now(), name, states)
        assert situation.halted is None, where
        assert name not in situation.paused, where
        assert not situation.differences, where
        assert not BROKEN & set(states.values()), where
        assert list(states.values()).count("ENTERING") < portfolio.max_entering, where
        assert not (name == "iron_condor" and states.get("lt112") == "DEFENSIVE_21DTE"), where
        # The ladder looks at the equity every so many minutes: at the last look it was not that low.
        drawdown = host.manager.drawdown
        assert drawdown is None or drawdown.action == "WATCH", where
        self._sheet_allows(machine, where)
        planned = machine.context.planned
        found = host.stakes.exposure(planned.trade)
        self._inside(found, host.market.equity_usd() / 100, where)
        # Delta is a cap on what is begun: of options that expire today it is another one minutes later.
        assert abs(found.delta_usd) <= portfolio.max_delta_pct * host.market.equity_usd() / 100, where
        assert planned.reserve_usd <= host.market.buying_power_usd(), where

    def _inside(self, found: Exposure, percent: float, where: tuple[Any, ...]) -> None:
        portfolio = self.host.configuration.portfolio
        assert found.worst_loss_usd <= portfolio.max_worst_case_pct * percent, (where, found)
        assert found.naked_usd <= portfolio.max_naked_pct * percent, (where, found)

    def _sheet_allows(self, machine: Machine, where: tuple[Any, ...]) -> None:
        host, name = self.host, machine.name
        now = host.market.now()
        session = host.sessions.on(now.date())
        assert session is not None, where
        assert session.opens_at <= now < session.closes_at, where
        p = host.configuration.strategies[name]
        opens = datetime.combine(now.date(), p.window_opens)
        assert opens <= now < opens + timedelta(minutes=p.window_minutes), where
        if name == "iron_condor":
            assert session.last_of_week, where
            assert not session.half_day, where
        elif name in ENTRY_DAYS:
            assert now.weekday() == ENTRY_DAYS[name], where
        if name in ASK_FOR_VIX:
            vix = host.market.price("VIX")
            assert vix is not None, where
            assert p.vix_min <= vix.value <= p.vix_max, where

    # --- at every step ---

    def step(self) -> None:
        """Check everything that must hold between two steps."""
        self.steps += 1
        self._owned_is_held()
        for machine in self.host.manager.machines:
            if not self.broken_allowed:
                last = machine.last
                assert machine.state != "ERROR", (self.host.market.now(), machine.name, last and last.error)
            if machine.legs:
                self._is_protected(machine)
                self._is_in_time(machine)
        self._inside_caps()
        self._books_balance()

    def _owned_is_held(self) -> None:
        owned: Counter[str] = Counter()
        for machine in self.host.manager.machines:
            for leg in machine.legs:
                owned[leg.contract] += leg.quantity  # type: ignore[assignment]
        for leg in self.host.manager.situation.external:
            owned[leg.contract] += leg.quantity  # type: ignore[assignment]
        held = {holding.contract: holding.quantity for holding in self.host.broker.holdings()}
        assert {c: q for c, q in owned.items() if q} == held, self.host.market.now()

    def _is_protected(self, machine: Machine) -> None:
        """No short leg without the protection that its strategy promises."""
        sides: Counter[Right] = Counter()
        for leg in machine.legs:
            if leg.role != "far_puts":  # the one-one-two's two naked puts are what its sheet says
                sides[self._right(leg)] += leg.quantity  # type: ignore[assignment]
        where = (self.host.market.now(), machine.name, str(machine.state), machine.legs)
        if machine.name in SPREADS:
            assert sides[Right.PUT] >= 0, where
            assert sides[Right.CALL] >= 0, where
        elif machine.name == "ipmcc":
            # Short shares of an assignment are covered by the long call until they are bought back.
            assert 100 * sides[Right.CALL] + min(sides[Right.SHARE], 0) >= 0, where
        elif machine.name == "leap_ladder" and self.host.configuration.strategies["leap_ladder"].protective:
            assert all(leg.quantity > 0 for leg in machine.legs), where
        elif machine.name == "futures_strangle" and machine.state == "ACTIVE":
            assert sides[Right.PUT] == sides[Right.CALL] < 0, where

    def _is_in_time(self, machine: Machine) -> None:
        """Each 21-DTE close happened on its day; no option of ours is held past its last session by neglect."""
        now = self.host.market.now()
        for leg in machine.legs:
            if self._right(leg) is Right.SHARE:
                continue
            expiry = self.host.market.contract(leg.contract).expiry
            where = (now, machine.name, str(machine.state), leg)
            if machine.name in AT_21_DTE and not self._unsellable(leg):
                p = self.host.configuration.strategies[machine.name]
                assert self._last_session(expiry, p.dte_exit) >= now.date(), where
            elif machine.name == "ipmcc":
                assert expiry >= now.date() or self._unsellable(leg), where

    def _last_session(self, expiry: date, days: int) -> date:
        """Return the session on which so many days are left, or the one before where that day is none."""
        due = expiry - timedelta(days=days)
        session = self.host.sessions.on(due)
        found = due if session is not None else self.host.sessions.before(due).date
        assert days_to_expiry(found, expiry) >= days
        return found

    def _unsellable(self, leg: PositionLeg) -> bool:
        """Return whether it is a long option that nobody bids for."""
        quote = self.host.market.quote(leg.contract)
        return leg.quantity > 0 and not quote.bid

    def _right(self, leg: PositionLeg) -> Right:
        return self.host.market.contract(leg.contract).right

    def _inside_caps(self) -> None:
        equity, portfolio = self.host.market.equity_usd(), self.host.configuration.portfolio
        self._peak = max(self._peak, equity)
        if not self._entered:
            return
        found = self.host.stakes.exposure()
        where = (self.host.market.now(), [m.name for m in self._entered], found)
        most = LATEST_PRICE_MOVE * equity / 100
        self._inside(found, most, where)
        assert self.host.market.buying_power_usd() >= 0, where
        short = [m.name for m in self.host.manager.machines if m.legs and self._short_of_volatility(m)]
        assert len(short) <= portfolio.max_short_volatility, where
        for machine in self._entered:
            tied = self.host.manager.situation.commitments.get(machine.name, 0.0)
            share = self.host.configuration.strategies[machine.name].max_share_pct
            assert tied <= share * most, where
            self.seen["inside caps"] += 1
        self._entered = []

    def _short_of_volatility(self, machine: Machine) -> bool:
        runner = self.host.runners[machine.name]
        return runner.definition.short_volatility(runner.strategy.parameters)

    def _books_balance(self) -> None:
        total = self.host.report()["portfolio"]
        assert abs(total["unattributed_usd"]) < CENT, (self.host.market.now(), total)

    # --- at the end ---

    def finish(self) -> dict[str, Any]:
        """Check the report of the whole run and return it."""
        report = self.host.report()
        for row in report["strategies"]:
            if row["enabled"]:
                assert row["opportunities"] == row["entered"] + sum(row["skipped"].values()), row
                assert all(REASON.fullmatch(reason) for reason in row["skipped"]), row
                assert row["neglected"] == 0, [s for s in report["settlements"] if s["by_neglect"]]
        assert abs(report["portfolio"]["unattributed_usd"]) < CENT
        listed = Counter(each["strategy"] for each in report["settlements"])
        assert all(sum(row["settled"].values()) == listed[row["name"]] for row in report["strategies"])
        return report
