"""Real daily S&P 500 bars and VIX closes, read from the files that the package `arch` ships (NCSA
licence)."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from engine.common.errors import EngineError

SP500_FILE = "data/sp500/sp500.csv.gz"
VIX_FILE = "data/vix/vix.csv.gz"


@dataclass(frozen=True, slots=True)
class IndexHistory:
    """One row a session; `days` counts from 1970-01-01, prices are in index points, rounded to cents."""

    days: np.ndarray
    open: np.ndarray
    high: np.ndarray
    low: np.ndarray
    close: np.ndarray
    volume: np.ndarray
    vix: np.ndarray
    """VIX close; NaN before 2014-01-03, where the package has none."""

    def row(self, day: int) -> int | None:
        """Return the row of a session, None for a day that is none."""
        at = int(self.days.searchsorted(day))
        if at < len(self.days) and self.days[at] == day:
            return at
        return None


@lru_cache(maxsize=1)
def load_index_history() -> IndexHistory:
    """Read both files once; the csv is read directly because importing `arch` itself costs two seconds."""
    sp500 = [line.split(",") for line in _lines(SP500_FILE)]
    days = _days([row[0] for row in sp500])
    numbers = np.array([row[1:5] + row[6:7] for row in sp500], dtype=np.float64)
    prices = np.round(numbers[:, :4], 2)
    opens, closes = prices[:, 0], prices[:, 3]
    return IndexHistory(
        days=days,
        open=opens,
        high=np.maximum(prices[:, 1], np.maximum(opens, closes)),
        low=np.minimum(prices[:, 2], np.minimum(opens, closes)),
        close=closes,
        volume=numbers[:, 4],
        vix=_vix_on(days),
    )


def _vix_on(days: np.ndarray) -> np.ndarray:
    # A holiday is a row with a dot; the file ends after the index's own last session.
    rows = [line.split(",") for line in _lines(VIX_FILE)]
    rows = [row for row in rows if row[1] != "."]
    known = dict(zip(_days([row[0] for row in rows]).tolist(), (float(row[1]) for row in rows), strict=True))
    return np.array([known.get(day, np.nan) for day in days.tolist()])


def _lines(name: str) -> list[str]:
    package = find_spec("arch")
    if package is None or package.origin is None:
        raise EngineError(
            "the built-in data needs the package arch (pip install arch==8.0.0), or use --data-folder"
        )
    path = Path(package.origin).parent / name
    try:
        text = gzip.decompress(path.read_bytes()).decode("ascii")
    except OSError as error:
        raise EngineError(f"the index history of the package arch cannot be read: {path}: {error}") from error
    return text.splitlines()[1:]


def _days(texts: list[str]) -> np.ndarray:
    parts = np.array([text.split("/") for text in texts], dtype=np.int64)
    months = (parts[:, 2] - 1970) * 12 + parts[:, 0] - 1
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64) + parts[:, 1] - 1
