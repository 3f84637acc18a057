"""Zip files in memory (LEAN: Compression/Compression.cs)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

_OLDEST = (1980, 1, 1, 0, 0, 0)  # the same bytes whenever they are packed


class Compression:
    """Packs and unpacks bytes."""

    @staticmethod
    def zip_bytes(bytes: Iterable[int], zip_entry_name: str) -> bytes:
        """Return a zip file with one entry."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo(zip_entry_name, _OLDEST), bytearray(bytes), zipfile.ZIP_DEFLATED)
        return target.getvalue()

    @staticmethod
    def unzip_data(zip_data: Iterable[int], encoding: str = "utf-8") -> dict[str, str]:
        """Return the texts of a zip file by the name of their entries."""
        with zipfile.ZipFile(io.BytesIO(bytearray(zip_data))) as archive:
            return {name: archive.read(name).decode(encoding) for name in archive.namelist()}
