"""End-of-day option chains turned into LEAN's daily files."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

from engine.common.enums import OptionRight, OptionStyle, Resolution, SecurityType, TickType
from engine.common.errors import EngineError
from engine.common.symbol import Symbol
from engine.data_source.importer.import_chains import ImportResult, import_chains
from engine.data_source.lean_folder.lean_folder import LeanFolder
from engine.launcher import BacktestRequest, run_backtest
from engine.securities.market_hours_database import MarketHoursDatabase

HEADER = "quotedate,root,type,expiration,strike,underlying_last,bid,ask,volume,openinterest,impliedvol,delta"
GOOD = "2019-05-15,SPXW,p,2019-05-17,2850,2856.62,9.1,9.4,120,456,0.1234,-0.41"
DAILY = Resolution.DAILY


@pytest.fixture(autouse=True)
def _database() -> Iterator[None]:
    before = MarketHoursDatabase.current
    yield
    MarketHoursDatabase.current = before


def _csv(path: Path, *lines: str, header: str = HEADER) -> Path:
    path.write_text("\n".join((header, *lines)) + "\n")
    return path


def _spx() -> Symbol:
    return Symbol.create("SPX", SecurityType.INDEX, "usa")


def _contract(root: str, expiry: date, right: str, strike: float) -> Symbol:
    return Symbol.create_option(
        _spx(),
        root,
        "usa",
        OptionStyle.EUROPEAN,
        OptionRight.CALL if right == "c" else OptionRight.PUT,
        strike,
        datetime(expiry.year, expiry.month, expiry.day),
    )


def test_a_row_becomes_quote_interest_chain_and_index(tmp_path):
    """One row of one contract: its daily quote bar, open interest, the day's chain and the index's bar."""
    folder = tmp_path / "lean"
    import_chains([_csv(tmp_path / "a.csv", GOOD)], folder, {})
    data = LeanFolder(folder)
    put = _contract("SPXW", date(2019, 5, 17), "p", 2850)
    quote = data.bar_history(put, DAILY, TickType.QUOTE).bar(0)
    assert (quote.bid.open, quote.bid.close, quote.ask.low, quote.ask.close) == (9.1, 9.1, 9.4, 9.4)
    assert quote.time == datetime(2019, 5, 14, 23)  # midnight New York in the exchange's Chicago
    assert data.bar_history(put, DAILY, TickType.OPEN_INTEREST).bar(0).value == 456
    chain = data.universe(put.canonical, date(2019, 5, 15))
    (row,) = chain.rows
    assert row.symbol == put
    assert (row.close, row.volume, row.open_interest) == (9.25, 120, 456)
    assert (row.implied_volatility, row.greeks.delta, row.greeks.gamma) == (0.1234, -0.41, 0)
    assert chain.underlying.close == 2856.62
    assert data.bar_history(_spx(), DAILY, TickType.TRADE).bar(0).close == 2856.62


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2019-05-27,SPXW,p,2019-05-31,2850,2856,9.1,9.4,0,0,0,0", "a quote date without a session"),
        ("2019-07-04,SPXW,p,2019-07-05,2850,2856,9.1,9.4,0,0,0,0", "a quote date without a session"),
        ("2019-06-01,SPXW,p,2019-06-03,2850,2856,9.1,9.4,0,0,0,0", "a quote date without a session"),
        ("2019-05-15,SPXW,p,2019-05-17,2850,2856,0,0,0,0,0,0", "no ask"),
        ("2019-05-15,SPXW,p,2019-05-17,2850,2856,9.5,9.4,0,0,0,0", "a bid above the ask"),
        ("2019-05-15,SPXW,p,2019-05-17,2850,2856,-1,9.4,0,0,0,0", "a negative bid or ask"),
        ("2019-05-15,SPXW,p,2019-05-17,2850,2856,,9.4,0,0,0,0", "a bid or ask that is no number"),
        ("2019-05-15,SPXW,p,2019-05-17,2850,2856,x,9.4,0,0,0,0", "a bid or ask that is no number"),
        ("2019-05-15,SPXW,p,2019-05-14,2850,2856,9.1,9.4,0,0,0,0", "quoted after its expiry"),
        ("2019-05-15,SPXW,p,2019-05-17,0,2856,9.1,9.4,0,0,0,0", "a strike that is no positive number"),
        ("2019-05-15,SPXW,p,2019-05-17,x,2856,9.1,9.4,0,0,0,0", "a strike that is no positive number"),
        ("2019-05-15,SPXW,?,2019-05-17,2850,2856,9.1,9.4,0,0,0,0", "neither call nor put"),
        ("2019-05-15,SPXW,p,2019-13-17,2850,2856,9.1,9.4,0,0,0,0", "a date that cannot be read"),
        ("2019-05-15,,p,2019-05-17,2850,2856,9.1,9.4,0,0,0,0", "no root"),
        ("2019-05-15,SPXW,p,2019-05-17,2850,2856,9.1,inf,0,0,0,0", "a bid or ask that is no number"),
        ("2019-05-15,SPXW,p,2019-05-17,inf,2856,9.1,9.4,0,0,0,0", "a strike that is no positive number"),
        ("2019-05-15,SPXW,p,2019-05-17,2850,2856,9.1,9.4,0,0,x,0", "another column that is no number"),
        ("2019-05-15,SPXW,p,2019-05-17,2850,2856,9.1,9.4,0,0,0,inf", "another column that is no number"),
        ("2019-05-15,SPXW,p,2019-05-17,2850,n/k,9.1,9.4,0,0,0,0", "another column that is no number"),
        ("2019-05-15,SPXW,p,2019-05-17,2850,0,9.1,9.4,0,0,0,0", "an underlying price that is not positive"),
        ("2019-05-15,SPXW,p,2019-05-17,2850,2856,9.1,9.4,-1,0,0,0", "a negative volume or open interest"),
        ("2019-05-15,SPXW,p,2019-05-17,2850,2856,9.1,9.4,0,-1,0,0", "a negative volume or open interest"),
        (GOOD, "a second row for the contract on that day"),
    ],
)
def test_every_dropped_row_is_counted_under_its_reason(tmp_path, row, reason):
    """Beside a good row each bad one is dropped for one reason, and the counts add up."""
    counts = import_chains([_csv(tmp_path / "a.csv", GOOD, row)], tmp_path / "lean", {}).counts
    assert counts.dropped == {reason: 1}
    assert (counts.read, counts.kept) == (2, 1)


def test_roots_that_are_not_wanted_are_counted(tmp_path):
    """--root keeps some roots; the others are a reason like any other."""
    other = GOOD.replace("SPXW", "SPX")
    folder = tmp_path / "lean"
    counts = import_chains([_csv(tmp_path / "a.csv", GOOD, other)], folder, {}, ["spx"]).counts
    assert counts.dropped == {"a root that was not asked for": 1}
    assert not (folder / "indexoption/usa/universes/spxw").exists()


def test_a_missing_bid_is_a_missing_side(tmp_path):
    """Bid 0 is no bid: LEAN's bar has none, and the chain's price is the ask."""
    folder = tmp_path / "lean"
    import_chains([_csv(tmp_path / "a.csv", GOOD.replace("9.1,9.4", "0,0.05"))], folder, {})
    put = _contract("SPXW", date(2019, 5, 17), "p", 2850)
    bar = LeanFolder(folder).bar_history(put, DAILY, TickType.QUOTE).bar(0)
    assert bar.bid is None
    assert bar.ask.close == 0.05
    assert LeanFolder(folder).universe(put.canonical, date(2019, 5, 15)).rows[0].close == 0.05


def test_columns_are_mapped_and_roots_named(tmp_path):
    """Names of any vendor, a packed csv, dates in another order, and a file that does not name its root."""
    file = tmp_path / "vendor.csv.gz"
    with gzip.open(file, "wt") as stream:
        stream.write("[QUOTE_DATE],DAY,Ex,K,CP,B,A\nx,05/15/2019,05/17/2019,2850,PUT,9.1,9.4\n")
    mapping = {"quote_date": "DAY", "expiry": "Ex", "strike": "K", "right": "CP", "bid": "B", "ask": "A"}
    folder = tmp_path / "lean"
    result = import_chains([file], folder, mapping, ["SPXW"])
    assert (result.counts.kept, result.contracts) == (1, 1)
    put = _contract("SPXW", date(2019, 5, 17), "p", 2850)
    assert LeanFolder(folder).bar_history(put, DAILY, TickType.QUOTE).bar(0).ask.close == 9.4


def test_equity_options_are_american_and_scaled(tmp_path):
    """A root that is no index is an equity: its options, its chain and its daily bars."""
    folder = tmp_path / "lean"
    row = "2019-05-15,SPY,c,2019-06-21,285.5,284.7,4.11,4.13,5,6,0.13,0.5"
    import_chains([_csv(tmp_path / "a.csv", row)], folder, {})
    data = LeanFolder(folder)
    spy = Symbol.create("SPY", SecurityType.EQUITY, "usa")
    call = Symbol.create_option(
        spy, "usa", OptionStyle.AMERICAN, OptionRight.CALL, 285.5, datetime(2019, 6, 21)
    )
    assert data.bar_history(call, DAILY, TickType.QUOTE).bar(0).bid.close == 4.11
    assert data.universe(call.canonical, date(2019, 5, 15)).rows[0].symbol == call
    assert data.bar_history(spy, DAILY, TickType.TRADE).bar(0).close == 284.7


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("a.csv", "a,b\n1,2\n", "no column for quote_date found; name it with --column quote_date=NAME"),
        ("a.csv", "", "is no csv file"),
        ("a.csv", f"{HEADER}\n{GOOD},surplus,fields\n{GOOD}\n", "cannot be read"),
        ("a.csv", f"{HEADER}\n{GOOD}\n{GOOD},surplus\n", "Expected 12 fields in line 3, saw 13"),
        ("a.csv", f"{HEADER}\n{GOOD}\n{GOOD[:50]}\n", "a.csv, row 3: expected 12 columns, found 9"),
        ("a.csv", f"{HEADER}\n{GOOD}\n\n{GOOD[:-6]}\n", "a.csv, row 4: expected 12 columns, found 11"),
        ("a.csv", f"{HEADER}\n{GOOD.replace('SPXW', '')}\n", "none of 1 rows can be used: 1 no root"),
        ("a.csv", f"{HEADER.replace('root,', '')}\n{GOOD.replace('SPXW,', '')}\n", "say --root ROOT"),
        ("a.parquet", "no parquet", "is no parquet file"),
    ],
)
def test_files_that_cannot_be_used_are_one_line_and_write_nothing(tmp_path, name, text, message):
    """The line names the file and what was wrong."""
    file = tmp_path / name
    file.write_text(text)
    with pytest.raises(EngineError) as raised:
        import_chains([file], tmp_path / "lean", {})
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert not (tmp_path / "lean").exists()


@pytest.mark.parametrize(
    ("mapping", "message"),
    [({"price": "bid"}, "'price' is no column to map"), ({"bid": "offer"}, "there is no column 'offer'")],
)
def test_a_wrong_mapping_is_refused(tmp_path, mapping, message):
    """Our names and theirs must exist."""
    with pytest.raises(EngineError, match=message):
        import_chains([_csv(tmp_path / "a.csv", GOOD)], tmp_path / "lean", mapping)


def test_a_missing_file_is_named(tmp_path):
    """Nothing is read then."""
    with pytest.raises(EngineError, match="there is no such file"):
        import_chains([tmp_path / "none.csv"], tmp_path / "lean", {})


def test_quotes_that_are_there_are_not_written_over_unless_told(tmp_path):
    """A second import stops before it writes; with replace it writes, and shared files stay as they are."""
    folder = tmp_path / "lean"
    file = _csv(tmp_path / "a.csv", GOOD)
    import_chains([file], folder, {})
    index = folder / "index/usa/daily/spx.zip"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    other = _csv(tmp_path / "b.csv", GOOD.replace("9.4", "9.9").replace("2856.62", "9999.99"))
    with pytest.raises(EngineError, match="exists already; --replace writes over it"):
        import_chains([other], folder, {})
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    result = import_chains([other], folder, {}, replace=True)
    assert index.read_bytes() == before[index]
    assert "index/usa/daily/spx.zip" in result.left_alone
    put = _contract("SPXW", date(2019, 5, 17), "p", 2850)
    assert LeanFolder(folder).bar_history(put, DAILY, TickType.QUOTE).bar(0).ask.close == 9.9


# -- real chains -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(shared, tmp_path_factory) -> tuple[ImportResult, Path]:
    """Return the import of the real SPX and SPXW chains of 2019."""
    file = shared / "real-chains/spx_2019.parquet"
    if not file.is_file():
        pytest.skip("needs ../shared/real-chains beside the checkout")
    folder = tmp_path_factory.mktemp("real") / "lean"
    return import_chains([file], folder, {}), folder


def test_real_chains_import_whole(real):
    """All 781,952 rows are accounted for: those without an ask are dropped, the others kept."""
    counts = real[0].counts
    assert counts.read == 781_952
    assert counts.dropped == {"no ask": 1_156}
    assert counts.kept + sum(counts.dropped.values()) == counts.read


KEY = ["root", "type", "strike", "expiration", "quotedate"]


def _chain_of(shared: Path):
    from pyarrow import parquet

    table = parquet.read_table(shared / "real-chains/spx_2019.parquet").to_pandas()
    return table[table["ask"] > 0]


def _daily_bars(folder: Path, root: str, kind: str, columns: list[str]):
    # Every row of every contract's entry, with the contract that the entry's name tells.
    import pandas as pd

    names, texts = [], []
    with zipfile.ZipFile(folder / f"indexoption/usa/daily/{root}_2019_{kind}_european.zip") as archive:
        for name in archive.namelist():
            texts.append(archive.read(name))
            names += [name] * texts[-1].count(b"\n")
    rows = pd.read_csv(BytesIO(b"".join(texts)), header=None, names=["time", *columns])
    told = pd.Series(names).str.extract(r"_(call|put)_(\d+)_(\d{8})\.csv$")
    return rows.assign(
        root=root.upper(),
        type=told[0].str[0],
        strike=told[1].astype(float) / 10_000,
        expiration=pd.to_datetime(told[2]).astype("datetime64[us]"),
        quotedate=pd.to_datetime(rows["time"].str[:8]).astype("datetime64[us]"),
    )


def test_every_real_quote_is_in_the_files(real, shared):
    """All 780,796 of them: bid, ask and open interest of each contract and day, and nothing else."""
    import pandas as pd

    sides = [f"{side}_{name}" for side in ("bid", "ask") for name in ("open", "high", "low", "close", "size")]
    table = _chain_of(shared)
    for kind, columns in (("quote", sides), ("openinterest", ["interest"])):
        read = pd.concat([_daily_bars(real[1], root, kind, columns) for root in ("spx", "spxw")])
        both = table.merge(read, on=KEY, how="outer", validate="one_to_one", indicator=True)
        assert (both["_merge"] == "both").all()
        assert len(both) == real[0].counts.kept
        if kind == "quote":
            for side in ("bid", "ask"):
                for name in ("open", "high", "low", "close"):
                    assert (both[side] == both[f"{side}_{name}"].fillna(0) / 10_000).all()
        else:
            assert (both["openinterest"] == both["interest"]).all()


def test_every_row_of_a_real_chain_is_in_the_days_file(real, shared):
    """All 112 files: each contract once, with its mid, volume, open interest, volatility and delta."""
    import pandas as pd

    parts = []
    for path in sorted((real[1] / "indexoption/usa/universes").glob("*/*.csv")):
        rows = pd.read_csv(path, skiprows=[1]).rename(columns={"#expiry": "expiry"})  # row 1: the underlying
        parts.append(rows.assign(root=path.parent.name.upper(), quotedate=path.stem))
    assert len(parts) == 112
    read = pd.concat(parts)
    read["type"] = read["right"].str.lower()
    for name, column in (("expiration", "expiry"), ("quotedate", "quotedate")):
        read[name] = pd.to_datetime(read[column].astype(str)).astype("datetime64[us]")
    both = _chain_of(shared).merge(read, on=KEY, how="outer", validate="one_to_one", indicator=True)
    assert (both["_merge"] == "both").all()
    mids = np.where(both["bid"] > 0, (both["bid"] + both["ask"]) / 2, both["ask"])
    assert np.abs(mids - both["close"]).max() < 0.0000501
    for ours, theirs in (("volume_x", "volume_y"), ("openinterest", "open_interest")):
        assert (both[ours] == both[theirs]).all()
    for ours, theirs in (("impliedvol", "implied_volatility"), ("delta_x", "delta_y")):
        assert np.abs(both[ours] - both[theirs]).max() < 1e-7


def test_real_quotes_are_read_back_by_the_engine(real, shared):
    """Every 300th contract with all its days, and each day's chain, as a backtest sees them."""
    table = _chain_of(shared).reset_index(drop=True)
    data = LeanFolder(real[1])
    groups = list(table.groupby(["root", "expiration", "type", "strike"], sort=True))
    assert len(groups) == real[0].contracts
    for (root, expiry, right, strike), rows in groups[::300]:
        symbol = _contract(root, expiry.date(), right, strike)
        quotes = data.bar_history(symbol, DAILY, TickType.QUOTE).rows.fields
        rows = rows.sort_values("quotedate")
        assert np.array_equal(np.nan_to_num(quotes["bid_close"]) / 10_000, rows["bid"].to_numpy())
        assert np.array_equal(quotes["ask_close"] / 10_000, rows["ask"].to_numpy())
    for (root, day), rows in list(table.groupby(["root", "quotedate"]))[::15]:
        canonical = Symbol.create_canonical_option(_spx(), root, "usa", f"?{root}")
        chain = data.universe(canonical, day.date())
        assert len(chain) == len(rows)
        assert chain.underlying.close == rows["underlying_last"].iloc[0]


