"""Universes that choose among all equities, and those of the algorithm's own data (dates and prices: LEAN's records)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from engine.common.errors import DataFileError, EngineError, UnsupportedMemberError
from engine.data.fundamental.fundamental import fundamentals_of_file
from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.launcher import BacktestRequest, run_backtest

HEADER = """from AlgorithmImports import *

SPY = Symbol.create("SPY", SecurityType.EQUITY, Market.USA)
IBM = Symbol.create("IBM", SecurityType.EQUITY, Market.USA)


class Chooser(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2014, 3, 25)
        self.set_end_date(2014, 5, 10)
        self.universe_settings.resolution = Resolution.DAILY
        self.times = []
        self.begin()

    def choose(self, rows):
        self.times.append(f"{self.time:%m-%d %H:%M}")
        return [SPY]

"""


@pytest.fixture(scope="module")
def folder(shared: Path) -> LeanFolder:
    """Return LEAN's sample data."""
    return LeanFolder(shared / "lean-data")


@pytest.fixture
def run(folder: LeanFolder, tmp_path: Path):
    """Return a function that runs `begin(self)` of the given lines, and further methods."""

    def start(lines: str, more: str = ""):
        body = "".join(f"        {line}\n" for line in lines.splitlines())
        file = tmp_path / "chooser.py"
        file.write_text(f"{HEADER}    def begin(self):\n{body}{more}", encoding="utf-8")
        request = BacktestRequest(file, folder, tmp_path / "out", storage=tmp_path / "storage")
        outcome = run_backtest(request)
        if outcome.error is not None:
            raise outcome.error
        return outcome

    return start


BUY = """
    def on_data(self, data):
        if not self.portfolio.invested:
            self.set_holdings(SPY, 1)
"""


def test_a_month_s_first_day_selects_at_the_start_and_then_each_month(run) -> None:
    """The last scheduled date before the start is made up for at the start; the fill is LEAN's."""
    outcome = run("self.add_universe(self.date_rules.month_start(), self.choose)", BUY)
    assert outcome.algorithm.times == ["03-25 00:00", "04-01 00:00", "05-01 00:00"]
    (order,) = outcome.algorithm.transactions.get_orders()
    assert (order.quantity, order.price) == (613, 163.293823)
    assert outcome.statistics["End Equity"] == "100532.22"
    assert outcome.statistics["OrderListHash"] == "87438e51988f37757a2d7f97389483ea"


def test_settings_carry_a_schedule(run) -> None:
    """Month's end, and a single date before which nothing is selected."""
    outcome = run(
        "settings = UniverseSettings(self.universe_settings)\n"
        "settings.schedule.on(self.date_rules.month_end())\n"
        "self.add_universe(FundamentalUniverse.usa(self.choose, settings))\n"
        "other = UniverseSettings(self.universe_settings)\n"
        "other.schedule.on(self.date_rules.on(datetime(2014, 5, 9)))\n"
        "self.add_universe(FundamentalUniverse.usa(self.choose, other))"
    )
    assert outcome.algorithm.times == ["03-25 00:00", "03-31 00:00", "04-30 00:00", "05-09 00:00"]


def test_without_files_a_selector_is_still_asked_after_every_trading_day(run) -> None:
    """LEAN selects from nothing where a day has no file: Friday's selection comes on Saturday."""
    outcome = run("self.set_end_date(2014, 4, 1)\nself.add_universe(self.choose)")
    days = ["03-25", "03-26", "03-27", "03-28", "03-29", "04-01"]
    assert outcome.algorithm.times == [f"{day} 00:00" for day in days]


def test_a_second_selector_gets_what_the_first_one_chose(run) -> None:
    """Equities that the files do not list are handed on without figures."""
    outcome = run(
        "self.set_end_date(2014, 3, 26)\n"
        "self.fine = []\n"
        "self.add_universe(lambda coarse: [SPY, IBM], self.second)",
        "\n    def second(self, rows):\n"
        "        self.fine.append([(row.symbol.value, row.has_fundamental_data) for row in rows])\n"
        "        return [row.symbol for row in rows[1:]]\n",
    )
    assert outcome.algorithm.fine[0] == [("SPY", False), ("IBM", False)]
    assert [symbol.value for symbol in outcome.algorithm.active_securities.keys()] == ["IBM"]  # noqa: SIM118


def test_figures_that_are_in_no_file_are_one_clear_line(run) -> None:
    """A company's figures have no source here: an error, never a made-up number."""
    lines = "self.add_universe(lambda c: [SPY], lambda f: [x.symbol for x in f if x.market_cap > 1])"
    with pytest.raises(UnsupportedMemberError, match=r"Fundamental\.market_cap"):
        run(lines)


