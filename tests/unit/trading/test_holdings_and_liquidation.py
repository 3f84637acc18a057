"""Targets and liquidation (lean-semantics 5, 16; LEAN: QCAlgorithm.Trading.cs)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from engine.common.enums import OrderStatus
from tests.unit.trading.trading_desk import Desk


@dataclass
class Target:
    """Stands for LEAN's PortfolioTarget."""

    symbol: Any
    quantity: float


def test_set_holdings_keeps_the_free_buffer_and_pays_the_fee(desk: Desk) -> None:
    """All of the portfolio is 99.75 % of it: 269 shares at 370 with their fee."""
    spy = desk.equity()
    desk.trade(spy, 370)
    (ticket,) = desk.algorithm.set_holdings("SPY", 1)
    assert ticket.quantity == 269
    assert desk.algorithm.calculate_order_quantity("SPY", 1) == 0
    assert desk.algorithm.set_holdings("SPY", 1) == []


def test_set_holdings_counts_market_orders_on_their_way(desk: Desk) -> None:
    """What an open market-on-open order will bring is not ordered twice."""
    spy = desk.equity()
    desk.trade(spy, 370)
    desk.at(18, 0)
    (first,) = desk.algorithm.set_holdings("SPY", 0.5)
    assert desk.algorithm.set_holdings("SPY", 0.5) == []
    (more,) = desk.algorithm.set_holdings("SPY", 1)
    assert first.quantity + more.quantity == 269


def test_set_holdings_of_a_list_sells_before_it_buys(desk: Desk) -> None:
    """Targets that reduce a position come first, then the larger ones."""
    for ticker in ("SPY", "IBM", "QQQ"):
        desk.trade(desk.equity(ticker), 100)
    desk.algorithm.set_holdings("SPY", 0.9)
    symbols = {ticker: desk.algorithm.securities[ticker].symbol for ticker in ("SPY", "IBM", "QQQ")}
    targets = [Target(symbols["IBM"], 0.2), Target(symbols["QQQ"], 0.3), Target(symbols["SPY"], 0.1)]
    tickets = desk.algorithm.set_holdings(targets)
    assert [ticket.symbol.value for ticket in tickets] == ["SPY", "QQQ", "IBM"]


def test_set_holdings_can_liquidate_everything_else(desk: Desk) -> None:
    """With liquidate_existing_holdings the other positions go first."""
    for ticker in ("SPY", "IBM"):
        desk.trade(desk.equity(ticker), 100)
    desk.algorithm.set_holdings("IBM", 0.5)
    tickets = desk.algorithm.set_holdings("SPY", 0.5, True)
    assert [(ticket.symbol.value, ticket.tag) for ticket in tickets] == [("IBM", "Liquidated"), ("SPY", "")]
    assert desk.algorithm.portfolio["IBM"].quantity == 0


@pytest.mark.parametrize("target", [2e9, 1e-12])
def test_target_outside_the_settings_is_an_error(desk: Desk, target: float) -> None:
    """A share beyond the settings' bounds orders nothing and says why."""
    desk.trade(desk.equity(), 370)
    assert desk.algorithm.set_holdings("SPY", target) == []
    assert "does not comply with the current" in desk.algorithm.error_messages[0]


def test_small_rebalance_is_ignored_with_one_warning(desk: Desk) -> None:
    """A change below a thousandth of the portfolio is not worth its fee."""
    desk.trade(desk.equity(), 50)
    desk.algorithm.market_order("SPY", 1000)
    for _ in range(2):
        assert desk.algorithm.set_holdings("SPY", 0.4995) == []
    assert len(desk.algorithm.debug_messages) == 1
    assert "minimum_order_margin_portfolio_percentage = 0" in desk.algorithm.debug_messages[0]


def test_liquidate_cancels_then_closes_in_the_order_of_symbols(desk: Desk) -> None:
    """Open orders of a symbol are cancelled and its position closed before the next symbol's turn."""
    for ticker in ("SPY", "IBM"):
        desk.trade(desk.equity(ticker), 100)
        desk.algorithm.market_order(ticker, 10)
    resting = desk.algorithm.limit_order("SPY", -10, 200, tag="target")
    tickets = desk.algorithm.liquidate()
    assert [(ticket.symbol.value, ticket.quantity) for ticket in tickets] == [("IBM", -10), ("SPY", -10)]
    assert (resting.status, resting.tag) == (OrderStatus.CANCELED, "Liquidated")
    assert not desk.algorithm.portfolio.invested


def test_liquidate_leaves_a_closing_market_order_alone(desk: Desk) -> None:
    """A single open market order that closes the position is not sent again."""
    spy = desk.equity()
    desk.trade(spy, 100)
    desk.algorithm.market_order("SPY", 10)
    desk.at(12, 0)
    waiting = desk.algorithm.market_order("SPY", -10)
    assert waiting.status == OrderStatus.SUBMITTED
    assert desk.algorithm.liquidate("SPY") == []


def test_liquidate_counts_market_orders_on_their_way(desk: Desk) -> None:
    """Half of the closing order is on its way: only the rest is ordered."""
    spy = desk.equity()
    desk.trade(spy, 100)
    desk.algorithm.market_order("SPY", 10)
    desk.at(12, 0)
    desk.algorithm.market_order("SPY", -4)
    (ticket,) = desk.algorithm.liquidate("SPY", tag="rest")
    assert (ticket.quantity, ticket.tag) == (-6, "rest")


def test_liquidate_of_an_unknown_symbol_warns_once(desk: Desk) -> None:
    """Symbols that were never added are skipped."""
    assert desk.algorithm.liquidate("NOPE") == []
    assert desk.algorithm.liquidate("NOPE") == []
    assert len(desk.algorithm.debug_messages) == 1


def test_liquidate_can_be_switched_off(desk: Desk) -> None:
    """The setting turns it into a message."""
    desk.trade(desk.equity(), 100)
    desk.algorithm.market_order("SPY", 10)
    desk.algorithm.settings.liquidate_enabled = False
    assert desk.algorithm.liquidate() == []
    assert desk.algorithm.portfolio["SPY"].quantity == 10


def test_obsolete_liquidate_with_a_tag_returns_ids(desk: Desk) -> None:
    """liquidate(symbol, "tag") returns order ids, as LEAN's old overload."""
    desk.trade(desk.equity(), 100)
    desk.algorithm.market_order("SPY", 10)
    assert desk.algorithm.liquidate("SPY", "bye") == [2]
    assert desk.algorithm.transactions.get_order_by_id(2).tag == "bye"
