"""Trade bars of lines of LEAN's files, for data that an algorithm brings itself.

LEAN: Common/Data/Market/TradeBar.cs (GetSource, Reader, ParseEquity and their kin).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from engine.algorithm.globals import Globals
from engine.common.enums import FileFormat, Resolution, SecurityType, SubscriptionTransportMedium
from engine.common.errors import UnsupportedMemberError
from engine.common.lean_data import LeanData
from engine.common.numbers import to_float
from engine.common.time import to_datetime, to_stamp
from engine.data.custom.subscription_data_source import SubscriptionDataSource
from engine.data.market.trade_bar import TradeBar

if TYPE_CHECKING:
    from engine.data.subscription_data_config import SubscriptionDataConfig

_SCALE = Decimal(10_000)
_WHOLE = Decimal(1)
_SCALES = {
    SecurityType.EQUITY: _SCALE,
    SecurityType.OPTION: _SCALE,
    SecurityType.FUTURE_OPTION: _WHOLE,
    SecurityType.INDEX_OPTION: _SCALE,
    SecurityType.FUTURE: _WHOLE,
    SecurityType.INDEX: _WHOLE,
}
_IN_ONE_FILE = (Resolution.HOUR, Resolution.DAILY)
_ENTRIES = (SecurityType.OPTION, SecurityType.FUTURE_OPTION, SecurityType.INDEX_OPTION, SecurityType.FUTURE)


def source_of(config: SubscriptionDataConfig, day: date) -> SubscriptionDataSource:
    """Return the file of LEAN's data folder with the data of a day."""
    symbol, resolution, tick_type = config.symbol, config.resolution, config.tick_type
    path = LeanData.generate_zip_file_path(Globals.data_folder, symbol, day, resolution, tick_type)
    if symbol.security_type in _ENTRIES:
        path += "#" + LeanData.generate_zip_entry_name(symbol, day, resolution, tick_type)
    return SubscriptionDataSource(path, SubscriptionTransportMedium.LOCAL_FILE, FileFormat.CSV)


def trade_bar_of_line(
    config: SubscriptionDataConfig, line: str, day: date, security_type: SecurityType | None = None
) -> TradeBar:
    """Return the bar of a line of a kind of security; its times are those of the exchange."""
    kind = config.security_type if security_type is None else security_type
    scale = _SCALES.get(kind)
    if scale is None:
        raise UnsupportedMemberError(f"TradeBar.reader of {kind.to_string()}")
    cells = line.split(",")
    prices = [to_float(Decimal(cell) / scale) for cell in cells[1:5]]
    volume = float(cells[5]) if len(cells) > 5 else 0.0
    return TradeBar(_time(config, cells[0], day), config.symbol, *prices, volume, config.increment)


def _time(config: SubscriptionDataConfig, cell: str, day: date) -> datetime:
    if config.resolution in _IN_ONE_FILE:
        written = datetime.fromisoformat(cell)
    else:
        written = datetime(day.year, day.month, day.day) + timedelta(milliseconds=float(cell))
    if config.data_time_zone is config.exchange_time_zone:
        return written
    stamp = config.data_time_zone.to_utc(to_stamp(written))
    return to_datetime(config.exchange_time_zone.to_local(stamp))