def test_members_of_a_file_a_day(run) -> None:
    """The sample universe: AAPL and QQQ, nobody, then FB and SPY; a bar comes the day after its file."""
    outcome = run(
        "self.set_start_date(2013, 10, 7)\n"
        "self.set_end_date(2013, 10, 11)\n"
        "self.seen = []\n"
        "sid = SecurityIdentifier.generate_constituent_identifier(\n"
        "    'constituents-universe-qctest', SecurityType.EQUITY, Market.USA)\n"
        "symbol = Symbol(sid, 'constituents-universe-qctest')\n"
        "self.add_universe(ConstituentsUniverse(symbol, self.universe_settings))",
        "\n    def on_securities_changed(self, changes):\n"
        "        self.seen.append((self.time.day, [s.symbol.value for s in changes.added_securities],\n"
        "            [s.symbol.value for s in changes.removed_securities]))\n",
    )
    assert outcome.algorithm.seen[:3] == [
        (8, ["AAPL", "QQQ"], []),
        (9, [], ["AAPL", "QQQ"]),
        (10, ["FB", "SPY"], []),
    ]


def test_points_of_the_algorithm_s_own_data_choose(run, tmp_path: Path) -> None:
    """One call gets all points of a time; tickers become equities."""
    (tmp_path / "picks.csv").write_text("20140325,IBM\n20140325,SPY\n20140326,SPY\n")
    more = f"""
    def pick(self, points):
        self.times.append((f"{{self.time:%m-%d}}", [point["Ticker"] for point in points]))
        return [point["Ticker"] for point in points]


class Picks(PythonData):
    def get_source(self, config, date, live):
        return SubscriptionDataSource("{(tmp_path / "picks.csv").as_posix()}")

    def reader(self, config, line, date, live):
        day, ticker = line.split(",")
        point = Picks()
        point.symbol = config.symbol
        point.time = datetime.strptime(day, "%Y%m%d")
        point.end_time = point.time + timedelta(1)
        point["Ticker"] = ticker
        return point
"""
    outcome = run(
        "self.set_end_date(2014, 3, 28)\nself.add_universe(Picks, 'picks', Resolution.DAILY, self.pick)", more
    )
    assert outcome.algorithm.times == [("03-26", ["IBM", "SPY"]), ("03-27", ["SPY"])]


def test_arguments_that_mean_nothing_are_refused(run) -> None:
    """The call is named, not guessed at."""
    with pytest.raises(Exception, match=r"AddUniverse: .* is not a valid argument"):
        run("self.add_universe(1, 2)")


def test_coarse_files_are_read(tmp_path: Path) -> None:
    """Identifier, ticker, close, volume, turnover, and factors where a row has them."""
    rows = fundamentals_of_file(
        b"AAPL R735QTJ8XC9X,AAPL,539.19,9911341,5344095946,True,0.8,0.142857\nIBM R735QTJ8XC9X,IBM,182,1,182\n",
        date(2014, 3, 24),
        "coarse",
    )
    apple, ibm = rows
    assert (apple.symbol.value, apple.price, apple.volume, apple.dollar_volume) == (
        "AAPL", 539.19, 9911341, 5344095946,
    )  # fmt: skip
    assert (apple.price_factor, ibm.price_factor, ibm.adjusted_price) == (0.8, 1, 182)
    assert apple.end_time.day == 25
    with pytest.raises(DataFileError, match="coarse, row 1"):
        fundamentals_of_file(b"AAPL R735QTJ8XC9X,AAPL,much,1,1\n", date(2014, 3, 24), "coarse")


def test_a_missing_class_of_a_namespace_is_one_clear_line(run, tmp_path: Path) -> None:
    """`from Selection.X import Missing` names what is missing when it is used."""
    file = tmp_path / "chooser2.py"
    file.write_text(
        "from AlgorithmImports import *\nfrom Selection.NoSuchModel import NoSuchModel\n"
        "class Mine(QCAlgorithm):\n    def initialize(self):\n        self.set_universe_selection(NoSuchModel())\n"
    )
    with pytest.raises(EngineError, match=r"does not support Selection\.NoSuchModel\.NoSuchModel"):
        run_backtest(BacktestRequest(file, _anything(), tmp_path / "out", storage=tmp_path / "storage"))


def _anything():
    from engine.data_source.modelled.source import ModelledSource

    return ModelledSource()


def test_two_universes_that_are_due_at_once_change_in_one_step(run) -> None:
    """The first one's addition restarts the other's subscription, whose selection must not get lost (LEAN's figures)."""
    more = """
    def on_data(self, data):
        for security in self.changes.added_securities if self.changes else ():
            self.set_holdings(security.symbol, 0.5)
        self.changes = None

    def on_securities_changed(self, changes):
        for security in changes.removed_securities:
            self.liquidate(security.symbol, "Removed from Universe")
        self.changes = changes
"""
    outcome = run(
        "self.changes = None\n"
        "self.set_start_date(2013, 10, 1)\n"
        "self.set_end_date(2013, 10, 31)\n"
        "self.universe_settings.resolution = Resolution.HOUR\n"
        "weekly = CustomUniverseSelectionModel('weekly', lambda t: ['IBM'] if t.day % 7 == 0 else [])\n"
        "self.add_universe_selection(weekly)\n"
        "later = InceptionDateUniverseSelectionModel('later', {'SPY': self.start_date + timedelta(5)})\n"
        "self.add_universe_selection(later)",
        more,
    )
    assert outcome.statistics["Total Orders"] == "9"
    assert outcome.statistics["End Equity"] == "102119.68"
    assert outcome.statistics["OrderListHash"] == "27cdeff9728c1a42239ea1b5b2c335dc"
