"""What a brokerage (model) has to say (LEAN: Common/Brokerages/BrokerageMessageEvent.cs)."""

from __future__ import annotations

from engine.common.enums import BrokerageMessageType


class BrokerageMessageEvent:
    """A message with its kind and code."""

    __slots__ = ("code", "message", "type")

    def __init__(self, type: BrokerageMessageType, code: str | int, message: str) -> None:
        self.type = type
        self.code = str(code)
        self.message = message

    @staticmethod
    def disconnected(message: str) -> BrokerageMessageEvent:
        return BrokerageMessageEvent(BrokerageMessageType.DISCONNECT, "Disconnect", message)

    @staticmethod
    def reconnected(message: str) -> BrokerageMessageEvent:
        return BrokerageMessageEvent(BrokerageMessageType.RECONNECT, "Reconnect", message)

    def __str__(self) -> str:
        return f"{self.type.to_string()} - Code: {self.code} - {self.message}"


def not_supported(message: str, code: str = "NotSupported") -> BrokerageMessageEvent:
    """Return the warning with which a brokerage model refuses."""
    return BrokerageMessageEvent(BrokerageMessageType.WARNING, code, message)
