"""Cash, holdings and profit after fills (LEAN: SecurityPortfolioModel.cs, SecurityPortfolioManager.cs)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from engine.common.enums import DataNormalizationMode, SecurityType
from engine.common.errors import InvalidOperationException, NotImplementedException
from engine.common.symbol import Symbol
from engine.data.market.dividend import Dividend
from engine.data.market.split import Split
from engine.securities.cash_amount import CashAmount

NOON = datetime(2014, 6, 6, 12)


@pytest.fixture
def spy(new_account):
    """Return an account of 100,000 with SPY at 100."""
    account = new_account()
    account.at(NOON)
    return account, account.trade(account.add(Symbol.create("SPY", SecurityType.EQUITY, "usa")), 100.0)


@pytest.mark.parametrize(
    ("fills", "quantity", "average", "profit"),
    [
        ([(10, 100), (10, 110)], 20, 105, 0),
        ([(10, 100), (-4, 110)], 6, 100, 40),
        ([(10, 100), (-10, 110)], 0, 0, 100),
        ([(10, 100), (-15, 110)], -5, 110, 100),
        ([(-10, 100), (-10, 110)], -20, 105, 0),
        ([(-10, 100), (4, 90)], -6, 100, 40),
        ([(-10, 100), (15, 90)], 5, 90, 100),
        ([(10, 100), (-15, 110), (5, 100)], 0, 0, 150),
    ],
)
def test_quantity_average_and_profit_follow_the_fills(spy, fills, quantity, average, profit) -> None:
    """Adding averages, reducing realizes, passing through zero starts at the fill's price."""
    account, security = spy
    for size, price in fills:
        account.fill(security, size, price)
    holdings = security.holdings
    assert (holdings.quantity, holdings.average_price, holdings.profit) == (quantity, average, profit)
    assert account.portfolio.cash == 100_000 - sum(size * price for size, price in fills)
    assert holdings.total_sale_volume == sum(abs(size) * price for size, price in fills)


def test_a_closed_trade_is_recorded_less_the_closing_fee_twice(spy) -> None:
    """The fee of the closing fill stands for the opening one too; the sign decides win or loss."""
    account, security = spy
    account.fill(security, 10, 100, 3)
    account.fill(security, -5, 101, 2)
    account.fill(security, -5, 100.5, 2)
    records = account.transactions.records
    assert [(profit, win) for _, profit, win in records] == [(Decimal("1.0"), True), (Decimal("-1.5"), False)]
    holdings = security.holdings
    assert (holdings.total_fees, holdings.profit, holdings.net_profit) == (7, 7.5, 0.5)
    assert holdings.last_trade_profit == 2.5
    assert account.portfolio.total_fees == 7


def test_unrealized_profit_is_taken_at_the_other_side_less_the_fee(spy) -> None:
    """Longs close at the bid, shorts at the ask, with the fee of a market order."""
    account, security = spy
    account.quote(security, 99.0, 101.0)
    account.fill(security, 100, 100)
    assert security.holdings.unrealized_profit == -100 - 1
    assert security.holdings.unrealized_profit_percent == pytest.approx(-101 / 10000)
    assert security.holdings.total_close_profit(False) == -100
    assert security.holdings.total_close_profit(False, 103, 100, 10) == 30
    account.fill(security, -200, 100)
    assert security.holdings.unrealized_profit == -100 - 1


def test_less_than_a_lot_is_not_invested(spy) -> None:
    """Half a share counts in the quantity, not as a position, and has no unrealized profit."""
    account, security = spy
    account.fill(security, 0.5, 100)
    assert (security.invested, security.holdings.quantity, account.portfolio.invested) == (False, 0.5, False)
    assert security.holdings.unrealized_profit == 0


def test_portfolio_totals(spy) -> None:
    """Values of longs and shorts add up as absolute values, the total value with their signs."""
    account, security = spy
    other = account.trade(account.add(Symbol.create("IBM", SecurityType.EQUITY, "usa")), 50.0)
    account.fill(security, 10, 90)
    account.fill(other, -20, 55)
    portfolio = account.portfolio
    assert portfolio.total_holdings_value == 2000
    assert portfolio.total_absolute_holdings_cost == 2000
    assert portfolio.total_unlevered_absolute_holdings_cost == 1000
    assert portfolio.total_portfolio_value == 100_000 + 10 * 10 + 20 * 5
    assert portfolio.total_margin_used == 1000
    assert portfolio.margin_remaining == portfolio.total_portfolio_value - 1000
    assert portfolio.total_portfolio_value_less_free_buffer == portfolio.total_portfolio_value * 0.9975
    account.settings.free_portfolio_value = 700
    assert portfolio.total_portfolio_value_less_free_buffer == portfolio.total_portfolio_value - 700
    assert [pair.key.value for pair in portfolio if pair.value.invested] == ["SPY", "IBM"]
    assert portfolio["SPY"].quantity == 10


def test_removed_securities_leave_the_value_but_not_the_fees(spy) -> None:
    """Holdings of a removed security count no more; profit and fees of the past do."""
    account, security = spy
    account.fill(security, 10, 100, 1)
    assert account.portfolio.total_portfolio_value == 99_999
    account.securities.remove(security.symbol)
    assert account.portfolio.total_portfolio_value == 99_999
    account.prices_came()
    assert account.portfolio.total_portfolio_value == 98_999
    assert (account.portfolio.total_fees, account.portfolio.invested) == (1, False)


