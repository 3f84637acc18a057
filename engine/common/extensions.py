"""`Extensions`: helpers that algorithms call by name. LEAN: Common/Extensions.cs."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from engine.common.enums import OptionRight, OrderDirection, Resolution, SecurityType, TickType
from engine.common.numbers import normalize, round_to_significant_digits, smart_rounding, to_decimal
from engine.common.sid_encoding import OPTION_TYPES
from engine.common.symbol import Symbol
from engine.common.symbol_mapping import get_mirror_option_symbol
from engine.common.time import TimeZone, to_datetime, to_stamp

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.data.universe_selection.universe import Universe
    from engine.data.universe_selection.universe_settings import UniverseSettings

Number = float | Decimal


class Extensions:
    """Extension methods of LEAN, which Python reaches as static ones."""

    @staticmethod
    def is_option(security_type: SecurityType) -> bool:
        """Return whether it is an option of any kind."""
        return security_type in OPTION_TYPES

    @staticmethod
    def create_option_chain(
        algorithm: QCAlgorithm, symbol: Symbol, filter: Any, universe_settings: UniverseSettings | None = None
    ) -> Universe:
        """Add the chain of an option and return its universe."""
        return algorithm.create_option_chain(symbol, filter, universe_settings)

    @staticmethod
    def create_future_chain(
        algorithm: QCAlgorithm, symbol: Symbol, filter: Any, universe_settings: UniverseSettings | None = None
    ) -> list[Universe]:
        """Add a future and return the universes of its continuous contract and of its chain."""
        return algorithm.create_future_chain(symbol, filter, universe_settings)

    @staticmethod
    def convert_to(time: datetime, from_zone: TimeZone, to_zone: TimeZone) -> datetime:
        """Return a time of one zone as the clock of another shows it."""
        return to_zone.local_datetime(from_zone.utc_stamp(time))

    @staticmethod
    def convert_from_utc(time: datetime, to_zone: TimeZone) -> datetime:
        """Return a UTC time as the clock of a zone shows it."""
        return to_zone.local_datetime(to_stamp(time.replace(tzinfo=None)))

    @staticmethod
    def convert_to_utc(time: datetime, from_zone: TimeZone) -> datetime:
        """Return the UTC time of a zone's clock."""
        return to_datetime(from_zone.utc_stamp(time))

    @staticmethod
    def to_time_span(resolution: Resolution) -> timedelta:
        """Return the length of one bar."""
        return resolution.to_time_span()

    @staticmethod
    def tick_type_to_lower(tick_type: TickType) -> str:
        """Return the name that data files have for a kind of data."""
        return tick_type.to_string().lower()

    @staticmethod
    def security_type_to_lower(security_type: SecurityType) -> str:
        """Return the name that data folders have for a kind of security."""
        return security_type.to_string().lower()

    @staticmethod
    def resolution_to_lower(resolution: Resolution) -> str:
        """Return the name that data folders have for a resolution."""
        return resolution.to_string().lower()

    @staticmethod
    def get_order_direction(quantity: Number) -> OrderDirection:
        """Return the direction of an order of that quantity."""
        if quantity == 0:
            return OrderDirection.HOLD
        return OrderDirection.BUY if quantity > 0 else OrderDirection.SELL

    @staticmethod
    def invert(right: OptionRight) -> OptionRight:
        """Return the other right."""
        return OptionRight.PUT if right is OptionRight.CALL else OptionRight.CALL

    @staticmethod
    def round_to_significant_digits(number: Number, digits: int) -> float:
        """Keep so many significant digits."""
        return float(round_to_significant_digits(to_decimal(number), digits))

    @staticmethod
    def smart_rounding(number: Number) -> float:
        """Round to 4 places above 1000, else to 7 digits."""
        return float(smart_rounding(to_decimal(number)))

    @staticmethod
    def normalize(number: Number) -> float:
        """Strip trailing zeros, which a float has none of."""
        return float(normalize(to_decimal(number)))

    @staticmethod
    def get_mirror_option_symbol(symbol: Symbol) -> Symbol:
        """Return the put of a call, and the other way round."""
        return get_mirror_option_symbol(symbol)
