"""What LEAN holds but lists no more, from the close of an expired option to its settlement."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

from engine.launcher import importable


class Portfolio(dict):
    """Finds every security that ever was, lists those that were not removed."""

    def __init__(self, *held: Any) -> None:
        super().__init__({each.symbol: each for each in held})
        self.removed: set[Any] = set()

    def values(self) -> Any:
        return [held for symbol, held in self.items() if symbol not in self.removed]


class Name(NamedTuple):
    """What a symbol is asked for here."""

    id: str
    value: str


def holding(name: str, quantity: float) -> Any:
    return SimpleNamespace(symbol=Name(name, name), quantity=quantity, average_price=1.5)


def test_an_expired_option_is_held_until_it_is_settled() -> None:
    """LEAN removes an index option at the close of its last day and settles it in the night."""
    wing, other = holding("SPXW 140718P01940000", 13.0), holding("SPY", 5.0)
    portfolio = Portfolio(wing, other)
    properties = SimpleNamespace(time_in_force=None)
    algorithm = SimpleNamespace(live_mode=False, default_order_properties=properties, portfolio=portfolio)
    with importable(Path(__file__)):
        from algorithm.lean_broker import LeanBroker
    broker = LeanBroker(algorithm, "INTERACTIVE_BROKERS_BROKERAGE", None)
    assert {held.contract: held.quantity for held in broker.holdings()} == {wing.symbol.id: 13.0, "SPY": 5.0}
    portfolio.removed.add(wing.symbol)
    assert {held.contract: held.quantity for held in broker.holdings()} == {wing.symbol.id: 13.0, "SPY": 5.0}
    wing.quantity = 0.0
    assert {held.contract: held.quantity for held in broker.holdings()} == {"SPY": 5.0}
