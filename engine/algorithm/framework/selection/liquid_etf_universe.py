"""The most traded funds by what they hold (LEAN: Algorithm.Framework/Selection/LiquidETFUniverse.cs)."""

from __future__ import annotations

from functools import cache

from engine.algorithm.framework.selection.inception_date_universe_selection_model import (
    InceptionDateUniverseSelectionModel,
)
from engine.common.enums import SecurityType
from engine.common.market import Market
from engine.common.symbol import Symbol


class _Grouping(list[Symbol]):
    """Funds of one kind: those that follow it and those that go against it."""

    def __init__(self, long_tickers: str, inverse_tickers: str = "") -> None:
        self.long = _symbols(long_tickers)
        self.inverse = _symbols(inverse_tickers)
        super().__init__(self.long + self.inverse)

    def __str__(self) -> str:
        sides = (("Long", self.long), ("Inverse", self.inverse))
        return f"{len(self)} symbols:" + "".join(
            f" {side}: {','.join(symbol.value for symbol in symbols)}" for side, symbols in sides if symbols
        )


def _symbols(tickers: str) -> list[Symbol]:
    return [Symbol.create(ticker, SecurityType.EQUITY, Market.USA) for ticker in tickers.split()]


@cache
def _grouping(long_tickers: str, inverse_tickers: str = "") -> _Grouping:
    return _Grouping(long_tickers, inverse_tickers)


class _Groups(type):
    """The groups, made when one is first asked for: symbols need the data folder's renames."""

    @property
    def ENERGY(cls) -> _Grouping:
        return _grouping("VDE USO XES XOP UNG ICLN ERX UCO AMJ BNO AMLP UGAZ TAN", "ERY SCO DGAZ")

    @property
    def METALS(cls) -> _Grouping:
        return _grouping("GLD IAU SLV GDX AGQ PPLT NUGT USLV UGLD JNUG", "DUST JDST")

    @property
    def TECHNOLOGY(cls) -> _Grouping:
        return _grouping("QQQ IGV QTEC FDN FXL TECL SOXL SKYY KWEB", "TECS SOXS")

    @property
    def TREASURIES(cls) -> _Grouping:
        return _grouping("IEF SHY TLT IEI TLH BIL SPTL TMF SCHO SCHR SPTS GOVT", "SHV TBT TBF TMV")

    @property
    def VOLATILITY(cls) -> _Grouping:
        return _grouping("TVIX VIXY SPLV UVXY EEMV EFAV USMV", "SVXY")

    @property
    def SP_500_SECTORS(cls) -> _Grouping:
        return _grouping("XLB XLE XLF XLI XLK XLP XLU XLV XLY")


class LiquidETFUniverse(InceptionDateUniverseSelectionModel, metaclass=_Groups):
    """Every fund from the first day its identifier names."""

    def __init__(self) -> None:
        kind = type(self)
        groups = (
            kind.SP_500_SECTORS, kind.ENERGY, kind.METALS, kind.TECHNOLOGY, kind.TREASURIES, kind.VOLATILITY,
        )  # fmt: skip
        super().__init__(
            "qc-liquid-etf-basket", {symbol.value: symbol.id.date for group in groups for symbol in group}
        )
