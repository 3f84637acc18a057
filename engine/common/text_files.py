"""Text files of a data folder: a missing one is None, one that is no text is named."""

from __future__ import annotations

from pathlib import Path

from engine.common.errors import DataFileError


def read_text(path: Path) -> str | None:
    """Return the content of a file without byte order mark, None if there is no such file.

    Raises
    ------
    DataFileError
        If the file cannot be read, is no text, or is empty: a file of nothing is damage.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise DataFileError(path, None, f"cannot be read ({error.strerror})") from None
    return decoded(content, path)


def decoded(content: bytes, path: object) -> str:
    """Return the content of a file as text; see `read_text`."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = content.count(b"\n", 0, error.start) + 1
        raise DataFileError(path, row, "is no text") from None
    if not text.strip():
        raise DataFileError(path, None, "is empty")
    return text
