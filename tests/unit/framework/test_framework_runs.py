"""Whole runs of small framework algorithms on modelled prices."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent, indent
from typing import Any

import pytest

from engine.common.enums import AlgorithmStatus
from engine.data_source.modelled.source import ModelledSource
from engine.launcher import BacktestOutcome, BacktestRequest, run_backtest

HEADER = """
from AlgorithmImports import *

{imports}


{classes}


class Small(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2014, 1, 6)
        self.set_end_date(2014, 1, 8)
        self.universe_settings.resolution = Resolution.HOUR
        self.spy = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
        self.set_universe_selection(ManualUniverseSelectionModel(self.spy))
"""
CONSTANT = "self.set_alpha(ConstantAlphaModel(InsightType.PRICE, InsightDirection.UP, timedelta({})))\n"
EQUAL = "self.set_portfolio_construction(EqualWeightingPortfolioConstructionModel())\n"


@pytest.fixture(scope="module")
def source() -> ModelledSource:
    return ModelledSource()


@pytest.fixture
def run(source: ModelledSource, tmp_path: Path) -> Any:
    def start(
        initialize: str, classes: str = "", methods: str = "", imports: str = "", completes: bool = True
    ) -> BacktestOutcome:
        text = dedent(HEADER).strip().format(imports=imports, classes=dedent(classes)) + "\n"
        text += indent(dedent(initialize).strip(), " " * 8) + "\n\n" + indent(dedent(methods), " " * 4)
        file = tmp_path / "small.py"
        file.write_text(text, encoding="utf-8")
        outcome = run_backtest(BacktestRequest(file, source, tmp_path / "out", storage=tmp_path / "storage"))
        if completes:
            assert outcome.status == AlgorithmStatus.COMPLETED, outcome.error
        return outcome

    return start


def quantities(outcome: BacktestOutcome) -> list[int]:
    """Return the signs of the orders' quantities, oldest first."""
    orders = outcome.algorithm.transactions.get_orders()
    return [(order.quantity > 0) - (order.quantity < 0) for order in orders]


def test_insight_becomes_a_position_and_its_end_closes_it(run: Any) -> None:
    """An insight of one hour, given once, buys and an hour later sells all."""
    outcome = run(
        "self.set_alpha(Once())\n" + EQUAL,
        """
        class Once(AlphaModel):
            done = False

            def update(self, algorithm, data):
                if self.done or not data.bars:
                    return []
                self.done = True
                return [Insight.price(algorithm.spy, timedelta(hours=1), InsightDirection.UP)]
        """,
    )
    assert quantities(outcome) == [1, -1]
    assert not outcome.algorithm.portfolio.invested
    (insight,) = outcome.algorithm.insights.get_insights()
    assert insight.reference_value > 0
    assert insight.source_model == "Once"


def test_constant_alpha_repeats_when_its_period_is_over(run: Any) -> None:
    """Three days of a daily insight are three insights and one position."""
    outcome = run(CONSTANT.format(1) + EQUAL)
    assert outcome.algorithm.insights.total_count == 3
    assert outcome.algorithm.portfolio.invested


def test_risk_model_has_the_last_word(run: Any) -> None:
    """A risk model's target replaces that of portfolio construction for the same symbol only."""
    outcome = run(
        CONSTANT.format(9) + EQUAL + "self.add_risk_management(NullRiskManagementModel())\n"
        "self.add_risk_management(Nothing())\nself.add_risk_management(Cap())\n",
        """
        class Nothing(RiskManagementModel):
            def manage_risk(self, algorithm, targets):
                return []

        class Cap(RiskManagementModel):
            def manage_risk(self, algorithm, targets):
                return [PortfolioTarget(target.symbol, 7) for target in targets]
        """,
    )
    assert outcome.algorithm.portfolio[outcome.algorithm.spy].quantity == 7
    assert outcome.algorithm.securities[outcome.algorithm.spy].holdings.target.quantity == 7


