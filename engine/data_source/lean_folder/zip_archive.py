"""Zip files read without unpacking what nobody asks for.

Python's zipfile makes an object per entry when it opens a file; a day of an option chain has hundreds. Here
the list of entries is read once, and an entry is its offset until somebody reads it.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from pathlib import Path

from engine.common.errors import DataFileError

_END = struct.Struct("<IHHHHIIH")
_ENTRY = struct.Struct("<IHHHHHHIIIHHHHHII")
_LOCAL_NAME_LENGTHS = struct.Struct("<26xHH")
_END_SIGNATURE, _WIDE_END_SIGNATURE = b"PK\x05\x06", b"PK\x06\x06"
_ENTRY_SIGNATURE, _LOCAL_SIGNATURE = 0x02014B50, b"PK\x03\x04"
_LONGEST_COMMENT = 0xFFFF
_STORED, _DEFLATED = 0, 8
_IN_EXTRA = 0xFFFFFFFF
_WIDE = 0x0001


class ZipArchive:
    """A zip file, mapped into memory.

    Raises
    ------
    DataFileError
        If the file is no zip file or is cut off.
    """

    __slots__ = ("_entries", "_mapped", "path")

    def __init__(self, path: Path, data: mmap.mmap | bytes) -> None:
        self.path = path
        self._mapped: mmap.mmap | bytes | None = data
        self._entries: dict[str, tuple[int, int, int, int]] | None = self._read_directory()

    @classmethod
    def open(cls, path: Path) -> ZipArchive | None:
        """Return the archive, None if there is no such file."""
        try:
            return cls(path, _map(path))
        except FileNotFoundError:
            return None

    def close(self) -> None:
        """Give the memory back; an entry that is read later opens the file again."""
        self._mapped = self._entries = None

    @property
    def _bytes(self) -> mmap.mmap | bytes:
        if self._mapped is None:
            try:
                self._mapped = _map(self.path)
            except FileNotFoundError:
                raise DataFileError(self.path, None, "is not there any more") from None
        return self._mapped

    @property
    def _directory(self) -> dict[str, tuple[int, int, int, int]]:
        if self._entries is None:
            self._entries = self._read_directory()
        return self._entries

    def _read_directory(self) -> dict[str, tuple[int, int, int, int]]:
        # name -> offset of the local header, packed size, checksum, method
        data = self._bytes
        end = data.rfind(_END_SIGNATURE, max(0, len(data) - _END.size - _LONGEST_COMMENT))
        if end < 0 or end + _END.size > len(data):
            raise DataFileError(self.path, None, "is not a whole zip file (cut off?)")
        *_, size, position, _comment = _END.unpack_from(data, end)
        if _IN_EXTRA in (size, position):
            wide = data.rfind(_WIDE_END_SIGNATURE, 0, end)
            if wide < 0:
                raise DataFileError(self.path, None, "has a damaged list of entries")
            size, position = struct.unpack_from("<QQ", data, wide + 40)
        stop = position + size
        entries = {}
        try:
            while position < stop:
                fields = _ENTRY.unpack_from(data, position)
                if fields[0] != _ENTRY_SIGNATURE:
                    raise DataFileError(self.path, None, "has a damaged list of entries")
                name_length, extra_length, comment_length = fields[10:13]
                position += _ENTRY.size
                name = data[position : position + name_length].decode("utf-8", "replace")
                position += name_length
                packed, offset = fields[8], fields[16]
                if packed == _IN_EXTRA or offset == _IN_EXTRA:
                    extra = data[position : position + extra_length]
                    packed, offset = _wide_sizes(extra, fields[9], packed, offset)
                entries[name] = (offset, packed, fields[7], fields[4])
                position += extra_length + comment_length
        except struct.error:
            raise DataFileError(self.path, None, "has a damaged list of entries") from None
        return entries

    @property
    def names(self) -> list[str]:
        """Names of the entries in the order of the file."""
        return list(self._directory)

    def entry(self, name: str) -> ZipEntry | None:
        """Return an entry by name, None where there is none."""
        found = self._directory.get(name)
        return None if found is None else ZipEntry(self, name, *found)

    def first(self) -> ZipEntry | None:
        """Return the first entry, which is what LEAN reads when no name is asked for."""
        name = next(iter(self._directory), None)
        return None if name is None else self.entry(name)

    def packed(self, entry: ZipEntry, limit: int | None = None) -> bytes:
        """Return the (first `limit`) packed bytes of an entry."""
        data, offset = self._bytes, entry.offset
        if data[offset : offset + 4] != _LOCAL_SIGNATURE:
            raise DataFileError(entry.label, None, "is damaged")
        name_length, extra_length = _LOCAL_NAME_LENGTHS.unpack_from(data, offset)
        start = offset + 30 + name_length + extra_length
        size = entry.packed_size if limit is None else min(limit, entry.packed_size)
        packed = data[start : start + size]
        if len(packed) < size:
            raise DataFileError(entry.label, None, "is cut off")
        return packed


def _map(path: Path) -> mmap.mmap:
    try:
        with path.open("rb") as file:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise DataFileError(path, None, f"cannot be read ({error})") from None


class ZipEntry:
    """One file inside a zip file."""

    __slots__ = ("_archive", "_checksum", "_method", "name", "offset", "packed_size")

    def __init__(
        self, archive: ZipArchive, name: str, offset: int, packed_size: int, checksum: int, method: int
    ) -> None:
        self._archive = archive
        self.name = name
        self.offset = offset
        self.packed_size = packed_size
        self._checksum = checksum
        self._method = method

    @property
    def label(self) -> str:
        """Path and entry, as LEAN writes them."""
        return f"{self._archive.path}#{self.name}"

    def read(self) -> bytes:
        """Return the whole content."""
        text = self._unpacked(self._archive.packed(self), None)
        if zlib.crc32(text) != self._checksum:
            raise DataFileError(self.label, None, "is damaged (its checksum does not agree)")
        return text

    def head(self, size: int) -> bytes:
        """Return the first `size` bytes (or fewer) without unpacking the rest."""
        # A deflated block begins with its code tables, at most some 300 bytes.
        return self._unpacked(self._archive.packed(self, size + 512), size)

    def _unpacked(self, packed: bytes, size: int | None) -> bytes:
        if self._method == _STORED:
            return packed if size is None else packed[:size]
        if self._method != _DEFLATED:
            raise DataFileError(self.label, None, f"is packed by method {self._method}, which is not known")
        try:
            unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
            return unpacker.decompress(packed) if size is None else unpacker.decompress(packed, size)
        except zlib.error as error:
            raise DataFileError(self.label, None, f"is damaged ({error})") from None


def _wide_sizes(extra: bytes, size: int, packed: int, offset: int) -> tuple[int, int]:
    # Zip64: numbers that do not fit (or were not known yet) follow in the extra field, in this order.
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<HH", extra, position)
        position += 4
        if kind == _WIDE:
            numbers = iter(struct.unpack_from(f"<{length // 8}Q", extra, position))
            if size == _IN_EXTRA:
                next(numbers, None)
            if packed == _IN_EXTRA:
                packed = next(numbers, packed)
            if offset == _IN_EXTRA:
                offset = next(numbers, offset)
        position += length
    return packed, offset
