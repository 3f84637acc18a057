"""The algorithm's clock. LEAN: Common/TimeKeeper.cs, Common/LocalTimeKeeper.cs."""

from __future__ import annotations

from datetime import datetime

from engine.common.time import TimeZone, to_datetime


class LocalTimeKeeper:
    """The clock seen in one zone; its datetime is built when somebody asks."""

    __slots__ = ("_keeper", "_local_time", "_seen", "time_zone")

    def __init__(self, keeper: TimeKeeper, time_zone: TimeZone) -> None:
        self._keeper = keeper
        self.time_zone = time_zone
        self._seen: int | None = None
        self._local_time = datetime(1, 1, 1)

    @property
    def local_time(self) -> datetime:
        """Now, in the zone."""
        stamp = self._keeper.utc_stamp
        if stamp != self._seen:
            self._local_time = self.time_zone.local_datetime(stamp)
            self._seen = stamp
        return self._local_time

    @property
    def local_stamp(self) -> int:
        """Now in the zone, as a local stamp."""
        return self.time_zone.to_local(self._keeper.utc_stamp)


class TimeKeeper:
    """Holds now, and `step`, which grows whenever the time or the data may have changed."""

    __slots__ = ("_local", "pushes", "step", "utc_stamp")

    def __init__(self, utc_stamp: int = 0) -> None:
        self.utc_stamp = utc_stamp
        self.step = 0
        self.pushes = 0
        """Grows when a security is given a price that no subscription brought."""
        self._local: dict[TimeZone, LocalTimeKeeper] = {}

    def set_utc(self, stamp: int) -> None:
        """Move the clock; whoever caches by `step` must look again."""
        self.utc_stamp = stamp
        self.step += 1

    @property
    def utc_time(self) -> datetime:
        """Now, in UTC."""
        return to_datetime(self.utc_stamp)

    def local_time_keeper(self, zone: TimeZone) -> LocalTimeKeeper:
        """Return the zone's clock; the same object each time."""
        keeper = self._local.get(zone)
        if keeper is None:
            keeper = self._local[zone] = LocalTimeKeeper(self, zone)
        return keeper

    def get_time_in(self, zone: TimeZone) -> datetime:
        """Return now in the zone."""
        return self.local_time_keeper(zone).local_time
