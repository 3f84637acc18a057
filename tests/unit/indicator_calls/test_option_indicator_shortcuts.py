"""`self.iv(option)` and the greeks: fed by the option's quotes and by its underlying."""

from __future__ import annotations

import pytest

ADD = (
    "self.set_start_date(2015, 12, 24)\n"
    "self.set_end_date(2015, 12, 24)\n"
    "goog = self.add_equity('GOOG', Resolution.MINUTE).symbol\n"
    "def contract(right):\n"
    "    symbol = Symbol.create_option(\n"
    "        'GOOG', Market.USA, OptionStyle.AMERICAN, right, 750, datetime(2016, 1, 15))\n"
    "    return self.add_option_contract(symbol, Resolution.MINUTE).symbol\n"
    "model = OptionPricingModelType.BLACK_SCHOLES\n"
    "call, put = contract(OptionRight.CALL), contract(OptionRight.PUT)\n"
)


@pytest.mark.parametrize(
    ("call", "name"),
    [
        ("self.iv(call, resolution=Resolution.HOUR)", "ImpliedVolatility(,,ForwardTree,{}C00750000_hr)"),
        ("self.d(call, put, None, None, model, model)", "Delta(,,BlackScholes,{}C00750000_min)"),
        ("self.g(call, None, 0.05, 0.01, model, model)", "Gamma(0.05,0.01,BlackScholes,{}C00750000_min)"),
        ("self.t(call, option_model=model, iv_model=model)", "Theta(,,BlackScholes,{}C00750000_min)"),
        ("self.v(put, call, resolution=Resolution.HOUR)", "Vega(,,ForwardTree,{}P00750000_hr)"),
        (
            "self.r(put, dividend_yield=0, option_model=model, iv_model=model)",
            "Rho(,0,BlackScholes,{}P00750000_min)",
        ),
    ],
)
def test_option_indicators_get_name_and_data(ask, call: str, name: str) -> None:  # type: ignore[no-untyped-def]
    """The name tells rate, yield and model as given, the option and the resolution; data make it ready."""
    made = ask(f"{ADD}self.made = {call}").algorithm.made
    assert made.name == name.format("GOOG  160115")
    assert made.is_ready
    assert made.price.current.value > 0
    assert made.underlying_price.current.value == pytest.approx(750, rel=0.02)


def test_a_shortcut_is_what_one_registers_by_hand(ask) -> None:  # type: ignore[no-untyped-def]
    """An indicator made and registered by the algorithm has the same value."""
    algorithm = ask(
        f"{ADD}self.made = self.iv(call, None, 0.05, 0.01, model)\n"
        "self.own = ImpliedVolatility(call, 0.05, 0.01, None, model)\n"
        "for symbol, kind in ((call, QuoteBar), (goog, TradeBar)):\n"
        "    consolidator = self.resolve_consolidator(symbol, Resolution.MINUTE, kind)\n"
        "    self.register_indicator(symbol, self.own, consolidator)"
    ).algorithm
    assert algorithm.made.current.value == algorithm.own.current.value > 0
