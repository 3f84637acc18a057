"""Security identifiers: their text, and everything packed into it."""

from __future__ import annotations

import json
import pickle
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from engine.common.enums import OptionRight, OptionStyle, SecurityType
from engine.common.errors import (
    ArgumentException,
    ArgumentOutOfRangeException,
    FormatException,
    InvalidOperationException,
)
from engine.common.market import Market
from engine.common.security_identifier import SecurityIdentifier
from engine.common.symbol import Symbol


@pytest.fixture(scope="module")
def recorded(shared: Path) -> list[str]:
    """Return every security id in LEAN's records."""
    found = set()
    for path in sorted((shared / "lean-golden").glob("*/*.json")):
        found |= {order["symbol"] for order in json.loads(path.read_text())["orders"]}
    assert len(found) > 100
    return sorted(found)


def _made_anew(sid: SecurityIdentifier) -> SecurityIdentifier:
    kind = sid.security_type
    if kind is SecurityType.EQUITY:
        return SecurityIdentifier.generate_equity(sid.date, sid.symbol, sid.market)
    if kind is SecurityType.FUTURE:
        return SecurityIdentifier.generate_future(sid.date, sid.symbol, sid.market)
    if kind is SecurityType.INDEX:
        return SecurityIdentifier.generate_index(sid.symbol, sid.market)
    if kind is SecurityType.CRYPTO:
        return SecurityIdentifier.generate_crypto(sid.symbol, sid.market)
    if kind is SecurityType.BASE:
        return SecurityIdentifier.generate_base(None, sid.symbol, sid.market, day=sid.date)
    return SecurityIdentifier.generate_option(
        sid.date, _made_anew(sid.underlying), sid.symbol, sid.market, sid.strike_price_decimal,
        sid.option_right, sid.option_style,
    )  # fmt: skip


def test_id_of_every_record_is_read_and_made_again(recorded: list[str]):
    """The text of each recorded id is parsed, taken apart, and built from its parts to the same text."""
    for text in recorded:
        if text.split()[1] == "0":  # a ticker LEAN never knew: type BASE, market "empty"
            continue
        sid = SecurityIdentifier.parse(text)
        made = _made_anew(sid)
        assert str(made) == text
        assert made == sid


@pytest.mark.parametrize(
    ("text", "kind", "market", "date"),
    [
        ("SPY R735QTJ8XC9X", SecurityType.EQUITY, "usa", datetime(1998, 1, 2)),
        ("GOOCV VP83T1ZUHROL", SecurityType.EQUITY, "usa", datetime(2014, 3, 27)),
        ("SPX 31", SecurityType.INDEX, "usa", datetime(1899, 12, 30)),
        ("ES XCZJLC9NOB29", SecurityType.FUTURE, "cme", datetime(2020, 3, 20)),
    ],
)
def test_id_parts_of_known_securities(text: str, kind: SecurityType, market: str, date: datetime):
    """Type, market and date come out of the number."""
    sid = SecurityIdentifier.parse(text)
    assert (sid.security_type, sid.market) == (kind, market)
    assert sid.date == date


@pytest.mark.parametrize(
    "strike", ["0.5", "1", "3.125", "99.99", "3200", "4750.5", "0.000001", "-5", "-37.63", "120000"]
)
def test_id_strike_survives_encoding(strike: str):
    """Strikes of six digits, with decimals or below zero, come back exactly."""
    spx = SecurityIdentifier.generate_index("SPX", Market.USA)
    sid = SecurityIdentifier.generate_option(
        datetime(2021, 1, 15), spx, "SPX", Market.USA, Decimal(strike), OptionRight.PUT, OptionStyle.EUROPEAN
    )
    again = SecurityIdentifier.parse(str(sid))
    assert again.strike_price_decimal == Decimal(strike)
    assert again.strike_price == float(strike)
    assert (again.option_right, again.option_style) == (OptionRight.PUT, OptionStyle.EUROPEAN)


def test_id_strike_with_too_many_digits_is_refused():
    """A strike that does not fit its six digits raises LEAN's error."""
    spx = SecurityIdentifier.generate_index("SPX", Market.USA)
    with pytest.raises(ArgumentException, match="precision is too high"):
        SecurityIdentifier.generate_option(
            datetime(2021, 1, 15), spx, "SPX", Market.USA, 4757.125, OptionRight.CALL, OptionStyle.EUROPEAN
        )


def test_id_root_of_a_future_option_is_mapped():
    """An option on gold futures without a root of its own is an OG option."""
    gold = SecurityIdentifier.generate_future(datetime(2020, 4, 28), "GC", Market.COMEX)
    sid = SecurityIdentifier.generate_option(
        datetime(2020, 3, 26), gold, None, Market.COMEX, 1600, OptionRight.CALL, OptionStyle.AMERICAN
    )
    assert (sid.symbol, sid.security_type, sid.underlying) == ("OG", SecurityType.FUTURE_OPTION, gold)


