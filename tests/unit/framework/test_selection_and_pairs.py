"""Which securities the ready-made models choose, and when a pair's ratio makes insights."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest.mock import Mock

import pytest

from engine.algorithm.framework.alphas.base_pairs_trading_alpha_model import BasePairsTradingAlphaModel
from engine.algorithm.framework.selection.ema_cross_universe_selection_model import (
    EmaCrossUniverseSelectionModel,
)
from engine.algorithm.framework.selection.etf_baskets import (
    EnergyETFUniverse,
    SP500SectorsETFUniverse,
    VolatilityETFUniverse,
)
from engine.algorithm.framework.selection.liquid_etf_universe import LiquidETFUniverse
from engine.algorithm.framework.selection.open_interest_future_universe_selection_model import (
    OpenInterestFutureUniverseSelectionModel,
)
from engine.common.enums import InsightDirection, Resolution, SecurityType
from engine.common.net_math import Math
from engine.common.symbol import Symbol
from engine.data.universe_selection.security_changes import SecurityChanges
from engine.data.universe_selection.universe import Universe

A, B = (Symbol.create(ticker, SecurityType.EQUITY, "usa") for ticker in ("AAA", "BBB"))
NOW = datetime(2024, 3, 8, 15)


class Listed(NamedTuple):
    """As much of a security as a model asks for."""

    symbol: Symbol
    type: SecurityType = SecurityType.EQUITY


@pytest.mark.parametrize(
    ("basket", "day", "expected"),
    [
        (EnergyETFUniverse, datetime(2004, 9, 29), ["XLE", "IYE", "VDE"]),
        (VolatilityETFUniverse, datetime(2011, 1, 3), ["SQQQ", "TQQQ", "TVIX"]),
    ],
)
def test_funds_of_a_basket_join_on_their_dates(basket: Any, day: datetime, expected: list[str]) -> None:
    """From its date on a fund is in the basket, and nothing changes until the next one's."""
    model = basket()
    assert model.select(Mock(), day) == expected
    assert model.select(Mock(), day) is Universe.UNCHANGED


def test_liquid_funds_are_grouped_by_what_they_follow() -> None:
    """A group tells its funds in LEAN's words; one without inverse funds leaves them out."""
    assert str(LiquidETFUniverse.METALS).endswith("UGLD,JNUG Inverse: DUST,JDST")
    assert str(LiquidETFUniverse.SP_500_SECTORS) == "9 symbols: Long: XLB,XLE,XLF,XLI,XLK,XLP,XLU,XLV,XLY"
    assert len(SP500SectorsETFUniverse().select(Mock(), NOW)) == 9


def test_equities_whose_fast_average_is_far_above_the_slow_are_chosen() -> None:
    """The steeper riser comes first; a falling price is not chosen; nothing is before both averages are ready."""
    model = EmaCrossUniverseSelectionModel(2, 4, universe_count=5)
    chosen: Any = []
    for day in range(6):
        rows = [
            SimpleNamespace(symbol=symbol, end_time=NOW + timedelta(day), adjusted_price=100 + step * day)
            for symbol, step in ((A, 3), (B, 9), (Symbol.NONE, -5))
        ]
        chosen = model.select_coarse(Mock(), rows)  # type: ignore[arg-type]
        assert day >= 3 or chosen == []
    assert chosen == [B, A]


def test_contracts_of_the_largest_open_interest_are_kept() -> None:
    """Of the next two contracts the one that more is held of; without figures none, and a word about it."""
    contracts = [Symbol.create_future("GC", "comex", datetime(2014, month, 26)) for month in (6, 2, 4)]
    held = {contracts[1]: 10.0, contracts[2]: 30.0, contracts[0]: 99.0}
    algorithm: Any = Mock()
    model = OpenInterestFutureUniverseSelectionModel(algorithm, lambda _: [], 2, 1)
    model._open_interest = lambda symbols: {s: held[s] for s in symbols}  # type: ignore[method-assign]
    assert model.filter_by_open_interest(contracts) == [contracts[2]]
    held.clear()
    model._open_interest = lambda symbols: {}  # type: ignore[method-assign]
    assert model.filter_by_open_interest(contracts) == []
    assert "Failed to get historical open interest" in algorithm.error.call_args[0][0]


def test_ratio_beyond_its_average_makes_one_pair_of_insights() -> None:
    """A ratio 1% above its average is sold, once, until it goes below; a removed leg ends the pair."""
    prices: list[Any] = []
    config = SimpleNamespace(resolution=Resolution.MINUTE)
    algorithm: Any = Mock()
    algorithm.subscription_manager.subscription_data_config_service.get_subscription_data_configs = (
        lambda symbol: [config]
    )
    algorithm.create_indicator_name = lambda symbol, *_: symbol.value
    algorithm.register_indicator = lambda symbol, indicator, _: prices.append(indicator)
    model = BasePairsTradingAlphaModel()
    securities: Any = [Listed(B), Listed(A)]
    model.on_securities_changed(algorithm, SecurityChanges(securities))
    assert list(model.pairs) == [(A, B)]

    def at(minute: int, price: float) -> list[Any]:
        for indicator, value in zip(prices, (price, 100), strict=True):
            indicator.update(NOW + timedelta(minutes=minute), value)
        return [(i.symbol, i.direction) for i in model.update(algorithm, Mock())]

    assert not any(at(minute, 100) for minute in range(500))
    assert at(500, 103) == [(A, InsightDirection.DOWN), (B, InsightDirection.UP)]
    assert at(501, 104) == []
    assert at(502, 90) == [(A, InsightDirection.UP), (B, InsightDirection.DOWN)]
    model.on_securities_changed(algorithm, SecurityChanges((), securities[:1]))
    assert not model.pairs
    assert algorithm.subscription_manager.remove_consolidator.call_count == 2


def test_dot_nets_mathematics_round_and_cut_as_it_does() -> None:
    """A half goes to the even neighbour, a cut towards zero, and a sign is -1, 0 or 1."""
    assert (Math.round(2.5), Math.round(3.5), Math.round(1.25, 1)) == (2, 4, 1.2)
    assert (Math.truncate(-1.7), Math.floor(-1.2), Math.ceiling(1.2)) == (-1, -2, 2)
    assert (Math.sign(-3), Math.sign(0), Math.sign(0.5)) == (-1, 0, 1)
    assert (Math.sqrt(16), Math.pow(2, 3), Math.log(8, 2), Math.max(1, 2)) == (4, 8, 3, 2)
