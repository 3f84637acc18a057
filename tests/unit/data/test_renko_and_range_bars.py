"""Bars of a price move, a volume or a range: the figures are those of LEAN's own tests of these consolidators."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from engine.common.enums import BarDirection, RenkoType, SecurityType
from engine.common.errors import ArgumentException, ArgumentOutOfRangeException, InvalidOperationException
from engine.common.market import Market
from engine.common.symbol import Symbol
from engine.data.consolidators.range_consolidators import ClassicRangeConsolidator, RangeConsolidator
from engine.data.consolidators.renko_consolidators import (
    ClassicRenkoConsolidator,
    DollarVolumeRenkoConsolidator,
    RenkoConsolidator,
    VolumeRenkoConsolidator,
)
from engine.data.market.quote_bar import QuoteBar
from engine.data.market.renko_bars import RenkoBar, VolumeRenkoBar
from engine.data.market.tick import Tick
from engine.data.market.trade_bar import TradeBar
from engine.indicators.indicator_data_point import IndicatorDataPoint
from engine.securities.symbol_properties_database import SymbolPropertiesDatabase

START = datetime(2016, 1, 1)
HOUR = timedelta(hours=1)
IBM = Symbol.create("IBM", SecurityType.EQUITY, Market.USA)


@pytest.fixture
def cents(monkeypatch: pytest.MonkeyPatch) -> None:
    """Prices move in cents, as where no database says otherwise."""
    monkeypatch.setattr(SymbolPropertiesDatabase, "current", SymbolPropertiesDatabase())


def _listened(consolidator):
    seen = []
    consolidator.data_consolidated += lambda sender, bar: seen.append(bar)
    return seen


def _feed(consolidator, values, step=HOUR):
    for n, value in enumerate(values):
        consolidator.update(IndicatorDataPoint(IBM, START + n * step, value))


@pytest.mark.parametrize(("values", "edge"), [((0, 5, 10), (0, 10)), ((10, 2, 0), (10, 0))])
def test_a_classic_brick_ends_when_its_size_is_reached(values, edge) -> None:
    """Up or down, the brick opens at a multiple of its size and closes one size away."""
    consolidator = ClassicRenkoConsolidator(10, lambda x: x.value, lambda x: 0)
    seen = _listened(consolidator)
    _feed(consolidator, values)
    (bar,) = seen
    assert (bar.open, bar.close, bar.is_closed, bar.type) == (*edge, True, RenkoType.CLASSIC)


def test_classic_bricks_are_the_same_whenever_one_begins_to_count() -> None:
    """A brick's edges lie on multiples of its size, whose decimals do not drift."""
    early, late = ClassicRenkoConsolidator(0.0001), ClassicRenkoConsolidator(0.0001)
    values = [1.38687, 1.38682, 1.38688, 1.38694, 1.38700, 1.38697, 1.38702, 1.38690, 1.38685, 1.38678]
    ends = [_listened(c) for c in (early, late)]
    _feed(early, values * 3)
    _feed(late, values[4:] + values * 2)
    assert {bar.close for bar in ends[0]} >= {bar.close for bar in ends[1]}
    assert {bar.close for bar in ends[0]} <= {1.3868, 1.3869, 1.387, 1.3871, 1.3867}


def test_a_wicked_brick_closes_beyond_its_limit_and_keeps_its_wick() -> None:
    """A price exactly at the limit ends nothing; a tenth more ends one brick of one point."""
    consolidator = RenkoConsolidator(1.0)
    seen = _listened(consolidator)
    _feed(consolidator, (10.0, 9.0))
    assert seen == []
    _feed(consolidator, (10.4, 8.9))
    (bar,) = seen
    assert (bar.open, bar.high, bar.low, bar.close) == (10.0, 10.4, 9.0, 9.0)
    assert (bar.direction, bar.spread, bar.start) == (BarDirection.FALLING, 1.0, START)


def test_a_wicked_reversal_needs_two_bricks() -> None:
    """After two rising bricks a fall counts from the last brick's open; several bricks come at once."""
    consolidator = RenkoConsolidator(1.0)
    seen = _listened(consolidator)
    _feed(consolidator, (10.0, 12.1))
    assert [(b.open, b.close) for b in seen] == [(10, 11), (11, 12)]
    _feed(consolidator, (10.05,))
    assert len(seen) == 2
    _feed(consolidator, (8.5,))
    assert [(b.open, b.close) for b in seen[2:]] == [(11, 10), (10, 9)]
    assert seen[2].high == 12.1


