"""The two kinds of custom data that LEAN's own algorithms show: about a security, and about nothing.

LEAN: Common/Data/Custom/IconicTypes/LinkedData.cs, UnlinkedData.cs.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from engine.common.enums import FileFormat, Resolution, SubscriptionTransportMedium
from engine.common.time_zones import TimeZones
from engine.data.custom.python_data import PythonData
from engine.data.custom.subscription_data_source import SubscriptionDataSource

if TYPE_CHECKING:
    from engine.common.time import TimeZone
    from engine.data.subscription_data_config import SubscriptionDataConfig

_COUNT = 10


class _DailyFile(PythonData):
    """A line a day in a file of LEAN's test data."""

    def default_resolution(self) -> Resolution:
        return Resolution.DAILY

    def supported_resolutions(self) -> list[Resolution]:
        return [Resolution.DAILY]

    def data_time_zone(self) -> TimeZone:
        return TimeZones.UTC

    def is_sparse_data(self) -> bool:
        return True


def _source(folder: str, name: str) -> SubscriptionDataSource:
    path = f"TestData/{folder}/{name.lower()}.csv"
    return SubscriptionDataSource(path, SubscriptionTransportMedium.LOCAL_FILE, FileFormat.CSV)


class LinkedData(_DailyFile):
    """About a security: it follows the renames of its underlying."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def requires_mapping(self) -> bool:
        return True

    def get_source(
        self, config: SubscriptionDataConfig, date: datetime, is_live_mode: bool
    ) -> SubscriptionDataSource:
        assert config.symbol.underlying is not None
        return _source("linked", config.symbol.underlying.value)

    def reader(
        self, config: SubscriptionDataConfig, line: str, date: datetime, is_live_mode: bool
    ) -> LinkedData:
        point = LinkedData()
        point.count, point.symbol, point.end_time = _COUNT, config.symbol, date
        return point


class UnlinkedData(_DailyFile):
    """About nothing but its ticker; `any_ticker` reads one file for all of them."""

    any_ticker: ClassVar[bool] = False

    def __init__(self) -> None:
        super().__init__()
        self.ticker = ""

    def requires_mapping(self) -> bool:
        return False

    def get_source(
        self, config: SubscriptionDataConfig, date: datetime, is_live_mode: bool
    ) -> SubscriptionDataSource:
        return _source("unlinked", "data" if UnlinkedData.any_ticker else config.symbol.value)

    def reader(
        self, config: SubscriptionDataConfig, line: str, date: datetime, is_live_mode: bool
    ) -> UnlinkedData:
        point = UnlinkedData()
        point.ticker = "ANY" if UnlinkedData.any_ticker else config.symbol.value
        point.symbol, point.end_time = config.symbol, date
        return point
