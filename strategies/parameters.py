"""Declared parameters: every number of a rule sheet has a name, a unit, an allowed range and a default.

A strategy declares a frozen dataclass; each field is made by `number`, `whole`, `choice`, `flag`, `clock` or
`day`. Values arrive as text: LEAN's typed `get_parameter` hides "3.0", "1,5" and NaN (lean-semantics 17).
"""

from __future__ import annotations

import dataclasses
import difflib
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, Final, TypeVar

NUMBER: Final = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
WHOLE: Final = re.compile(r"[+-]?\d{1,18}", re.ASCII)
CLOCK: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)

Value = float | int | str | bool | time | date
T = TypeVar("T")


class ParameterError(ValueError):
    """A parameter nobody declared, or a value that cannot be used; the message is one line for the user."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """What is allowed for one parameter, and what it means."""

    kind: str
    default: Value
    unit: str
    meaning: str
    low: Value | None = None
    high: Value | None = None
    choices: tuple[str, ...] = ()

    @property
    def allowed(self) -> str:
        """Return the allowed values in words."""
        if self.kind == "flag":
            return "true or false"
        if self.choices:
            return "one of " + ", ".join(self.choices)
        form = {"whole": "a whole number ", "number": "a number ", "clock": "HH:MM ", "day": "YYYY-MM-DD "}[
            self.kind
        ]
        unit = f" {self.unit}" if self.unit else ""
        return f"{form}from {as_text(self.low)} to {as_text(self.high)}{unit}"

    def read(self, name: str, text: str) -> Value:
        """Return the value that `text` stands for.

        Raises
        ------
        ParameterError
            If the text is no such value or lies outside the range; the message names both.
        """
        value = _parse(self, text.strip())
        outside = value is not None and self.low is not None and not self.low <= value <= self.high  # type: ignore[operator]
        if value is None or outside:
            raise ParameterError(f"{name} must be {self.allowed}, was {text!r}")
        return value


def _parse(parameter: Parameter, text: str) -> Value | None:
    match parameter.kind:
        case "number" if NUMBER.fullmatch(text):
            return float(text) if math.isfinite(float(text)) else None
        case "whole" if WHOLE.fullmatch(text):
            return int(text)
        case "clock" if found := CLOCK.fullmatch(text):
            return time(int(found[1]), int(found[2]))
        case "day" if DAY.fullmatch(text):
            try:
                return date.fromisoformat(text)
            except ValueError:
                return None
        case "flag" if text.lower() in ("true", "false"):
            return text.lower() == "true"
        case "choice" if text in parameter.choices:
            return text
    return None


def as_text(value: Value | None) -> str:
    """Return a value as it is written in config.json."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, float):
        return f"{value:.10g}"
    return str(value)


def _field(parameter: Parameter) -> Any:
    return dataclasses.field(default=parameter.default, metadata={"parameter": parameter})


def number(default: float, low: float, high: float, unit: str, meaning: str) -> Any:
    """Declare a number with its inclusive range."""
    return _field(Parameter("number", float(default), unit, meaning, float(low), float(high)))


def whole(default: int, low: int, high: int, unit: str, meaning: str) -> Any:
    """Declare a whole number with its inclusive range."""
    return _field(Parameter("whole", default, unit, meaning, low, high))


def clock(default: str, low: str, high: str, meaning: str) -> Any:
    """Declare a time of day in New York."""
    at, first, last = (time.fromisoformat(text) for text in (default, low, high))
    return _field(Parameter("clock", at, "New York", meaning, first, last))


def day(default: str, low: str, high: str, meaning: str) -> Any:
    """Declare a calendar date."""
    at, first, last = (date.fromisoformat(text) for text in (default, low, high))
    return _field(Parameter("day", at, "", meaning, first, last))


def choice(default: str, choices: tuple[str, ...], meaning: str) -> Any:
    """Declare one of a few words."""
    return _field(Parameter("choice", default, "", meaning, choices=choices))


def flag(default: bool, meaning: str) -> Any:
    """Declare a switch."""
    return _field(Parameter("flag", default, "", meaning))


def declared(parameters: type[Any]) -> dict[str, Parameter]:
    """Return the declared parameters of a dataclass by their short name, in the order of declaration."""
    return {field.name: field.metadata["parameter"] for field in dataclasses.fields(parameters)}


def read(parameters: type[T], prefix: str, texts: Mapping[str, str]) -> T:
    """Return the dataclass filled from the texts whose name starts with `prefix`, defaults elsewhere."""
    given = {
        name: parameter.read(prefix + name, texts[prefix + name])
        for name, parameter in declared(parameters).items()
        if prefix + name in texts
    }
    return parameters(**given)


def defaults(parameters: type[Any], prefix: str) -> dict[str, str]:
    """Return every declared parameter with its default, as config.json lists them."""
    return {prefix + name: as_text(p.default) for name, p in declared(parameters).items()}


def as_texts(values: Any, prefix: str) -> dict[str, str]:
    """Return every parameter of a filled dataclass as config.json would write it."""
    return {prefix + name: as_text(getattr(values, name)) for name in declared(type(values))}


def refuse_unknown(names: Iterable[str], known: Iterable[str]) -> None:
    """Raise on the first name that nobody declared, suggesting the nearest one.

    Raises
    ------
    ParameterError
        If a name is not among `known`.
    """
    declared_names = sorted(known)
    for name in sorted(names):
        if name not in declared_names:
            near = difflib.get_close_matches(name, declared_names, n=1, cutoff=0.0)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ParameterError(f"unknown parameter {name}{hint}")
