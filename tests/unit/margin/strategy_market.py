"""SPY at 410 with a few options, and the margin that LEAN's rules give every option strategy on them.

A naked option needs its value and the larger of 10% (of the underlying for calls, of the strike for puts)
and 20% of the underlying less the amount out of the money, all times 100.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from engine.common.enums import OptionRight, OptionStyle, SecurityType
from engine.common.symbol import Symbol
from engine.securities.option.option_strategies import OptionStrategies

NEAR, FAR = datetime(2023, 5, 17), datetime(2023, 5, 19)
SPOT = 410.0
STOCK = SPOT * 100 / 2
PRICES = {
    ("CALL", 400, NEAR): 12.0,
    ("CALL", 410, NEAR): 5.0,
    ("CALL", 420, NEAR): 2.0,
    ("PUT", 400, NEAR): 3.0,
    ("PUT", 410, NEAR): 6.0,
    ("PUT", 420, NEAR): 13.0,
    ("CALL", 410, FAR): 7.0,
    ("PUT", 410, FAR): 8.0,
}


def naked_call(strike: float, price: float) -> float:
    """Return the margin of one short call."""
    otm = max(0.0, strike - SPOT)
    return 100 * (price + max(0.1 * SPOT, 0.2 * SPOT - otm))


def naked_put(strike: float, price: float) -> float:
    """Return the margin of one short put."""
    otm = max(0.0, SPOT - strike)
    return 100 * (price + max(0.1 * strike, 0.2 * SPOT - otm))


C400, C410, C420 = naked_call(400, 12), naked_call(410, 5), naked_call(420, 2)
P400, P410, P420 = naked_put(400, 3), naked_put(410, 6), naked_put(420, 13)
C410_FAR, P410_FAR = naked_call(410, 7), naked_put(410, 8)
BOX_TO_CLOSE = 12.0 - 2.0 + 13.0 - 3.0  # calls 400/420 and puts 420/400 at their prices

# arguments after the canonical symbol, maintenance, initial without premium, premium paid (+) or received (-)
TABLE = {
    "naked_call": ((420, NEAR), C420, C420, -200),
    "naked_put": ((400, NEAR), P400, P400, -300),
    "covered_call": ((420, NEAR), STOCK, STOCK + 0.8 * 200, -200),
    "protective_call": ((420, NEAR), min(0.1 * 42000 + 1000, STOCK), STOCK, 200),
    "covered_put": ((400, NEAR), STOCK, STOCK, -300),
    "protective_put": ((400, NEAR), min(0.1 * 40000 + 1000, STOCK), STOCK, 300),
    "protective_collar": ((420, 400, NEAR), min(0.1 * 40000 + 1000, 0.25 * 42000), STOCK, 100),
    "conversion": ((400, NEAR), 0.1 * 40000 + 1000, STOCK + 1000, 300 - 1200),
    "reverse_conversion": ((420, NEAR), 0.1 * 42000 + 1000, STOCK + 1000, 200 - 1300),
    "bear_call_spread": ((400, 410, NEAR), 1000, 1000, 500 - 1200),
    "bull_call_spread": ((400, 410, NEAR), 0, 0, 1200 - 500),
    "bear_put_spread": ((410, 400, NEAR), 0, 0, 600 - 300),
    "bull_put_spread": ((410, 400, NEAR), 1000, 1000, 300 - 600),
    "straddle": ((410, NEAR), 0, 0, 1100),
    "short_straddle": ((410, NEAR), P410 + 500, P410 + 500, -1100),
    "strangle": ((420, 400, NEAR), 0, 0, 500),
    "short_strangle": ((420, 400, NEAR), P400 + 200, P400 + 200, -500),
    "butterfly_call": ((420, 410, 400, NEAR), 0, 0, 1200 + 200 - 1000),
    "short_butterfly_call": ((420, 410, 400, NEAR), 1000, 1000, 1000 - 1400),
    "butterfly_put": ((420, 410, 400, NEAR), 0, 0, 1300 + 300 - 1200),
    "short_butterfly_put": ((420, 410, 400, NEAR), 1000, 1000, 1200 - 1600),
    "call_calendar_spread": ((410, NEAR, FAR), 0, 0, 200),
    "short_call_calendar_spread": ((410, NEAR, FAR), C410_FAR, C410_FAR, -200),
    "put_calendar_spread": ((410, NEAR, FAR), 0, 0, 200),
    "short_put_calendar_spread": ((410, NEAR, FAR), P410_FAR, P410_FAR, -200),
    "iron_butterfly": ((400, 410, 420, NEAR), 1000, 1000, 300 + 200 - 1100),
    "short_iron_butterfly": ((400, 410, 420, NEAR), 0, 0, 1100 - 500),
    "iron_condor": ((400, 410, 410, 420, NEAR), 1000, 1000, 500 - 1100),
    "box_spread": ((420, 400, NEAR), 0, 0, 2000),
    "short_box_spread": (
        (420, 400, NEAR),
        max(1.02 * (4 * 1 + BOX_TO_CLOSE * 100), 2000),
        max(1.02 * (4 * 1 + BOX_TO_CLOSE * 100), 2000),
        -2000,
    ),
    "jelly_roll": ((410, NEAR, FAR), P410_FAR, P410_FAR, 0),
    "short_jelly_roll": ((410, NEAR, FAR), C410_FAR, C410_FAR, 0),
    "bear_call_ladder": ((400, 410, 420, NEAR), 1000, 1000, 700 - 1200),
    "bull_call_ladder": ((400, 410, 420, NEAR), C420, C420, 1200 - 700),
    "bear_put_ladder": ((420, 410, 400, NEAR), P400, P400, 1300 - 900),
    "bull_put_ladder": ((420, 410, 400, NEAR), 1000, 1000, 900 - 1300),
}


def fill_market(account: Any) -> Symbol:
    """Give SPY and the options of the table prices; return the canonical option."""
    account.at(datetime(2023, 5, 16, 12))
    stock = account.trade(account.add(Symbol.create("SPY", SecurityType.EQUITY, "usa")), SPOT)
    for (right, strike, expiry), price in PRICES.items():
        symbol = Symbol.create_option(
            stock.symbol, "usa", OptionStyle.AMERICAN, OptionRight[right], strike, expiry
        )
        account.quote(account.add(symbol), price, price)
    return Symbol.create_canonical_option(stock.symbol)


def hold(account: Any, strategy: Any, times: int = 1) -> Any:
    """Hold a strategy and return its group."""
    for leg in (*strategy.option_legs, *strategy.underlying_legs):
        account.securities[leg.symbol].holdings.set_holdings(1, leg.quantity * times)
    groups = list(account.portfolio.positions.groups)
    assert len(groups) == 1, [str(group.buying_power_model) for group in groups]
    return groups[0]


def strategy_of(name: str, canonical: Symbol) -> Any:
    """Return the strategy that a line of the table is about."""
    return getattr(OptionStrategies, name)(canonical, *TABLE[name][0])
