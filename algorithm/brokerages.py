"""What each of LEAN's brokerage models takes, measured with one order of each kind (lean-semantics 15)."""

from __future__ import annotations

from typing import Final

from algorithm.ports import Capabilities
from strategies.base import AssetClass as A

EQUITY: Final = frozenset({A.EQUITY_OPTION})
INDEX: Final = frozenset({A.EQUITY_OPTION, A.INDEX_OPTION})
EVERYTHING: Final = frozenset(A)

CAPABILITIES: Final = {
    "QUANT_CONNECT_BROKERAGE": Capabilities(True, True, EVERYTHING),
    "INTERACTIVE_BROKERS_BROKERAGE": Capabilities(True, True, EVERYTHING),
    "TASTYTRADE": Capabilities(False, True, EVERYTHING),
    "TRADE_STATION": Capabilities(True, True, INDEX),
    "CHARLES_SCHWAB": Capabilities(True, True, INDEX),
    # LEAN refuses what is sold short below 5 USD, options too (LEAN: TradierBrokerageModel.cs, CanSubmitOrder).
    "TRADIER_BROKERAGE": Capabilities(False, False, INDEX, least_short_usd=5.0),
    "WEBULL": Capabilities(False, False, INDEX),
    "ALPACA": Capabilities(False, False, EQUITY),
}


def capabilities_of(brokerage: str) -> Capabilities:
    """Return what a brokerage takes, by the name of LEAN's enum `BrokerageName`."""
    return CAPABILITIES[brokerage]
