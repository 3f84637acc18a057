"""The broker's Protocol over a socket: one line of JSON asks, one line answers."""

from __future__ import annotations

import json
import socket
from contextlib import suppress
from typing import Any

from engine.common.errors import EngineError
from engine.paper.messages import Fields
from engine.paper.port import Broker

_CALLS = frozenset({"status", "open", "snapshot", "history", "cash", "advance", "place", "update", "cancel"})


class BrokerGone(EngineError):
    """The other end of the socket is not there any more."""


class BrokerConnection:
    """A broker in another process, as a `Broker`."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._stream = connection.makefile("rwb")

    def _ask(self, call: str, *arguments: Any) -> Fields:
        line = b""
        with suppress(OSError):
            self._stream.write(json.dumps([call, *arguments]).encode() + b"\n")
            self._stream.flush()
        with suppress(OSError):  # it may have said why before it went
            line = self._stream.readline()
        if not line.endswith(b"\n"):
            raise BrokerGone("the paper broker's process has ended; the same command goes on from its ledger")
        answer: Fields = json.loads(line)
        if "error" in answer:
            raise EngineError(answer["error"])
        result: Fields = answer["result"]
        return result

    def status(self) -> Fields:
        return self._ask("status")

    def open(self, terms: Fields) -> Fields:
        return self._ask("open", terms)

    def snapshot(self) -> Fields:
        return self._ask("snapshot")

    def history(self) -> Fields:
        return self._ask("history")

    def cash(self) -> Fields:
        return self._ask("cash")

    def advance(self, stamp: int) -> Fields:
        return self._ask("advance", stamp)

    def place(self, stamp: int, legs: list[Fields]) -> Fields:
        return self._ask("place", stamp, legs)

    def update(self, stamp: int, order: Fields) -> Fields:
        return self._ask("update", stamp, order)

    def cancel(self, stamp: int, order_id: int) -> Fields:
        return self._ask("cancel", stamp, order_id)

    def close(self) -> None:
        with suppress(OSError):  # what was not sent any more
            self._stream.close()
        self._connection.close()


def serve(broker: Broker, connection: socket.socket) -> None:
    """Answer until the client is gone. What an answer tells is in the ledger already."""
    stream = connection.makefile("rwb")
    while True:
        line = b""
        with suppress(OSError):  # a client that was killed resets the connection
            line = stream.readline()
        if not line.endswith(b"\n"):
            return
        answer = json.dumps(_answer(broker, line)).encode()
        with suppress(OSError):
            stream.write(answer + b"\n")
            stream.flush()


def _answer(broker: Broker, line: bytes) -> Fields:
    call, *arguments = json.loads(line)
    if call not in _CALLS:
        return {"error": f"the paper broker has no call {call!r}"}
    try:
        return {"result": getattr(broker, call)(*arguments)}
    except EngineError as error:
        return {"error": str(error)}