def test_id_equity_takes_first_ticker_and_date_of_its_map_file(monkeypatch: pytest.MonkeyPatch):
    """What the map file says of a ticker goes into the id; without one the date is day zero."""
    known = {"GOOG": ("GOOCV", datetime(2014, 3, 27))}
    monkeypatch.setattr(SecurityIdentifier, "first_ticker", lambda ticker, *rest: known.get(ticker))
    assert str(SecurityIdentifier.generate_equity("GOOG", Market.USA)) == "GOOCV VP83T1ZUHROL"
    assert str(SecurityIdentifier.generate_equity("goog", Market.USA, map_symbol=False)) == "GOOG 2T"
    assert str(SecurityIdentifier.generate_equity("NONE", Market.USA)) == "NONE 2T"


def test_ids_that_are_equal_are_one_object_and_hash_alike():
    """Interning makes comparing cheap; texts sort as in LEAN."""
    a = SecurityIdentifier.parse("SPXW 31K1729ETW3KE|SPX 31")
    b = SecurityIdentifier(a.symbol, a.properties, a.underlying)
    assert a is b
    assert hash(a) == hash(b)
    assert pickle.loads(pickle.dumps(Symbol(a, ""))).id is a
    assert sorted([a, SecurityIdentifier.parse("ES XCZJLC9NOB29")])[0].symbol == "ES"


@pytest.mark.parametrize("text", ["", "  ", " 0", None])
def test_id_of_nothing_is_empty(text: str | None):
    """Blank texts stand for the empty id."""
    assert SecurityIdentifier.parse(text) is SecurityIdentifier.EMPTY


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("SPY", FormatException),
        ("SPY A B", FormatException),
        ("SPY ?!", FormatException),
        ("SPY ZZ", ArgumentException),
    ],
)
def test_id_text_that_is_none_is_refused(text: str, error: type[Exception]):
    """A text that is no id raises, and try_parse gives None."""
    with pytest.raises(error):
        SecurityIdentifier.parse(text)
    assert SecurityIdentifier.try_parse(text) is None


def test_id_members_of_other_kinds_raise_leans_errors():
    """Strike, right, style, date and underlying exist only where LEAN has them."""
    spy = SecurityIdentifier.parse("SPY R735QTJ8XC9X")
    for member in ("strike_price", "option_right", "option_style", "underlying"):
        with pytest.raises(InvalidOperationException):
            getattr(spy, member)
    with pytest.raises(InvalidOperationException, match="Date is only defined"):
        SecurityIdentifier.generate_forex("EURUSD", Market.OANDA).date  # noqa: B018


def test_market_unknown_or_taken_is_refused_and_new_ones_can_be_added():
    """Markets have LEAN's codes; a free code can be given to a market of one's own."""
    with pytest.raises(ArgumentOutOfRangeException, match="Requested: nowhere"):
        SecurityIdentifier.generate_index("X", "nowhere")
    with pytest.raises(ArgumentException):
        Market.add("usa", 77)
    with pytest.raises(ArgumentException):
        Market.add("elsewhere", 1)
    with pytest.raises(ArgumentOutOfRangeException):
        Market.add("elsewhere", 1000)
    Market.add("elsewhere", 777)
    assert SecurityIdentifier.generate_index("X", "elsewhere").market == "elsewhere"
    assert (Market.encode("cme"), Market.decode(12), Market.GDAX) == (23, "coinbase", "coinbase")


def test_id_made_with_a_time_of_day_remembers_it_and_equals_the_one_without():
    """A future's expiry rule gives a time, which the id's number cannot hold: LEAN keeps it beside the number."""
    timed = SecurityIdentifier.generate_future(datetime(2020, 3, 20, 13, 30), "ES", Market.CME)
    plain = SecurityIdentifier.parse("ES XCZJLC9NOB29")
    assert (timed.date, plain.date) == (datetime(2020, 3, 20, 13, 30), datetime(2020, 3, 20))
    assert timed == plain
    assert hash(timed) == hash(plain)
    assert str(timed) == str(plain)
    assert timed is SecurityIdentifier.generate_future(datetime(2020, 3, 20, 13, 30), "ES", Market.CME)
    assert Symbol.create_future("ES", Market.CME, datetime(2020, 3, 20, 13, 30)).id is timed
    assert Symbol.create_future("ES", Market.CME, datetime(2020, 3, 20)).id.date == datetime(2020, 3, 20)
