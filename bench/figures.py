"""A measured cost beside its budget."""

from __future__ import annotations

from typing import NamedTuple


class Figure(NamedTuple):
    """One measured cost beside its budget."""

    what: str
    value: float
    unit: str
    budget: float
    at_least: bool = False

    @property
    def kept(self) -> bool:
        return self.value >= self.budget if self.at_least else self.value <= self.budget

    def __str__(self) -> str:
        bound = "at least" if self.at_least else "at most"
        verdict = "" if self.kept else "  MISSED"
        return f"{self.what:<58} {self.value:>9.2f} {self.unit:<6} {bound} {self.budget:g}{verdict}"
