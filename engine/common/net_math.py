"""`Math`, as `from System import *` gives it to LEAN's Python algorithms."""

from __future__ import annotations

import math
from typing import Any


class Math:
    """.NET's functions on numbers; everything that Python has by the same rule is Python's."""

    PI = math.pi
    E = math.e

    @staticmethod
    def abs(value: Any) -> Any:
        return abs(value)

    @staticmethod
    def max(first: Any, second: Any) -> Any:
        return max(first, second)

    @staticmethod
    def min(first: Any, second: Any) -> Any:
        return min(first, second)

    @staticmethod
    def sign(value: Any) -> int:
        return (value > 0) - (value < 0)

    @staticmethod
    def round(value: Any, digits: int = 0) -> float:
        """Round, a half to the even neighbour."""
        return float(round(value, digits))

    @staticmethod
    def ceiling(value: Any) -> float:
        return float(math.ceil(value))

    @staticmethod
    def floor(value: Any) -> float:
        return float(math.floor(value))

    @staticmethod
    def truncate(value: Any) -> float:
        return float(math.trunc(value))

    @staticmethod
    def log(value: float, new_base: float = math.e) -> float:
        return math.log(value) if new_base == math.e else math.log(value, new_base)

    exp = staticmethod(math.exp)
    log10 = staticmethod(math.log10)
    pow = staticmethod(math.pow)
    sqrt = staticmethod(math.sqrt)
    sin = staticmethod(math.sin)
    cos = staticmethod(math.cos)
    tan = staticmethod(math.tan)
    asin = staticmethod(math.asin)
    acos = staticmethod(math.acos)
    atan = staticmethod(math.atan)
    atan2 = staticmethod(math.atan2)
