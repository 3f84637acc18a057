"""What an algorithm can send to people (LEAN: Common/Notifications/Notification.cs)."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Notification:
    """A message on its way out."""


@dataclass(frozen=True, slots=True)
class NotificationEmail(Notification):
    address: str
    subject: str
    message: str = ""
    data: str = ""
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotificationSms(Notification):
    phone_number: str
    message: str


@dataclass(frozen=True, slots=True)
class NotificationWeb(Notification):
    address: str
    data: object = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NotificationTelegram(Notification):
    id: str
    message: str
    token: str | None = None


@dataclass(frozen=True, slots=True)
class NotificationFtp(Notification):
    hostname: str
    username: str
    file_path: str
    contents: bytes
    secure: bool
    port: int
