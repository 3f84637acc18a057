"""Files appear whole or not at all."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from typing import Any


def write_text(path: Path, text: str) -> None:
    """Write a file under another name and give it its own when it is complete."""
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text(text, encoding="utf-8")
    os.replace(unfinished, path)


def write_json(path: Path, content: Any) -> None:
    """Write JSON; decimals as the nearest double, which is what any reader makes of them."""
    write_text(path, json.dumps(content, default=_number, separators=(",", ":"), ensure_ascii=False))


def _number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no place in a result file: {value!r}")
