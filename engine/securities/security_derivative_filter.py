"""Filters of option and future chains (LEAN: FuncSecurityDerivativeFilter.cs, EmptyContractFilter.cs)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from engine.common.errors import ArgumentException
from engine.common.symbol import Symbol, symbol_of


class FuncSecurityDerivativeFilter:
    """Applies a function to the filter universe."""

    __slots__ = ("_function", "asynchronous")

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self._function = function
        self.asynchronous = False

    def filter(self, universe: Any) -> Any:
        """Return the universe that is left."""
        return self._function(universe)


class EmptyContractFilter:
    """Keeps nothing."""

    __slots__ = ("asynchronous",)

    def __init__(self) -> None:
        self.asynchronous = False

    def filter(self, universe: Any) -> Any:
        """Return no contract."""
        return ()


def option_filter(arguments: tuple[Any, ...]) -> FuncSecurityDerivativeFilter:
    """Return the filter for the arguments of LEAN's Option.SetFilter overloads.

    They are: a function of the universe; min and max strike; min and max expiry (timedelta); or all four, the
    expiries as timedelta or days.
    """
    if len(arguments) == 1 and callable(arguments[0]):
        return FuncSecurityDerivativeFilter(_user_function(arguments[0]))
    if len(arguments) == 2 and isinstance(arguments[0], timedelta):
        return FuncSecurityDerivativeFilter(
            lambda universe: universe.expiration(*arguments).apply_types_filter()
        )
    if len(arguments) == 2:
        return FuncSecurityDerivativeFilter(
            lambda universe: universe.strikes(*arguments).apply_types_filter()
        )
    if len(arguments) == 4:
        return FuncSecurityDerivativeFilter(
            lambda universe: universe.strikes(*arguments[:2]).expiration(*arguments[2:]).apply_types_filter()
        )
    raise ArgumentException(f"Option.SetFilter: no overload takes {len(arguments)} arguments")


def _user_function(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def apply(universe: Any) -> Any:
        result = function(universe)
        if result is None:  # the methods of the universe change it in place
            return universe.apply_types_filter()
        if hasattr(result, "apply_types_filter"):
            return result.apply_types_filter()
        if isinstance(result, list | tuple) and all(
            hasattr(item, "symbol") or isinstance(item, Symbol) for item in result
        ):
            return universe.where_contains([symbol_of(item) for item in result]).apply_types_filter()
        raise ArgumentException(
            f"QCAlgorithm.SetFilter: result type {type(result)} from filter function is not a valid "
            "argument, please "
            "return either a OptionFilterUniverse or a list of symbols"
        )

    return apply


def future_filter(arguments: tuple[Any, ...]) -> FuncSecurityDerivativeFilter:
    """Return the filter for a function, or for min and max expiry (timedelta or days)."""
    if len(arguments) == 1 and callable(arguments[0]):
        function = arguments[0]
        return FuncSecurityDerivativeFilter(lambda universe: function(universe).apply_types_filter())
    if len(arguments) == 2:
        return FuncSecurityDerivativeFilter(
            lambda universe: universe.expiration(*arguments).apply_types_filter()
        )
    raise ArgumentException(f"Future.SetFilter: no overload takes {len(arguments)} arguments")