@pytest.mark.parametrize(
    ("model", "orders"),
    [
        ("MaximumDrawdownPercentPerSecurity(0.0001)", 2),
        ("MaximumDrawdownPercentPerSecurity(0.9)", 1),
        ("MaximumUnrealizedProfitPercentPerSecurity(0.0001)", 2),
        ("MaximumUnrealizedProfitPercentPerSecurity(0.9)", 1),
        ("TrailingStopRiskManagementModel(0.0001)", 2),
        ("TrailingStopRiskManagementModel(0.9)", 1),
    ],
)
def test_stops_close_the_position_and_cancel_its_insights(run: Any, model: str, orders: int) -> None:
    """A narrow stop sells; a wide one leaves the position alone."""
    # these days' prices rise: who wants a loss sells short
    alpha = CONSTANT.format(9).replace("UP", "DOWN" if "Drawdown" in model else "UP")
    rarely = EQUAL.replace("()", "(timedelta(30))")
    outcome = run(alpha + rarely + f"self.set_risk_management({model})\n")
    assert len(quantities(outcome)) == orders
    assert outcome.algorithm.portfolio.invested == (orders == 1)
    expired = outcome.algorithm.insights.get_insights(lambda i: i.is_expired(outcome.algorithm.utc_time))
    assert len(expired) == orders - 1


def test_several_alphas_are_asked_in_turn(run: Any) -> None:
    """Added alpha models make one; each signs its insights."""
    outcome = run(
        "self.add_alpha(Named('first'))\nself.add_alpha(Named('second'))\nself.add_alpha(Named(''))\n",
        """
        class Named(AlphaModel):
            def __init__(self, name):
                self.name = name

            def update(self, algorithm, data):
                if algorithm.insights.total_count >= 3:
                    return []
                return [Insight.price(algorithm.spy, timedelta(1), InsightDirection.UP)]
        """,
    )
    assert [i.source_model for i in outcome.algorithm.insights.get_insights()] == ["first", "second", "Named"]


def test_models_may_use_net_names(run: Any) -> None:
    """A model written with C#'s method names works."""
    outcome = run(
        "self.set_alpha(Old())\n" + EQUAL,
        """
        class Old(AlphaModel):
            def Update(self, algorithm, data):
                return [Insight.Price(algorithm.spy, timedelta(1), InsightDirection.Up)]
        """,
    )
    assert outcome.algorithm.portfolio.invested


def test_emitted_insights_trade_at_once_but_not_while_warming_up(run: Any) -> None:
    """`emit_insights` from on_data reaches the models; before the start it only says why not."""
    outcome = run(
        EQUAL + "self.set_warm_up(timedelta(2))\nself.generated = []\n"
        "self.insights_generated += lambda algorithm, data: self.generated.extend(data.insights)\n",
        methods="""
        def on_data(self, data):
            if not self.portfolio.invested:
                self.emit_insights(Insight.price(self.spy, timedelta(1), InsightDirection.DOWN))
        """,
    )
    assert outcome.algorithm.portfolio[outcome.algorithm.spy].is_short
    assert outcome.algorithm.generated == outcome.algorithm.insights.get_insights()


def test_rebalance_settings_reach_the_model(run: Any) -> None:
    """Settings of the algorithm override what the portfolio construction model says."""
    outcome = run(EQUAL + "self.settings.rebalance_portfolio_on_insight_changes = False\n")
    assert type(outcome.algorithm.universe_selection).__name__ == "ManualUniverseSelectionModel"
    model = outcome.algorithm.portfolio_construction
    assert model.rebalance_on_insight_changes is False
    assert model.rebalance_on_security_changes is True


def test_scheduled_selection_brings_and_takes_securities(run: Any) -> None:
    """What a scheduled selection no longer names leaves, and its insights end."""
    outcome = run(
        CONSTANT.format(9) + EQUAL + "self.seen = []\n"
        "self.set_universe_selection(ScheduledUniverseSelectionModel(\n"
        "    self.date_rules.every_day(), self.time_rules.midnight,\n"
        "    lambda time: [self.spy] if time.day < 8 else []))\n",
        methods="""
        def on_securities_changed(self, changes):
            self.seen += [(self.time.day, s.symbol.value) for s in changes.added_securities]
            self.seen += [(self.time.day, "-" + s.symbol.value) for s in changes.removed_securities]
        """,
    )
    assert outcome.algorithm.seen == [(6, "SPY"), (8, "-SPY")]
    (insight,) = outcome.algorithm.insights.get_insights()
    assert insight.is_expired(outcome.algorithm.utc_time)


