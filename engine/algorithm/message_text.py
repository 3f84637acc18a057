"""What LEAN's log, debug and error make of any Python value (LEAN: Common/Extensions.cs, ToSafeString)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from engine.common.numbers import to_string_invariant


def number_text(value: float | Decimal) -> str:
    """Return a number as .NET writes it; True and False are 1 and 0."""
    return to_string_invariant(int(value) if isinstance(value, bool) else value)


def message_text(message: Any) -> str:
    """Return the text of a message.

    Texts and numbers are themselves. Objects with a method to_string, which all objects of LEAN and pandas'
    frames have, begin on a line of their own, as in LEAN's log.
    """
    if isinstance(message, str):
        return message
    if hasattr(message, "to_string"):
        return f"\n{message.to_string()}"
    if isinstance(message, BaseException):
        return str(message)
    if isinstance(message, int | float | Decimal):
        return number_text(message)
    if any(kind.__module__.startswith("engine.") for kind in type(message).__mro__):
        return f"\n{message}"
    return str(message)
