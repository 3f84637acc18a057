"""Hosts all strategies: hands them the time, takes order events in, says when it must be called next.

LEAN calls in from several threads in live mode; one lock makes every step whole. Nothing leaves as an
exception, and between the moments that the machines name there is nothing to do.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any

from algorithm.attribution import Attribution, Party
from algorithm.books import Fill
from algorithm.configuration import Configuration
from algorithm.drawdown_watch import DrawdownWatch
from algorithm.operator_commands import OperatorCommands
from algorithm.order_gateway import OrderGateway
from algorithm.orphans import Orphans
from algorithm.ports import Broker, Market, OrderUpdate, Timer
from algorithm.reconciliation import Reconciler
from algorithm.report import Reporter, StrategyReport, as_data, in_words
from algorithm.runner import Runner
from algorithm.settlements import Settlements
from algorithm.shortlist import Shortlists
from algorithm.stakes import FundsNow, Stakes
from algorithm.view import HostView
from objectstore.journal import Journal
from objectstore.keys import BACKTEST_PREFIX, PREFIX
from objectstore.repository import Repository
from objectstore.store import Store, clear
from state.audit import AuditLog
from state.clock import SettableClock
from state.machine import Machine
from state.manager import UnifiedStateManager
from state.persistence import Keeper
from state.records import Permission
from state.recovery import RecoveryManager
from state.rules import EntryRequest
from state.states import StrategyState as S
from strategies.base import Decision, Definition
from strategies.conditions import next_minute
from strategies.portfolio_rules import PRIORITY, rules
from strategies.registry import STRATEGIES
from strategies.sessions import Sessions

DAYS_BACK, DAYS_AHEAD = timedelta(days=30), timedelta(days=800)
"""How far the exchange's calendar is known: ahead, beyond the expiry of every option that is traded."""
MORNING = time(9, 0)
ROUNDS = 4
"""Passes over the machines within one moment: what one does may be another's reason to look."""


