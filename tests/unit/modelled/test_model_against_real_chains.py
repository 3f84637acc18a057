"""Smile and spreads of the model beside real SPX chains of 2019 (the set they were measured on)."""

from __future__ import annotations

import numpy as np
import pytest

from engine.data_source.modelled.spreads import TickRule, quote, spread_model
from engine.data_source.modelled.volatility import smile_factor, smile_shape

TYPICAL_VIX = 15.0
RATE, YIELD = 0.0245, 0.020


@pytest.fixture(scope="module")
def chains(shared):
    """Return quotes with both sides: days to expiry, mid, spread, how far in the money."""
    import pandas as pd
    from pyarrow import parquet

    file = shared / "real-chains/spx_2019.parquet"
    if not file.is_file():
        pytest.skip("needs ../shared/real-chains beside the checkout")
    table = parquet.read_table(file).to_pandas()
    table = table[(table["ask"] > 0) & (table["bid"] > 0)].reset_index(drop=True)
    table["days"] = (pd.to_datetime(table["expiration"]) - pd.to_datetime(table["quotedate"])).dt.days
    table["mid"] = (table["bid"] + table["ask"]) / 2
    sign = np.where(table["type"] == "c", 1, -1)
    table["itm"] = sign * (table["underlying_last"] - table["strike"]) / table["underlying_last"]
    return table


def test_smile_given_the_level_is_within_six_tenths_of_a_point(chains):
    """Out-of-the-money volatilities of 5 to 500 days and at least 5 delta; .52 was measured with each day's
    VIX."""
    wanted = chains[
        chains["days"].between(5, 500)
        & (chains["itm"] < 0)
        & (chains["delta"].abs() > 0.05)
        & (chains["impliedvol"] > 0)
    ]
    errors = []
    for _, rows in list(wanted.groupby(["root", "quotedate", "expiration"]))[::5]:
        years = rows["days"].iloc[0] / 365
        forward = rows["underlying_last"].iloc[0] * np.exp((RATE - YIELD) * years)
        distance = np.log(rows["strike"].to_numpy() / forward)
        real = rows["impliedvol"].to_numpy()
        level = real[np.argsort(np.abs(distance))[:4]].mean()
        rho, nu = smile_shape(np.array([years]), np.array([TYPICAL_VIX]))
        errors.append(np.abs(level * smile_factor(distance / (level * np.sqrt(years)), rho, nu) - real))
    assert np.concatenate(errors).mean() * 100 < 0.6


@pytest.mark.parametrize(("inside", "least"), [(False, 0.93), (True, 0.80)])
def test_spreads_are_mostly_within_a_factor_of_two(chains, inside, least):
    """The median ratio is 1, out of and in the money."""
    rows = chains[(chains["itm"] > 0) == inside]
    ratios = []
    for days, some in rows.groupby("days"):
        model = spread_model(TickRule.INDEX_OPTION, days, 1.0)
        bid, ask = quote(some["mid"].to_numpy(), some["itm"].to_numpy(), model)
        ratios.append((ask - bid) / 100 / (some["ask"] - some["bid"]).to_numpy())
    ratio = np.concatenate(ratios)
    assert np.median(ratio) == pytest.approx(1.0, abs=0.05)
    assert ((ratio > 0.5) & (ratio < 2)).mean() >= least