def test_bricks_without_a_size_are_refused() -> None:
    """A size of zero or a function that is none is an error at once."""
    with pytest.raises(ArgumentException, match="strictly greater than zero"):
        RenkoConsolidator(0)
    with pytest.raises(ArgumentOutOfRangeException, match="must be positve"):
        ClassicRenkoConsolidator(0)
    with pytest.raises(ArgumentException, match="valueSelector"):
        ClassicRenkoConsolidator(1, "close")  # type: ignore[arg-type]
    with pytest.raises(ArgumentException, match="not Classic"):
        ClassicRenkoConsolidator(1, RenkoType.WICKED)
    with pytest.raises(InvalidOperationException):
        RenkoBar(IBM, START, START, 1, 1, 1, 1, 1).update(START, 1, 1)


@pytest.mark.parametrize(
    ("price", "size", "multiple"),
    [(1.2, 1, 1), (1.8, 1, 2), (2.5, 1, 2), (-1.2, 1, -1), (100.3, 0.25, 100.25)],
)
def test_the_first_price_is_rounded_to_a_multiple(price, size, multiple) -> None:
    """Half way goes to the even one, as .NET rounds."""
    assert float(RenkoConsolidator.get_closest_multiple(price, size)) == multiple


def test_a_bar_of_volume_takes_what_is_missing_and_hands_the_rest_on() -> None:
    """Ten shares make a bar; the eleventh begins the next one, which opens at the last close."""
    consolidator = VolumeRenkoConsolidator(10)
    seen = _listened(consolidator)
    rows = [
        (1, 2, 0.5, 1.5, 2),
        (1.5, 3, 1, 3, 3),
        (3, 3, 1, 2, 3),
        (2, 4, 1.5, 2.5, 3),
    ]
    for n, row in enumerate(rows):
        assert seen == []
        consolidator.update(TradeBar(START + n * HOUR, IBM, *row, HOUR))
    (bar,) = seen
    assert isinstance(bar, VolumeRenkoBar)
    assert (bar.open, bar.high, bar.low, bar.close, bar.volume) == (1, 4, 0.5, 2.5, 10)
    assert (bar.start, bar.end_time, bar.is_closed) == (START, START + 4 * HOUR, True)
    rest = consolidator.working_data
    assert (rest.open, rest.volume, rest.start) == (2.5, 1, START + 4 * HOUR)


def test_a_bar_of_turnover_counts_money() -> None:
    """A price of 5 and 2 shares are 10."""
    consolidator = DollarVolumeRenkoConsolidator(10)
    seen = _listened(consolidator)
    consolidator.update(TradeBar(START, IBM, 5, 5, 5, 5, 2, HOUR))
    assert len(seen) == 1


def test_bars_of_volume_need_trades() -> None:
    """A quote tick is passed over, a quote bar is an error."""
    consolidator = VolumeRenkoConsolidator(10)
    consolidator.update(Tick(START, IBM, 1.0, 1.1))
    assert consolidator.working_data is None
    with pytest.raises(ArgumentException, match="must be used with TradeBar or Tick data"):
        consolidator.update(QuoteBar())


def test_a_jump_gives_empty_ranges_between(cents) -> None:
    """From 90 to 94.5 four ranges of 100 cents end, of which only the first has volume."""
    consolidator = RangeConsolidator(100, lambda x: x.value, lambda x: 10)
    seen = _listened(consolidator)
    _feed(consolidator, (90, 94.5), timedelta(days=1))
    assert [(b.open, b.low, b.high, b.close, b.volume) for b in seen] == [
        (90, 90, 91, 91, 10),
        (91.01, 91.01, 92.01, 92.01, 0),
        (92.02, 92.02, 93.02, 93.02, 0),
        (93.03, 93.03, 94.03, 94.03, 0),
    ]
    assert {bar.end_time for bar in seen} == {datetime(2016, 1, 2)}


@pytest.mark.parametrize(
    ("values", "bar"),
    [
        ([94 + n / 10 for n in range(11)] + [95.1], (94, 95, 94, 95, 110)),
        ([94 - n / 10 for n in range(11)] + [92.9], (94, 94, 93, 93, 110)),
        ([94] * 16 + [95.1], (94, 95, 94, 95, 160)),
    ],
)
def test_a_range_keeps_the_volume_of_what_lay_in_it(cents, values, bar) -> None:
    """The datum that leaves the range closes the bar without adding to it."""
    consolidator = RangeConsolidator(100, lambda x: x.value, lambda x: 10)
    seen = _listened(consolidator)
    _feed(consolidator, [round(value, 1) for value in values])
    assert (seen[0].open, seen[0].high, seen[0].low, seen[0].close, seen[0].volume) == bar


def test_a_classic_range_begins_with_the_datum_that_left_the_one_before(cents) -> None:
    """No empty bar stands for the gap."""
    consolidator = ClassicRangeConsolidator(100, lambda x: x.value, lambda x: 10)
    seen = _listened(consolidator)
    _feed(consolidator, (90, 94.5))
    assert [(b.open, b.close) for b in seen] == [(90, 91)]
    assert consolidator.working_data.open == 94.5
    consolidator.reset()
    assert (consolidator.working_data, consolidator.range_size) == (None, 0)
