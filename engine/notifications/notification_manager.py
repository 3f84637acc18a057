"""`self.notify` (LEAN: Common/Notifications/NotificationManager.cs)."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from typing import Any

from engine.notifications.notification import (
    Notification,
    NotificationEmail,
    NotificationFtp,
    NotificationSms,
    NotificationTelegram,
    NotificationWeb,
)

_FTP_PORT = 21
_SFTP_PORT = 22


class NotificationManager:
    """Queues messages in live mode for whoever sends them; a backtest only remembers them.

    As in LEAN each method answers whether the message was queued, so in a backtest always False.
    """

    def __init__(self, live_mode: bool) -> None:
        self._live_mode = live_mode
        self.messages: deque[Notification] = deque()
        self.recorded: list[Notification] = []
        """Every message of the run, sent or not: what a test or a report looks at. LEAN has no such list."""

    def email(
        self,
        address: str,
        subject: str,
        message: str,
        data: str = "",
        headers: Mapping[str, str] | None = None,
    ) -> bool:
        return self._queue(NotificationEmail(address, subject, message, data, dict(headers or {})))

    def sms(self, phone_number: str, message: str) -> bool:
        return self._queue(NotificationSms(phone_number, message))

    def web(self, address: str, data: Any = None, headers: Mapping[str, str] | None = None) -> bool:
        return self._queue(NotificationWeb(address, data, dict(headers or {})))

    def telegram(self, id: str, message: str, token: str | None = None) -> bool:
        return self._queue(NotificationTelegram(id, message, token))

    def ftp(
        self,
        hostname: str,
        username: str,
        password: str,
        file_path: str,
        file_content: str | bytes,
        port: int | None = None,
    ) -> bool:
        """Queue an upload; the password is not kept where reports could show it."""
        contents = _bytes(file_content)
        upload = NotificationFtp(hostname, username, file_path, contents, False, port or _FTP_PORT)
        return self._queue(upload)

    def sftp(self, hostname: str, username: str, *rest: Any, port: int | None = None) -> bool:
        """Queue an upload; `rest`: password, path, content, or private key, its passphrase, path, content."""
        if rest and isinstance(rest[-1], int):
            port, rest = rest[-1], rest[:-1]
        if len(rest) not in (3, 4):
            given = tuple(type(argument) for argument in (hostname, username, *rest))
            raise TypeError(f"No method matches given arguments for sftp: {given}.")
        path, content = rest[-2:]
        upload = NotificationFtp(hostname, username, path, _bytes(content), True, port or _SFTP_PORT)
        return self._queue(upload)

    def _queue(self, notification: Notification) -> bool:
        self.recorded.append(notification)
        if self._live_mode:
            self.messages.append(notification)
        return self._live_mode


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else bytes(content)