class Host:
    """Everything between a LEAN algorithm and the strategies."""

    def __init__(
        self,
        configuration: Configuration,
        market: Market,
        broker: Broker,
        timer: Timer,
        store: Store,
        sessions: Sessions,
        log: Callable[[str], None],
        *,
        live: bool,
        definitions: Mapping[str, Definition] = STRATEGIES,
    ) -> None:
        self.configuration = configuration
        self.market = market
        self.broker = broker
        self.timer = timer
        self.log = log
        self.live = live
        self._lock = threading.RLock()
        self.ready = False
        self._inside = False
        self._armed: datetime | None = None
        self.first_day = market.now().date()
        self._start_usd = 0.0
        self._start_pnl: dict[str, float] = {}
        self.clock = SettableClock(market.utc_now())
        self.sessions = sessions
        self._cover_sessions()
        portfolio = configuration.portfolio
        self.manager = UnifiedStateManager(
            self.clock,
            rules=rules(portfolio, configuration.shares),
            priority=PRIORITY,
            ladder=portfolio.ladder(),
        )
        self.recovery = RecoveryManager(self.clock)
        self.reporter = Reporter(market)
        self.shortlists = Shortlists(market, self.manager)
        traded = partial(self._settled, ours=False)
        told = self.reporter.on_settlement
        self.settlements = Settlements(
            market, self.manager, sessions, self._settled, traded, told, self._look_at
        )
        self.attribution = Attribution(market, self.manager)
        self.orphans = Orphans(broker, market, self.manager, self.attribution, traded)
        self.gateway = OrderGateway(
            broker, market, self._intent_ended, self.reporter.on_fill, self.orphans.on_update
        )
        self.reconciler = Reconciler(
            broker,
            market,
            self.manager,
            self.gateway,
            self.shortlists,
            self.attribution,
            self.orphans,
            log,
        )
        prefix = PREFIX if live else BACKTEST_PREFIX
        if not live:
            clear(store, prefix)  # what an earlier backtest left
        self.audit = AuditLog(Journal(store, prefix))
        self.keeper = Keeper(Repository(store, prefix), self.audit)
        self.runners: dict[str, Runner] = {}
        self.stakes = Stakes(market, self.manager, portfolio.stress_pct / 100, self._is_short_volatility)
        self.switched_off: dict[str, str] = {}
        self.drawdown = DrawdownWatch(market, self.manager, portfolio.equity_minutes, self._look_at)
        self._day = self.first_day - timedelta(days=1)
        for definition in definitions.values():
            self._create(definition)
        self.attribution.parties = {
            name: Party(runner.machine, runner.definition, runner.strategy.parameters)
            for name, runner in self.runners.items()
        }
        self._bind()
        self.commands = OperatorCommands(self)

    # --- what LEAN calls ---

    def start(self) -> None:
        """Compare with the broker, then begin: holdings are loaded by now."""
        with self._lock:
            self._set_time()
            self.first_day = self.market.now().date()
            self._day = self.first_day - timedelta(days=1)
            self._cover_sessions()
            self._guarded("start", lambda: self.reconciler.start(list(self.runners.values())))
            self._guarded("report", lambda: self.reporter.count_positions(self.manager.machines))
            self._guarded("halt", self.manager.enforce_halt)
            for runner in self.runners.values():
                runner.account_from(self._day)
            self._start_usd = self.market.equity_usd()
            self._start_pnl = {row.name: row.pnl_usd for row in self._rows()}
            self.ready = True
            self._tick()

    def tick(self) -> None:
        """Do what is due now and arm the timer for what is due next."""
        with self._lock:
            self._set_time()
            if self.ready:
                self._tick()

    def on_order_update(self, update: OrderUpdate) -> None:
        """Take an order event in; a machine whose orders have ended by it goes on at once.

        Others are not looked at: between the events of one combo nothing is what it seems.
        """
        with self._lock:
            self._set_time()
            self._guarded("order event", lambda: self._take_update(update))
            if self.ready and not self._inside:
                self._finish_step()

    def on_dividend(self, symbol: str, per_share_usd: float) -> None:
        """Book a cash dividend to whoever owns the shares; LEAN has paid it into cash."""
        with self._lock:
            self._set_time()
            self._guarded("dividend", lambda: self.settlements.on_dividend(symbol, per_share_usd))

    def on_command(self, text: str, arguments: Mapping[str, str]) -> bool:
        """Carry an operator's command out; False with a line in the log if it was refused."""
        with self._lock:
            self._set_time()
            done = self._guarded(f"command {text}", lambda: self.commands.run(text, arguments))
            if self.ready:
                self._tick()
            return done is True

    def finish(self) -> None:
        """Close the books at the end of the algorithm and say what happened."""
        with self._lock:
            self._set_time()
            self._guarded("accounts", lambda: self._account_missed(self.market.now() + timedelta(days=1)))
            self._guarded("audit", self.audit.flush)
            for line in self.report_lines():
                self.log(line)

    # --- setting up ---

    def _cover_sessions(self) -> None:
        """Have the exchange's calendar from before the first day until after every expiry that is traded."""
        last = max(self.configuration.account.end, self.first_day)
        self.sessions.cover(self.first_day - DAYS_BACK, last + DAYS_AHEAD)

    def _create(self, definition: Definition) -> None:
        parameters = self.configuration.strategies[definition.name]
        if not parameters.enabled:
            self.switched_off[definition.name] = "by its parameter enabled"
            return
        if definition.asset_class not in self.broker.capabilities.asset_classes:
            refused = f"the brokerage does not take {definition.asset_class}"
            self.switched_off[definition.name] = refused
            self.log(f"{definition.name} is switched off: {refused}")
            return
        machine = Machine(definition.name, definition.table, self.clock, hooks=(self.reporter.on_transition,))
        self.manager.register(machine)
        least = self.broker.capabilities.least_short_usd
        view = HostView(machine, self.market, self.sessions, self._permit, self._held_by_others, least)
        machine.context = view
        self.runners[definition.name] = Runner(
            definition,
            definition.create(parameters),
            machine,
            view,
            self.gateway,
            self.manager,
            self.recovery,
            self.shortlists.want,
            self.reconciler.resolve,
            self.log,
        )

    def _bind(self) -> None:
        """Give machines and manager what is stored of them, and have them stored from now on."""
        found = [self.keeper.bind_manager(self.manager)]
        self.manager.remember_settings(self.configuration.settings_of_rules())
        found += [self.keeper.bind(machine) for machine in self.manager.machines]
        for restored in found:
            for problem in restored.problems:
                self.log(f"{restored.name}: {problem}")

    # --- a step ---

    def _set_time(self) -> None:
        self.clock.set(self.market.utc_now())

    def _tick(self) -> None:
        """Do what is due. LEAN delivers some order events inside our own order calls: they belong to this step."""
        self._inside, self._armed = True, None
        try:
            self._run_due(self.market.now())
        finally:
            self._inside = False
        self._finish_step()

    def _run_due(self, now: datetime) -> None:
        if now.date() != self._day:
            self._guarded("new day", lambda: self._begin_day(now))
        if self.drawdown.due(now):
            self._guarded("equity", lambda: self.drawdown.look(now))
        if self.live:
            self._guarded("holdings", lambda: self.reconciler.compare(self._in_order()))
        for _ in range(ROUNDS):
            due = [runner for runner in self._in_order() if runner.due(now)]
            if not due:
                break
            for runner in due:
                runner.step()

    def _finish_step(self) -> None:
        """Write the audit log in live mode, and have the host called when the first machine wants it."""
        if self.live:
            self._guarded("audit", self.audit.flush)
        now = self.market.now()
        if self._armed is not None and self._armed <= now:
            return  # an order event of this very moment: the wake-up is still to come
        looks = [runner.next_look() or next_minute(now) for runner in self.runners.values()]
        following = self.sessions.next_open(now)
        self._armed = max(min([*looks, following]), now + timedelta(seconds=1))
        self.timer.arm(self._armed)

    def _in_order(self) -> list[Runner]:
        return [self.runners[machine.name] for machine in self.manager.machines]

    def _begin_day(self, now: datetime) -> None:
        """Once a session, in the morning: what expired is settled in the nights and at weekends before it."""
        if now.time() < MORNING or self.sessions.on(now.date()) is None:
            return
        self._day = now.date()
        self.sessions.cover(self._day, self._day + DAYS_AHEAD / 2)
        self.shortlists.sweep()
        self.reporter.mark(self.manager.machines)
        self._account_missed(now)
        self.reconciler.report_differences()
        for runner in self.runners.values():
            self._find_settlements(runner)
            if self.live:
                runner.note_running(self._day)

    def _account_missed(self, now: datetime) -> None:
        """Give every opportunity before today that nobody accounted for its reason."""
        for runner in self.runners.values():
            runner.account_missed(now.date(), self.first_day)

    def _find_settlements(self, runner: Runner) -> None:
        """A leg past its expiry that the broker has no more: its settlement was not seen, it is looked up."""
        machine = runner.machine
        held = {holding.contract for holding in self.broker.holdings()}
        expired = [leg for leg in machine.legs if self.market.contract(leg.contract).expiry < self._day]
        lost = [leg.name for leg in expired if leg.contract not in held]
        if lost and machine.table.allows(machine.state, S.RECOVERY):
            machine.transition(S.RECOVERY, f"the settlement of {', '.join(lost)} was not seen")
            runner.look_at = None

    # --- what the parts tell the host ---

    def _look_at(self, machine: Machine) -> None:
        self.runners[machine.name].look_at = None

    def _permit(self, machine: Machine, decision: Decision | None) -> Permission:
        """Ask the manager about an entry in general, or about the planned one with its size and legs."""
        account = FundsNow(self.market)
        trade = decision.trade if decision is not None else None
        if decision is None or trade is None:
            return self.manager.can_enter(EntryRequest(machine.name, 0.0, account))
        refusal = self.gateway.refusal(trade)
        if refusal is not None:
            return Permission(False, refusal, "brokerage")
        facts = self.stakes.facts(machine, trade)
        permission = self.manager.can_enter(EntryRequest(machine.name, decision.reserve_usd, account, facts))
        if not permission:
            return permission
        asked = (
            self.manager.may_trade(machine.name, leg.contract.symbol, leg.quantity) for leg in trade.legs
        )
        return next((answer for answer in asked if not answer), permission)

    def _is_short_volatility(self, name: str) -> bool:
        runner = self.runners[name]
        return runner.definition.short_volatility(runner.strategy.parameters)

    def _held_by_others(self, machine: Machine) -> list[str]:
        owned = self.manager.owned()
        return [contract for contract, owners in owned.items() if set(owners) - {machine.name}]

    def _take_update(self, update: OrderUpdate) -> None:
        takers = (self.gateway.on_update, self.orphans.on_update, self.settlements.on_update)
        if not any(take(update) for take in takers):
            self.log(f"{update.fill_quantity:+g} {update.name} at {update.fill_price} belongs to nobody here")
            self.reconciler.report_differences()

    def _intent_ended(self, machine: Machine, problem: str) -> None:
        self.runners[machine.name].intent_ended(problem)

    def _position_changed(self, machine: Machine, what: str) -> None:
        self.runners[machine.name].position_changed(what)

    def _settled(self, machine: Machine, fill: Fill, what: str, *, ours: bool = True) -> None:
        self.log(f"{machine.name}: {what}")
        machine.note(what)
        self._intent_ended(machine, "") if ours else self._position_changed(machine, what)

    def _guarded(self, what: str, action: Callable[[], Any]) -> Any:
        """Do something of the host's own that must not raise into LEAN."""
        try:
            return action()
        except Exception as error:
            self.log(f"{what} failed: {type(error).__name__}: {error}")
            return None

    # --- report ---

    def report(self) -> dict[str, Any]:
        """Return what happened, as plain data; P&L of the account since this process started."""
        return as_data(
            self._rows(),
            self.reporter.settlements,
            self._start_pnl,
            self._start_usd,
            self.market.equity_usd(),
        )

    def _rows(self) -> list[StrategyReport]:
        rows = []
        for name, definition in STRATEGIES.items():
            runner = self.runners.get(name)
            if runner is None:
                off = self.switched_off.get(name, "")
                rows.append(StrategyReport(name, definition.title, False, off))
            else:
                rows.append(self.reporter.strategy(runner.machine, definition.title))
        return rows

    def report_lines(self) -> list[str]:
        """Return the report in words."""
        return in_words(self.report())
