"""Where custom data of a date is read from (LEAN: Common/Data/SubscriptionDataSource.cs)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from engine.common.enums import FileFormat, SubscriptionTransportMedium


class SubscriptionDataSource:
    """A path, web address or object store key, and how its content is to be read."""

    __slots__ = ("format", "headers", "sort", "source", "transport_medium")

    def __init__(
        self,
        source: str,
        transport_medium: SubscriptionTransportMedium | None = None,
        format: FileFormat = FileFormat.CSV,
        headers: Mapping[str, str] | Iterable[tuple[str, str]] | None = None,
    ) -> None:
        self.source = source
        if transport_medium is None:
            remote = source.lower().startswith(("http://", "https://"))
            medium = SubscriptionTransportMedium
            transport_medium = medium.REMOTE_FILE if remote else medium.LOCAL_FILE
        self.transport_medium = transport_medium
        self.format = format
        self.headers = list(dict(headers or {}).items())
        self.sort = False
        """Whether the rows may be out of order."""

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, SubscriptionDataSource)
            and self.source == other.source
            and self.transport_medium == other.transport_medium
            and self.headers == other.headers
        )

    def __hash__(self) -> int:
        return hash((self.source, self.transport_medium))

    def __str__(self) -> str:
        return f"{self.transport_medium.to_string()}: {self.format.to_string()} {self.source}"
