"""One process at a time on a storage folder. The lock is the kernel's: it dies with its process, whatever kills it."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from engine.common.errors import EngineError

RUN_LOCK = "run.lock"
"""Held by the process of the algorithm."""
BROKER_LOCK = "paper-broker.lock"
"""Held by the process of the broker: it may outlive the algorithm's by a moment."""
_LOOK_AGAIN_SECONDS = 0.05


class StorageInUse(EngineError):
    """Another process is at work in the folder."""


@contextmanager
def locked(folder: Path, name: str, wait_seconds: float = 0.0) -> Iterator[None]:
    """Hold a lock of a folder.

    Parameters
    ----------
    wait_seconds : how long to wait for a process that is on its way out

    Raises
    ------
    StorageInUse
        If another process holds it; the message names the process and since when.
    """
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder / name, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        give_up = time.monotonic() + wait_seconds
        while not _try_lock(handle):
            if time.monotonic() >= give_up:
                raise StorageInUse(f"{folder} is in use by {_holder(handle)}; one run at a time")
            time.sleep(_LOOK_AGAIN_SECONDS)
        os.ftruncate(handle, 0)
        since = datetime.now(UTC)
        os.pwrite(handle, f"process {os.getpid()} since {since:%Y-%m-%d %H:%M:%S} UTC\n".encode(), 0)
        yield
    finally:
        os.close(handle)


def holder_of(folder: Path, name: str = RUN_LOCK) -> str | None:
    """Return who holds a lock of a folder, None if nobody does."""
    try:
        handle = os.open(folder / name, os.O_RDWR)
    except OSError:
        return None
    try:
        return None if _try_lock(handle) else _holder(handle)
    finally:
        os.close(handle)


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(handle: int) -> str:
    return os.pread(handle, 200, 0).decode(errors="replace").strip() or "another process"