def test_the_same_chain_as_csv_gives_the_same_files(shared, tmp_path):
    """Two days of the real chain as parquet and as a packed csv, byte for byte."""
    table = _chain_of(shared)
    days = sorted(table["quotedate"].unique())[:2]
    some = table[table["quotedate"].isin(days)]
    some.to_parquet(tmp_path / "chain.parquet")
    some.to_csv(tmp_path / "chain.csv.gz", index=False)
    folders = []
    for name in ("chain.parquet", "chain.csv.gz"):
        folders.append(tmp_path / name.replace(".", "_"))
        import_chains([tmp_path / name], folders[-1], {})
    files = [sorted(path.relative_to(f) for path in f.rglob("*") if path.is_file()) for f in folders]
    assert files[0] == files[1]
    assert len(files[0]) >= 11
    assert all((folders[0] / path).read_bytes() == (folders[1] / path).read_bytes() for path in files[0])


ALGORITHM = """
from AlgorithmImports import *


class SellOnePut(QCAlgorithm):
    def initialize(self):
        self.set_start_date(2019, 5, 6)
        self.set_end_date(2019, 5, 24)
        self.set_cash(1_000_000)
        index = self.add_index("SPX", Resolution.DAILY).symbol
        self.chain = self.add_index_option(index, "SPXW", Resolution.DAILY)
        self.chain.set_filter(lambda u: u.strikes(-30, 0).expiration(20, 40))

    def on_data(self, data):
        chain = data.option_chains.get(self.chain.symbol)
        if chain and not self.portfolio.invested:
            puts = [c for c in chain if c.right == OptionRight.PUT and c.bid_price > 5]
            self.market_order(min(puts, key=lambda c: c.bid_price).symbol, -1)
"""


def test_a_daily_strategy_trades_on_imported_chains(real, tmp_path):
    """A filter, a chain in on_data and an order, on nothing but the imported folder."""
    file = tmp_path / "sell_one_put.py"
    file.write_text(ALGORITHM)
    request = BacktestRequest(file, LeanFolder(real[1]), tmp_path / "results", storage=tmp_path / "storage")
    outcome = run_backtest(request)
    assert outcome.error is None
    assert outcome.statistics["Total Orders"] == "1"
    assert outcome.algorithm.portfolio.invested
