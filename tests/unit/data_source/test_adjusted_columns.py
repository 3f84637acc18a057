"""Adjusted prices are the doubles .NET makes of the exact decimal product, not of a product of doubles."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.common.enums import Resolution, TickType
from engine.common.numbers import to_float
from engine.data_source.price_factor import PriceFactor

D = Decimal
DAY = date(2015, 6, 1)
FACTORS = st.decimals(D("0.0001"), D(2), places=7) | st.decimals(D("0.01"), D(40), places=2)


@pytest.fixture
def minute(folder, write_zip, spy):
    """Return one bar of SPY: 200.01, 200.03, 199.99, 200.02, volume 1001."""
    rows = "34200000,2000100,2000300,1999900,2000200,1001\n"
    write_zip("equity/usa/minute/spy/20150601_trade.zip", {"x.csv": rows})
    return folder.bars(spy, Resolution.MINUTE, TickType.TRADE, DAY)


@given(st.integers(1, 10**11), FACTORS)
def test_an_adjusted_price_is_the_double_of_the_exact_product(digits: int, factor: Decimal) -> None:
    """No rounding comes in between, whatever the digits and the factor are."""
    exact = D(digits).scaleb(-4) * factor
    assert PriceFactor(factor).price(float(digits), 4) == to_float(exact)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
@given(factor=FACTORS)
def test_bars_show_adjusted_prices_and_keep_the_exact_ones(minute, factor: Decimal) -> None:
    """The float and the decimal of a bar are of one number."""
    bar = minute.with_factor(factor).bar(0)
    assert bar.close_decimal == D("200.0200") * factor
    assert bar.close == to_float(bar.close_decimal)
    assert minute.bar(0).close == 200.02


def test_a_split_divides_the_volume_and_rounds_it(minute) -> None:
    """Half the price means twice the shares; LEAN rounds them to whole ones."""
    assert minute.with_factor(D("0.5")).bar(0).volume == 2002
    assert minute.with_factor(D("0.3")).bar(0).volume == 3337
    assert minute.with_factor(D("0.5"), scale_volume=False).bar(0).volume == 1001


def test_a_total_return_adds_the_dividends(minute) -> None:
    """LEAN adds the sum of dividends after the factor."""
    assert minute.with_factor(D("0.5"), sum_of_dividends=D("1.25")).bar(0).close_decimal == D("101.26")


def test_a_panama_roll_adds_to_the_price(minute) -> None:
    """An additive factor moves prices and leaves the volume."""
    bar = minute.with_factor(D("-3.5"), additive=True).bar(0)
    assert (bar.close_decimal, bar.low, bar.volume) == (D("196.52"), 196.49, 1001)


def test_adjusting_reads_the_rows_once(folder, write_zip, spy) -> None:
    """Columns and their adjusted twins share what was decoded, and peek alike."""
    write_zip("equity/usa/minute/spy/20150601_trade.zip", {"x.csv": "34200000,1,1,1,1,1\n"})
    columns = folder.bars(spy, Resolution.MINUTE, TickType.TRADE, DAY)
    adjusted = columns.with_factor(D("0.5"))
    assert adjusted.first_end() == columns.first_end()
    assert not columns.is_decoded
    assert adjusted.rows is columns.rows


def test_raw_prices_stay_readable_below_a_factor(minute) -> None:
    """What the file says is needed for dividends and delistings."""
    assert minute.with_factor(D("0.25")).raw_price(0, "close") == 200.02


def test_the_same_rows_can_bear_another_symbol(minute, spx) -> None:
    """A continuous future shows the rows of its contract under its own symbol."""
    named = minute.named(spx)
    assert (named.bar(0).symbol, minute.bar(0).symbol.value) == (spx, "SPY")
    assert named.bar(0).close == minute.bar(0).close
