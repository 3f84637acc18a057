"""Reads end-of-day option chains from csv and parquet files into one table with our own column names."""

from __future__ import annotations

import csv
import warnings
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from engine.common.errors import DataFileError, EngineError

if TYPE_CHECKING:
    import pandas as pd

REQUIRED = ("quote_date", "expiry", "strike", "right", "bid", "ask")
OPTIONAL = ("root", "underlying", "volume", "open_interest", "iv", "delta", "gamma", "vega", "theta", "rho")
KNOWN_NAMES: Mapping[str, tuple[str, ...]] = {
    "quote_date": ("quote_date", "quotedate", "date", "trade_date", "tradedate"),
    "expiry": ("expiry", "expiration", "expire_date", "expirydate", "exdate"),
    "strike": ("strike", "strike_price", "strikeprice"),
    "right": ("right", "type", "option_type", "optiontype", "call_put", "cp_flag", "putcall"),
    "bid": ("bid", "best_bid", "bid_eod", "bid_1545"),
    "ask": ("ask", "best_offer", "ask_eod", "ask_1545", "best_ask"),
    "root": ("root", "option_root", "ticker", "underlying_symbol", "act_symbol"),
    "underlying": ("underlying", "underlying_last", "underlying_price", "underlyingprice", "spot"),
    "volume": ("volume", "trade_volume"),
    "open_interest": ("open_interest", "openinterest"),
    "iv": ("iv", "impliedvol", "implied_volatility", "impliedvolatility", "impl_volatility"),
    "delta": ("delta",),
    "gamma": ("gamma",),
    "vega": ("vega",),
    "theta": ("theta",),
    "rho": ("rho",),
}
"""Column names that are recognized without being told; case does not matter."""

_TEXT = frozenset(("quote_date", "expiry", "right", "root"))


def read_chains(files: Sequence[Path], mapping: Mapping[str, str]) -> pd.DataFrame:
    """Return the rows of all files, one after the other.

    Parameters
    ----------
    files : sequence of Path
        csv (also .csv.gz, .csv.zip) or parquet, told apart by the suffix.
    mapping : mapping of str to str
        Our name of a column to its name in the files; the others are found by `KNOWN_NAMES`.

    Raises
    ------
    EngineError
        If a file cannot be read, or a column that is needed is not found.
    """
    import pandas as pd

    unknown = sorted(set(mapping) - set(KNOWN_NAMES))
    if unknown:
        raise EngineError(f"{unknown[0]!r} is no column to map; there are {', '.join(KNOWN_NAMES)}")
    tables = [_read(path, mapping) for path in files]
    return pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0]


def _read(path: Path, mapping: Mapping[str, str]) -> pd.DataFrame:
    if not path.is_file():
        raise EngineError(f"{path}: there is no such file")
    is_parquet = path.suffix.lower() in (".parquet", ".pq")
    present = _parquet_names(path) if is_parquet else _csv_names(path)
    found = _find_columns(path, present, mapping)
    columns = list(found.values())
    table = _read_parquet(path, columns) if is_parquet else _read_csv(path, columns, found)
    return table.rename(columns={theirs: ours for ours, theirs in found.items()})[list(found)]


def _find_columns(path: Path, present: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    by_lower = {name.strip().strip("[]").lower(): name for name in present}
    found = {}
    for ours in (*REQUIRED, *OPTIONAL):
        if ours in mapping:
            if mapping[ours] not in present:
                raise EngineError(
                    f"{path}: there is no column {mapping[ours]!r}; it has {', '.join(present)}"
                )
            found[ours] = mapping[ours]
            continue
        theirs = next((by_lower[name] for name in KNOWN_NAMES[ours] if name in by_lower), None)
        if theirs is not None:
            found[ours] = theirs
        elif ours in REQUIRED:
            raise EngineError(
                f"{path}: no column for {ours} found; name it with --column {ours}=NAME "
                f"(the file has {', '.join(present)})"
            )
    return found


def _csv_names(path: Path) -> list[str]:
    import pandas as pd

    try:
        return list(pd.read_csv(path, nrows=0).columns)
    except (ValueError, OSError, EOFError) as error:
        raise DataFileError(path, None, f"is no csv file ({_one_line(error)})") from None


def _read_csv(path: Path, columns: list[str], found: Mapping[str, str]) -> pd.DataFrame:
    import pandas as pd

    text = {theirs: str for ours, theirs in found.items() if ours in _TEXT}
    with warnings.catch_warnings():
        # A first row longer than the header would otherwise lose columns, and so would any row if only some
        # columns were asked for.
        warnings.simplefilter("error", pd.errors.ParserWarning)
        try:
            table = pd.read_csv(path, dtype=text, index_col=False, low_memory=False)
            _require_whole_rows(path)
        except (ValueError, OSError, EOFError, zlib.error, csv.Error, pd.errors.ParserWarning) as error:
            raise DataFileError(path, None, f"cannot be read ({_one_line(error)})") from None
    return table[columns]


def _require_whole_rows(path: Path) -> None:
    # pandas fills up a row that is cut off; what it lacks would count as not given.
    from pandas.io.common import get_handle

    with get_handle(path, "r", compression="infer") as handles:
        rows = csv.reader(handles.handle)  # type: ignore[arg-type]
        wanted = len(next(rows))
        for row in rows:
            if row and len(row) != wanted:
                raise DataFileError(path, rows.line_num, f"expected {wanted} columns, found {len(row)}")


def _parquet_names(path: Path) -> list[str]:
    from pyarrow import ArrowException, parquet

    try:
        return list(parquet.read_schema(path).names)
    except (ArrowException, OSError) as error:
        raise DataFileError(path, None, f"is no parquet file ({_one_line(error)})") from None


def _read_parquet(path: Path, columns: list[str]) -> pd.DataFrame:
    from pyarrow import ArrowException, parquet

    try:
        return parquet.read_table(path, columns=columns).to_pandas()
    except (ArrowException, OSError) as error:
        raise DataFileError(path, None, f"cannot be read ({_one_line(error)})") from None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
