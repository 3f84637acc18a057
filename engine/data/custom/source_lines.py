"""The lines of a source of custom data (LEAN: Engine/DataFeeds/Transport/*SubscriptionStreamReader.cs)."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from engine.common.enums import FileFormat, SubscriptionTransportMedium
from engine.common.errors import DataFileError, EngineError

if TYPE_CHECKING:
    from engine.data.custom.subscription_data_source import SubscriptionDataSource

_BY_LINE = (FileFormat.CSV, FileFormat.UNFOLDING_COLLECTION)
_READABLE = (SubscriptionTransportMedium.LOCAL_FILE, SubscriptionTransportMedium.OBJECT_STORE)


def source_lines(source: SubscriptionDataSource, object_store: Any) -> list[str]:
    """Return the lines of a file or of an object in the store; none where there is no such thing.

    Raises
    ------
    EngineError
        If the source is of a kind that cannot be read here.
    """
    if source.transport_medium not in _READABLE:
        raise EngineError(
            f"custom data from {source.source}: the engine does not use the network; "
            "save the file and name its path in get_source, or put it into the object store"
        )
    if source.format not in _BY_LINE:
        raise EngineError(
            f"custom data from {source.source}: the engine does not read the format "
            f"{source.format.to_string()}; use FileFormat.CSV or FileFormat.UNFOLDING_COLLECTION"
        )
    if source.transport_medium == SubscriptionTransportMedium.OBJECT_STORE:
        content = _stored(source.source, object_store)
    else:
        content = _of_file(source.source)
    return [] if content is None else _lines(content.decode("utf-8-sig", "replace"))


def _stored(key: str, object_store: Any) -> bytes | None:
    if not object_store.contains_key(key):
        return None
    content = object_store.read_bytes(key)
    return _entry(content, None, key) if content is not None and key.endswith(".zip") else content


def _of_file(path: str) -> bytes | None:
    name, _, entry = path.partition("#")
    file = Path(name)
    if not file.is_file():
        return None
    content = file.read_bytes()
    return _entry(content, entry or None, name) if name.endswith(".zip") else content


def _entry(content: bytes, name: str | None, path: str) -> bytes | None:
    """Return an entry of a zip file, the first one where none is named."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            found = [n for n in archive.namelist() if name is None or n.lower() == name.lower()]
            return archive.read(found[0]) if found else None
    except zipfile.BadZipFile as error:
        raise DataFileError(path, None, f"is no zip file ({error})") from None


def _lines(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines if lines[-1] else lines[:-1]
