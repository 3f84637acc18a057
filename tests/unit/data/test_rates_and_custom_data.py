"""Risk-free rates, dividend yields, and data whose fields an algorithm names."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.common.enums import FileFormat, SecurityType, SubscriptionTransportMedium
from engine.common.errors import ArgumentException, KeyNotFoundException, NotImplementedException
from engine.common.market import Market
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol
from engine.data.custom.python_data import PythonData
from engine.data.custom.subscription_data_source import SubscriptionDataSource
from engine.data.dividend_yield_provider import (
    ConstantDividendYieldModel,
    ConstantRiskFreeRateInterestRateModel,
    DividendYieldProvider,
    FuncRiskFreeRateInterestRateModel,
    ask_exactly,
)
from engine.data.interest_rate_provider import InterestRateProvider
from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.securities.market_hours_database import MarketHoursDatabase

RATES = [(date(2015, 1, 2), Decimal("0.0025")), (date(2015, 6, 1), Decimal("0.005"))]


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(2010, 1, 1), "0.0025"),
        (date(2015, 1, 2), "0.0025"),
        (date(2015, 5, 31), "0.0025"),
        (date(2015, 6, 1), "0.005"),
        (datetime(2015, 6, 1, 23), "0.005"),
        (date(2030, 1, 1), "0.005"),
    ],
)
def test_the_rate_of_a_day_is_the_last_one_known(day: date, rate: str) -> None:
    """Before the first row the first one counts."""
    provider = InterestRateProvider(SimpleNamespace(interest_rates=lambda: RATES))
    assert provider.get_interest_rate_decimal(day) == Decimal(rate)
    assert provider.get_interest_rate(day) == float(rate)


def test_without_rates_lean_s_default_counts() -> None:
    """One per cent."""
    assert (
        InterestRateProvider(SimpleNamespace(interest_rates=list)).get_interest_rate(date(2015, 1, 1)) == 0.01
    )


def test_the_mean_rate_of_days() -> None:
    """What the statistics ask for."""
    provider = InterestRateProvider(SimpleNamespace(interest_rates=lambda: RATES))
    assert provider.get_average_risk_free_rate([date(2015, 5, 1), date(2015, 7, 1)]) == 0.00375
    assert provider.get_average_risk_free_rate([]) == 0


def test_models_of_the_algorithm_are_asked_by_lean_s_member() -> None:
    """A model without exact numbers gives floats, which are read as they are written."""
    own = SimpleNamespace(get_interest_rate=lambda moment: 0.1)
    assert ask_exactly(own, "get_interest_rate", date(2015, 1, 1)) == Decimal("0.1")
    fixed = ConstantRiskFreeRateInterestRateModel(0.05)
    assert ask_exactly(fixed, "get_interest_rate", date(2015, 1, 1)) == Decimal("0.05")
    assert (
        FuncRiskFreeRateInterestRateModel(lambda at: at.year / 1e5).get_interest_rate(date(2015, 1, 1))
        == 0.02015
    )
    assert ConstantDividendYieldModel(0.02).get_dividend_yield(date(2015, 1, 1)) == 0.02


@pytest.fixture
def aapl(shared: Path, monkeypatch: pytest.MonkeyPatch) -> Symbol:
    """Return AAPL of LEAN's sample data."""
    source = LeanFolder(shared / "lean-data")
    monkeypatch.setattr(MarketHoursDatabase, "current", source.market_hours)
    monkeypatch.setattr(SecurityIdentifier, "first_ticker", source.first_ticker)
    monkeypatch.setattr(DividendYieldProvider, "source", source)
    return Symbol.create("AAPL", SecurityType.EQUITY, Market.USA)


def test_a_yield_is_the_dividends_of_a_year_over_the_price(aapl: Symbol) -> None:
    """Apple paid nothing before August 2012; a higher price is a lower yield."""
    provider = DividendYieldProvider(aapl)
    assert provider.get_dividend_yield(date(2010, 1, 1)) == 0
    low, high = (provider.get_dividend_yield(date(2014, 1, 10), price) for price in (500.0, 1000.0))
    assert low == pytest.approx(2 * high)
    assert 0.02 < low < 0.03


def test_a_price_of_zero_has_no_yield(aapl: Symbol) -> None:
    """LEAN refuses it."""
    with pytest.raises(ArgumentException, match="Security price cannot be zero"):
        DividendYieldProvider(aapl).get_dividend_yield(date(2014, 1, 10), 0.0)


def test_the_price_of_another_symbol_is_refused(aapl: Symbol) -> None:
    """A provider knows one security's dividends."""
    other = SimpleNamespace(symbol=Symbol.create("SPY", SecurityType.EQUITY, Market.USA))
    with pytest.raises(ArgumentException, match="dividend yield using the AAPL"):
        DividendYieldProvider(aapl).get_dividend_yield(other)


# -- custom data ----------------------------------------------------------------------------------


class Weather(PythonData):
    """An algorithm's own data, with methods in .NET spelling."""

    def GetSource(self, config, date, is_live):
        return SubscriptionDataSource("weather.csv")

    def Reader(self, config, line, date, is_live):
        return self


def test_a_field_is_read_in_every_spelling() -> None:
    """Set under one name, read as attribute, key, in snake case or not."""
    data = Weather()
    data["MaxTemperature"] = 31
    data.wind = 5
    assert (data.max_temperature, data["maxtemperature"], data.MaxTemperature) == (31, 31, 31)
    assert (data["Wind"], data.wind) == (5, 5)


def test_lean_s_own_members_are_not_fields() -> None:
    """Time, end time, value and symbol are those of all data."""
    data = Weather()
    data["Time"], data["Value"] = datetime(2015, 1, 1), 7
    assert (data.time, data.value, data.price) == (datetime(2015, 1, 1), 7, 7)
    data.end_time = datetime(2015, 1, 2)
    assert (data.time, data.end_time) == (datetime(2015, 1, 1), datetime(2015, 1, 2))


def test_an_unknown_field_is_one_clear_error() -> None:
    """As attribute and as key."""
    data = Weather()
    data["Rain"] = 1
    with pytest.raises(AttributeError, match="'Weather' object has no attribute 'snow'"):
        _ = data.snow
    with pytest.raises(KeyNotFoundException, match="Property with name 'snow' does not exist"):
        _ = data["snow"]


def test_methods_are_found_in_either_spelling() -> None:
    """LEAN calls GetSource and Reader or get_source and reader."""
    data = Weather()
    assert data.get_source(None, None, False).source == "weather.csv"
    assert data.reader(None, "", None, False) is data
    with pytest.raises(NotImplementedException, match="PythonData must define get_source"):
        PythonData().get_source(None, None, False)


def test_a_clone_has_fields_of_its_own() -> None:
    """Changing the copy leaves the original."""
    data = Weather()
    data["Rain"] = 1
    twin = data.clone()
    twin["Rain"] = 2
    assert data.rain == 1


@pytest.mark.parametrize(
    ("source", "medium"),
    [
        ("https://example.com/a.csv", SubscriptionTransportMedium.REMOTE_FILE),
        ("folder/a.csv", SubscriptionTransportMedium.LOCAL_FILE),
    ],
)
def test_a_source_knows_where_it_lies(source: str, medium) -> None:
    """A web address is remote unless something else is said."""
    assert SubscriptionDataSource(source).transport_medium == medium
    stored = SubscriptionDataSource(source, SubscriptionTransportMedium.OBJECT_STORE, FileFormat.CSV)
    assert stored.transport_medium == SubscriptionTransportMedium.OBJECT_STORE
    assert stored != SubscriptionDataSource(source)