def test_prices_are_read_again_only_when_the_step_moves(spy) -> None:
    """Within a step the value stands; fills and cash renew it at once."""
    account, security = spy
    account.fill(security, 10, 100)
    portfolio = account.portfolio
    before = portfolio.total_portfolio_value
    portfolio.cash_book["USD"].add_amount(5)
    assert portfolio.total_portfolio_value == before + 5


@pytest.mark.parametrize(
    ("mode", "live", "paid"),
    [
        (DataNormalizationMode.RAW, False, 25),
        (DataNormalizationMode.SPLIT_ADJUSTED, False, 25),
        (DataNormalizationMode.ADJUSTED, False, 0),
        (DataNormalizationMode.TOTAL_RETURN, False, 0),
        (DataNormalizationMode.RAW, True, 0),
    ],
)
def test_dividends_are_paid_where_prices_do_not_contain_them(spy, mode, live, paid) -> None:
    """A live broker pays them itself."""
    account, security = spy
    account.fill(security, 100, 100)
    account.portfolio.apply_dividend(Dividend(security.symbol, NOON, 0.25, 100), live, mode)
    assert account.portfolio.cash == 90_000 + paid
    assert (security.holdings.total_dividends, security.holdings.profit) == (paid, paid)


def test_splits_change_raw_holdings_and_pay_fractions(spy) -> None:
    """15 shares at 3 for 2 become 22 and half a share in cash, at the scaled price."""
    account, security = spy
    security.set_data_normalization_mode(DataNormalizationMode.RAW)
    account.fill(security, 15, 90)
    split = Split(security.symbol, NOON, 100, Decimal(2) / 3, 1)
    account.portfolio.apply_split(split, security, False, DataNormalizationMode.ADJUSTED)
    assert security.holdings.quantity == 15
    account.portfolio.apply_split(split, security, False, DataNormalizationMode.RAW)
    assert security.holdings.quantity == 22
    assert security.holdings.average_price == pytest.approx(60)
    assert security.price == pytest.approx(66.6666666667)
    assert account.portfolio.cash == pytest.approx(98_650 + 0.5 * 66.6666666667)


def test_a_split_before_the_first_price_pays_at_the_reference_price(new_account) -> None:
    """Without data the fraction is worth the split's reference price times its factor."""
    account = new_account()
    account.at(NOON)
    security = account.add(Symbol.create("SPY", SecurityType.EQUITY, "usa"))
    security.holdings.set_holdings(100, 3)
    split = Split(security.symbol, NOON, 100, 2, 1)
    account.portfolio.apply_split(split, security, False, DataNormalizationMode.RAW)
    assert (security.holdings.quantity, account.portfolio.cash) == (1, 100_000 + 0.5 * 200)


# the account


def test_the_account_currency_is_set_once_and_before_any_security(new_account) -> None:
    """The amount moves over; a second currency is ignored; with securities it is an error."""
    account = new_account(50_000)
    portfolio = account.portfolio
    assert portfolio.set_account_currency("eur") == "setting account currency to EUR"
    assert (portfolio.cash_book.account_currency, portfolio.cash) == ("EUR", 50_000)
    assert "already been set to EUR" in portfolio.set_account_currency("GBP")
    other = new_account()
    other.add(Symbol.create("SPY", SecurityType.EQUITY, "usa"))
    with pytest.raises(
        InvalidOperationException, match="Cannot change AccountCurrency after adding a Security"
    ):
        other.portfolio.set_account_currency("EUR")


def test_cash_of_a_named_currency_stays_in_it(new_account) -> None:
    """set_cash("USD", ...) before another account currency keeps the dollars, at their rate."""
    account = new_account()
    portfolio = account.portfolio
    portfolio.set_cash("USD", 700, 1)
    portfolio.set_account_currency("EUR", 100)
    assert portfolio.cash_book["USD"].amount == 700
    assert portfolio.cash_book["EUR"].amount == 100
    assert portfolio.unsettled_cash_book["USD"].amount == 0


def test_the_cash_book_converts_and_names_what_is_missing(new_account) -> None:
    """Rates are relative to the account currency; an unknown currency and a missing rate are errors."""
    book = new_account(100).portfolio.cash_book
    book.add("EUR", 10, 1.5)
    assert book.convert(10, "EUR", "USD") == 15
    assert book.convert_to_account_currency(CashAmount(2, "EUR")).amount == 3
    assert book.total_value_in_account_currency == 115
    book.add("GBP", 1, 0)
    with pytest.raises(ValueError, match="The conversion rate for GBP is not available"):
        book.convert(1, "GBP", "USD")
    with pytest.raises(KeyError, match="This cash symbol \\(XYZ\\) was not found in your cash book"):
        book["XYZ"]
    lines = str(book).splitlines()
    assert lines[0] == "Symbol      Quantity    Conversion = Value in USD"
    assert lines[1] == "USD: $         100.00 @       1.00 = $100"


def test_the_portfolio_takes_no_entries(spy) -> None:
    """Adding, clearing and removing are LEAN's errors."""
    account, security = spy
    for call in (lambda p: p.add(1, 2), lambda p: p.clear(), lambda p: p.remove(security.symbol)):
        with pytest.raises(NotImplementedException, match="Portfolio object is an adaptor"):
            call(account.portfolio)
