"""Kinds of securities, accounts and sessions. Values: LEAN's."""

from __future__ import annotations

from engine.common.enums.lean_enum import LeanEnum


class SecurityType(LeanEnum):
    BASE = 0
    EQUITY = 1
    OPTION = 2
    COMMODITY = 3
    FOREX = 4
    FUTURE = 5
    CFD = 6
    CRYPTO = 7
    FUTURE_OPTION = 8
    INDEX = 9
    INDEX_OPTION = 10
    CRYPTO_FUTURE = 11

    def is_option(self) -> bool:
        """Return whether it is one of the three kinds of options."""
        return self in _OPTIONS

    def has_options(self) -> bool:
        """Return whether options are written on it."""
        return self in _UNDERLYINGS

    def default_option_style(self) -> OptionStyle:
        """Return the style of options of this type (or on this type, for an underlying)."""
        return OptionStyle.EUROPEAN if self in _EUROPEAN else OptionStyle.AMERICAN


_UNDERLYINGS = frozenset({SecurityType.EQUITY, SecurityType.FUTURE, SecurityType.INDEX})
_EUROPEAN = frozenset({SecurityType.INDEX, SecurityType.INDEX_OPTION})
_OPTIONS = frozenset({SecurityType.OPTION, SecurityType.FUTURE_OPTION, SecurityType.INDEX_OPTION})


class OptionRight(LeanEnum):
    CALL = 0
    PUT = 1


class OptionStyle(LeanEnum):
    AMERICAN = 0
    EUROPEAN = 1


class SettlementType(LeanEnum):
    PHYSICAL_DELIVERY = 0
    CASH = 1


class AccountType(LeanEnum):
    MARGIN = 0
    CASH = 1


class PositionSide(LeanEnum):
    SHORT = -1
    NONE = 0
    LONG = 1


class MarketHoursState(LeanEnum):
    CLOSED = 0
    PRE_MARKET = 1
    MARKET = 2
    POST_MARKET = 3


class AdjustmentType(LeanEnum):
    FORWARD_ADJUSTED = 0
    BACK_ADJUSTED = 1


class CashBookUpdateType(LeanEnum):
    ADDED = 0
    REMOVED = 1
    UPDATED = 2