def test_custom_selection_asks_for_tickers_at_every_interval(run: Any) -> None:
    """A function of the exchange's time names tickers; the market must open within the interval."""
    outcome = run(
        "self.times = []\n"
        "self.set_universe_selection(CustomUniverseSelectionModel('mine', self.choose))\n"
        + CONSTANT.format(9)
        + EQUAL,
        methods="""
        def choose(self, time):
            self.times.append(time)
            return ["SPY"] if time.day > 6 else []
        """,
    )
    assert {time.day for time in outcome.algorithm.times} == {6, 7, 8}
    (insight,) = outcome.algorithm.insights.get_insights()
    assert insight.symbol.value == "SPY"
    assert insight.generated_time_utc.day == 7


@pytest.mark.parametrize(
    ("module", "symbol", "kind"),
    [
        (
            "FutureUniverseSelectionModel",
            "Futures.Indices.SP_500_E_MINI, SecurityType.FUTURE, Market.CME",
            "FUTURE",
        ),
        ("OptionUniverseSelectionModel", "'SPY', SecurityType.OPTION, Market.USA", "OPTION"),
    ],
)
def test_chain_selection_brings_contracts(run: Any, module: str, symbol: str, kind: str) -> None:
    """A selector of canonical symbols, narrowed by the model's filter, brings that chain's contracts."""
    outcome = run(
        f"""
        self.universe_settings.resolution = Resolution.MINUTE
        self.seen = set()
        self.set_universe_selection(Narrow(timedelta(1), lambda time: [Symbol.create({symbol})]))
        """,
        f"""
        class Narrow({module}):
            def filter(self, universe):
                return universe.contracts(lambda contracts: list(contracts)[:1])
        """,
        """
        def on_securities_changed(self, changes):
            self.seen |= {s.symbol for s in changes.added_securities if not s.symbol.is_canonical()}
        """,
        f"from Selection.{module} import {module}",
    )
    kinds = [symbol.security_type.name for symbol in outcome.algorithm.seen]
    assert kind in kinds
    assert set(kinds) <= {kind, "EQUITY"}


def test_framework_modules_are_importable_as_in_lean(run: Any, tmp_path: Path) -> None:
    """LEAN's module names give the engine's classes; a folder of the algorithm's own comes first."""
    (tmp_path / "Alphas").mkdir()
    (tmp_path / "Alphas" / "OwnAlpha.py").write_text("class OwnAlpha:\n    mine = True\n", encoding="utf-8")
    names = {
        "Alphas": "ConstantAlphaModel",
        "Execution": "ImmediateExecutionModel",
        "Portfolio": "EqualWeightingPortfolioConstructionModel",
        "Risk": "TrailingStopRiskManagementModel",
        "Selection": "FutureUniverseSelectionModel",
        "Orders.Slippage": "VolumeShareSlippageModel",
    }
    imports = "import AlgorithmImports as everything\nfrom Alphas.OwnAlpha import OwnAlpha\n"
    imports += "".join(f"from {folder}.{name} import {name}\n" for folder, name in names.items())
    checks = "\n".join(f"assert everything.{name} is {name}" for name in names.values())
    run(checks + "\nassert OwnAlpha.mine\n", imports=imports)


def test_error_of_a_model_ends_the_run_as_the_algorithms(run: Any) -> None:
    """An exception in a framework model is a runtime error of the algorithm."""
    outcome = run(
        "self.set_alpha(Broken())",
        """
        class Broken(NullAlphaModel):
            def on_securities_changed(self, algorithm, changes):
                raise ValueError("no such luck")
        """,
        completes=False,
    )
    assert outcome.status == AlgorithmStatus.RUNTIME_ERROR
    assert "no such luck" in str(outcome.error)


def test_consolidator_added_twice_is_fed_once(run: Any) -> None:
    """LEAN keeps the consolidators of a subscription in a set, and so do we."""
    outcome = run(
        """
        self.bars = []
        self.add_equity("SPY", Resolution.HOUR)
        day = TradeBarConsolidator(timedelta(hours=2))
        day.data_consolidated += lambda sender, bar: self.bars.append(bar.end_time)
        self.subscription_manager.add_consolidator(self.spy, day)
        self.subscription_manager.add_consolidator(self.spy, day)
        """
    )
    bars = outcome.algorithm.bars
    assert bars
    assert len(bars) == len(set(bars))
    assert sum(s.consolidators.count for s in outcome.algorithm.subscription_manager.subscriptions) == 1
