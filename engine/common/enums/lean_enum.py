"""Base of every enum of LEAN: its integer values, and the names that LEAN's Python shows."""

from __future__ import annotations

from enum import EnumType, IntEnum

# C# names that are not simply the capitalised words of the Python name.
_CSHARP_NAMES = {
    "FIFO": "FIFO",
    "LIFO": "LIFO",
    "GDAX": "GDAX",
    "FTX": "FTX",
    "FTXUS": "FTXUS",
    "BINANCE_US": "BinanceUS",
    "TD_AMERITRADE": "TDAmeritrade",
    "RBI": "RBI",
    "DYDX": "DYDX",
    "MGD": "MGD",
    "T_3": "T3",
    "SCATTER_3D": "Scatter3d",
}


class _LeanEnumType(EnumType):
    """Lets the C# spelling name a member too (`Resolution.Minute`), as pythonnet does."""

    def __getattr__(cls, name: str) -> object:
        if name[:1].isupper():
            wanted = name.upper()
            for python_name, member in cls.__dict__.get("_member_map_", {}).items():
                if python_name.replace("_", "") == wanted:
                    return member
        raise AttributeError(f"{cls.__name__} has no member {name}")


class LeanEnum(IntEnum, metaclass=_LeanEnumType):
    """An enum whose int is LEAN's and whose text is LEAN's Python name (UPPER_SNAKE)."""

    def __str__(self) -> str:
        return self._name_

    def __format__(self, spec: str) -> str:
        return format(self._name_, spec)

    def to_string(self) -> str:
        """Return the C# name, which LEAN's own messages use (`MarketOnOpen`)."""
        name = self._name_
        return _CSHARP_NAMES.get(name) or "".join(word.capitalize() for word in name.split("_"))
