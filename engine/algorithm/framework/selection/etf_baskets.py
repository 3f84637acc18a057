"""Baskets of funds by the dates from which they trade.

LEAN: Algorithm.Framework/Selection/EnergyETFUniverse.cs, MetalsETFUniverse.cs, SP500SectorsETFUniverse.cs,
TechnologyETFUniverse.cs, USTreasuriesETFUniverse.cs, VolatilityETFUniverse.cs.
"""

from __future__ import annotations

from datetime import datetime

from engine.algorithm.framework.selection.inception_date_universe_selection_model import (
    InceptionDateUniverseSelectionModel,
)


class _Basket(InceptionDateUniverseSelectionModel):
    """The funds of a table `ticker date ticker date ...`."""

    _name: str
    _funds: str

    def __init__(self) -> None:
        words = iter(self._funds.split())
        super().__init__(self._name, {ticker: datetime.fromisoformat(next(words)) for ticker in words})


class EnergyETFUniverse(_Basket):
    """Funds of energy producers, oil and gas."""

    _name = "qc-energy-etf-basket"
    _funds = """
        XLE 1998-12-22 IYE 2000-06-16 VDE 2004-09-29 USO 2006-04-10 XES 2006-06-22 XOP 2006-06-22 UNG 2007-04-18
        ICLN 2008-06-25 ERX 2008-11-06 ERY 2008-11-06 SCO 2008-11-25 UCO 2008-11-25 AMJ 2009-06-02 BNO 2010-06-02
        AMLP 2010-08-25 OIH 2011-12-21 DGAZ 2012-02-08 UGAZ 2012-02-08 TAN 2012-02-15
    """


class MetalsETFUniverse(_Basket):
    """Funds of metals and their miners."""

    _name = "qc-metals-etf-basket"
    _funds = """
        GLD 2004-11-18 IAU 2005-01-28 SLV 2006-04-28 GDX 2006-05-22 AGQ 2008-12-04 GDXJ 2009-11-11 PPLT 2010-01-08
        NUGT 2010-12-08 DUST 2010-12-08 USLV 2011-10-17 UGLD 2011-10-17 JNUG 2013-10-03 JDST 2013-10-03
    """


class SP500SectorsETFUniverse(_Basket):
    """Funds of the sectors of the S&P 500."""

    _name = "qc-sp500-sectors-etf-basket"
    _funds = """
        XLB 1998-12-22 XLE 1998-12-22 XLF 1998-12-22 XLI 1998-12-22 XLK 1998-12-22 XLP 1998-12-22 XLU 1998-12-22
        XLV 1998-12-22 XLY 1998-12-22
    """


class TechnologyETFUniverse(_Basket):
    """Funds of technology companies."""

    _name = "qc-technology-etf-basket"
    _funds = """
        XLK 1998-12-22 QQQ 1999-03-10 SOXX 2001-07-13 IGV 2001-07-13 VGT 2004-01-30 QTEC 2006-04-25 FDN 2006-06-23
        FXL 2007-05-10 TECL 2008-12-17 TECS 2008-12-17 SOXL 2010-03-11 SOXS 2010-03-11 SKYY 2011-07-06
        SMH 2011-12-21 KWEB 2013-08-01 FTEC 2013-10-24
    """


class USTreasuriesETFUniverse(_Basket):
    """Funds of the United States' debt; one of them stands out of the order of the dates, as in LEAN."""

    _name = "qc-us-treasuries-etf-basket"
    _funds = """
        IEF 2002-07-26 SHY 2002-07-26 TLT 2002-07-26 IEI 2007-01-11 SHV 2007-01-11 TLH 2007-01-11 EDV 2007-12-10
        BIL 2007-05-30 SPTL 2007-05-30 TBT 2008-05-01 TMF 2009-04-16 TMV 2009-04-16 TBF 2009-08-20 VGSH 2009-11-23
        VGIT 2009-11-23 VGLT 2009-11-24 SCHO 2010-08-06 SCHR 2010-08-06 SPTS 2011-12-01 GOVT 2012-02-24
    """


class VolatilityETFUniverse(_Basket):
    """Funds that follow volatility."""

    _name = "qc-volatility-etf-basket"
    _funds = """
        SQQQ 2010-02-11 TQQQ 2010-02-11 TVIX 2010-11-30 VIXY 2011-01-04 SPLV 2011-05-05 SVXY 2011-10-04
        UVXY 2011-10-04 EEMV 2011-10-20 EFAV 2011-10-20 USMV 2011-10-20
    """
