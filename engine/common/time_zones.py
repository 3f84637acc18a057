"""The zones LEAN names. LEAN: Common/TimeZones.cs."""

from __future__ import annotations

from engine.common.errors import UnsupportedMemberError
from engine.common.time import TimeZone

_NAMES = {
    "UTC": "UTC",
    "NEW_YORK": "America/New_York",
    "EASTERN_STANDARD": "UTC-05",
    "LONDON": "Europe/London",
    "HONG_KONG": "Asia/Hong_Kong",
    "TOKYO": "Asia/Tokyo",
    "ROME": "Europe/Rome",
    "SYDNEY": "Australia/Sydney",
    "VANCOUVER": "America/Vancouver",
    "TORONTO": "America/Toronto",
    "CHICAGO": "America/Chicago",
    "LOS_ANGELES": "America/Los_Angeles",
    "PHOENIX": "America/Phoenix",
    "AUCKLAND": "Pacific/Auckland",
    "MOSCOW": "Europe/Moscow",
    "MADRID": "Europe/Madrid",
    "BUENOS_AIRES": "America/Argentina/Buenos_Aires",
    "BRISBANE": "Australia/Brisbane",
    "SAO_PAULO": "America/Sao_Paulo",
    "CAIRO": "Africa/Cairo",
    "JOHANNESBURG": "Africa/Johannesburg",
    "ANCHORAGE": "America/Anchorage",
    "DENVER": "America/Denver",
    "DETROIT": "America/Detroit",
    "MEXICO_CITY": "America/Mexico_City",
    "JERUSALEM": "Asia/Jerusalem",
    "SHANGHAI": "Asia/Shanghai",
    "MELBOURNE": "Australia/Melbourne",
    "AMSTERDAM": "Europe/Amsterdam",
    "ATHENS": "Europe/Athens",
    "BERLIN": "Europe/Berlin",
    "BUCHAREST": "Europe/Bucharest",
    "DUBLIN": "Europe/Dublin",
    "HELSINKI": "Europe/Helsinki",
    "ISTANBUL": "Europe/Istanbul",
    "MINSK": "Europe/Minsk",
    "PARIS": "Europe/Paris",
    "ZURICH": "Europe/Zurich",
    "HONOLULU": "Pacific/Honolulu",
    "KOLKATA": "Asia/Kolkata",
}


class _TimeZonesType(type):
    # Zones are tabulated when named, not when this module loads: few are used and each costs milliseconds.
    def __getattr__(cls, name: str) -> TimeZone:
        zone = _NAMES.get(name)
        if zone is None:
            raise UnsupportedMemberError(f"TimeZones.{name}")
        return TimeZone.of(zone)


class TimeZones(metaclass=_TimeZonesType):
    """`TimeZones.NEW_YORK` and its sisters."""
