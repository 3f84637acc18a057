"""What a machine may be called."""

from __future__ import annotations

import re

from state.errors import DefinitionError

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")


def check_name(name: str) -> str:
    """Return the name if it can be part of a document's key and of an order's tag."""
    if not _NAME.fullmatch(name):
        raise DefinitionError(
            f"{name!r} cannot name a machine: up to 64 lower case letters, digits and _, a letter first"
        )
    return name
