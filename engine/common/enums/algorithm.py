"""The algorithm, where it runs, and its brokerage. Values: LEAN's."""

from __future__ import annotations

from datetime import date

from engine.common.enums.lean_enum import LeanEnum


class AlgorithmStatus(LeanEnum):
    DEPLOY_ERROR = 0
    IN_QUEUE = 1
    RUNNING = 2
    STOPPED = 3
    LIQUIDATED = 4
    DELETED = 5
    COMPLETED = 6
    RUNTIME_ERROR = 7
    INVALID = 8
    LOGGING_IN = 9
    INITIALIZING = 10
    HISTORY = 11
    PENDING_INPUT = 12
    IDLE = 13


class AlgorithmMode(LeanEnum):
    LIVE = 0
    OPTIMIZATION = 1
    BACKTESTING = 2
    RESEARCH = 3


class DeploymentTarget(LeanEnum):
    CLOUD_PLATFORM = 0
    LOCAL_PLATFORM = 1
    PRIVATE_CLOUD_PLATFORM = 2


class BrokerageName(LeanEnum):
    QUANT_CONNECT_BROKERAGE = 0
    DEFAULT = 0
    INTERACTIVE_BROKERS_BROKERAGE = 1
    TRADIER_BROKERAGE = 2
    OANDA_BROKERAGE = 3
    FXCM_BROKERAGE = 4
    BITFINEX = 5
    BINANCE = 6
    GDAX = 12
    ALPACA = 13
    ALPHA_STREAMS = 14
    ZERODHA = 15
    SAMCO = 16
    ATREYU = 17
    TRADING_TECHNOLOGIES = 18
    KRAKEN = 19
    FTX = 20
    FTXUS = 21
    EXANTE = 22
    BINANCE_US = 23
    WOLVERINE = 24
    TD_AMERITRADE = 25
    BINANCE_FUTURES = 26
    BINANCE_COIN_FUTURES = 27
    RBI = 28
    BYBIT = 29
    EZE = 30
    AXOS = 31
    COINBASE = 32
    TRADE_STATION = 33
    TERMINAL_LINK = 34
    CHARLES_SCHWAB = 35
    TASTYTRADE = 36
    INTERACTIVE_BROKERS_FIX = 37
    DYDX = 38
    WEBULL = 39
    PUBLIC = 40
    BLOOMBERG_FIX = 41


class BrokerageEnvironment(LeanEnum):
    LIVE = 0
    PAPER = 1


class BrokerageMessageType(LeanEnum):
    INFORMATION = 0
    WARNING = 1
    ERROR = 2
    RECONNECT = 3
    DISCONNECT = 4
    ACTION_REQUIRED = 5


class ServerType(LeanEnum):
    SERVER_512 = 0
    SERVER_1024 = 1
    SERVER_2048 = 2


class Language(LeanEnum):
    C_SHARP = 0
    F_SHARP = 1
    VISUAL_BASIC = 2
    JAVA = 3
    PYTHON = 4


class InsightDirection(LeanEnum):
    DOWN = -1
    FLAT = 0
    UP = 1


class InsightType(LeanEnum):
    PRICE = 0
    VOLATILITY = 1


class InsightScoreType(LeanEnum):
    DIRECTION = 0
    MAGNITUDE = 1


class PortfolioBias(LeanEnum):
    SHORT = -1
    LONG_SHORT = 0
    LONG = 1


class DayOfWeek(LeanEnum):
    """Days as .NET counts them: Sunday is 0."""

    SUNDAY = 0
    MONDAY = 1
    TUESDAY = 2
    WEDNESDAY = 3
    THURSDAY = 4
    FRIDAY = 5
    SATURDAY = 6

    @classmethod
    def of(cls, day: date) -> DayOfWeek:
        """Return the day of the week of a date."""
        return cls(day.isoweekday() % 7)
