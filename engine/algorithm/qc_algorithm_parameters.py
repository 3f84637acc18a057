"""Parameters of a run (LEAN: QCAlgorithm.cs, GetParameter)."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from engine.common.extended_dictionary import ExtendedDictionary, ReadOnlyExtendedDictionary

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm

_INTEGER = re.compile(r"\s*[+-]?\d+\s*\Z")
_NUMBER = re.compile(r"\s*[+-]?(\d[\d,]*\.?\d*|\.\d+)([eE][+-]?\d+)?\s*\Z")
_WORDS = {"nan": math.nan, "infinity": math.inf, "-infinity": -math.inf, "∞": math.inf}


class QCAlgorithmParameters:
    """Parameters are text; the type of the default says how they are read.

    What cannot be read is the default, as in LEAN.
    """

    def get_parameter(self: QCAlgorithm, name: str, default_value: Any = None) -> Any:
        if not (default_value is None or isinstance(default_value, (str, int, float))):
            raise TypeError(
                f"No method matches given arguments for get_parameter: (<class 'str'>, {type(default_value)})"
            )
        text = self._parameters.get(name)
        if text is None:
            return float(default_value) if isinstance(default_value, bool) else default_value
        if isinstance(default_value, bool):
            return _number(text, float(default_value))
        if isinstance(default_value, int):
            return int(text) if _INTEGER.match(text) and -(2**31) <= int(text) < 2**31 else default_value
        if isinstance(default_value, float):
            return _number(text, default_value)
        return text

    def get_parameters(self: QCAlgorithm) -> ReadOnlyExtendedDictionary:
        return ReadOnlyExtendedDictionary(self._parameters)

    def set_parameters(self: QCAlgorithm, parameters: Any) -> None:
        """Replace the parameters; LEAN's method takes a .NET dictionary, and so does this one."""
        if not isinstance(parameters, ExtendedDictionary):
            raise TypeError(
                f"No method matches given arguments for set_parameters: ({type(parameters)}). The expected signature is:\n"
                "set_parameters(Dictionary[String, String] parameters)"
            )
        self._parameters = {str(key): str(value) for key, value in parameters.items()}


def _number(text: str, default: float) -> float:
    # .NET's NumberStyles.Any skips thousands separators wherever they stand, so "1,5" is 15
    if _NUMBER.match(text):
        return float(text.replace(",", ""))
    return _WORDS.get(text.strip().lower(), default)
