"""Errors of the engine, and the .NET exceptions that LEAN's API throws at an algorithm."""

from __future__ import annotations

from typing import ClassVar


class EngineError(Exception):
    """The run cannot go on; its text is one line: what was wrong, where, what to do."""


class DataFileError(EngineError):
    """A data file exists and cannot be read.

    An algorithm that catches every exception catches this one too, and would go on without the data. The first
    one of a run is therefore kept in `first`, and the loop ends the run with it.

    Parameters
    ----------
    path : file as the user knows it
    row : line number, 1-based, or None when the whole file is meant
    problem : what was wrong with it
    """

    first: ClassVar[DataFileError | None] = None

    def __init__(self, path: object, row: int | None, problem: str) -> None:
        self.path = str(path)
        self.row = row
        self.problem = problem
        where = self.path if row is None else f"{self.path}, row {row}"
        super().__init__(f"{where}: {problem}")
        if DataFileError.first is None:
            DataFileError.first = self


class UnsupportedMemberError(EngineError, AttributeError):
    """The algorithm used a member of LEAN that the engine does not have."""

    def __init__(self, member: str, hint: str = "") -> None:
        self.member = member
        super().__init__(f"the engine does not support {member}{': ' + hint if hint else ''}")


class DotNetException(Exception):
    """Base of the .NET exceptions below; `message` is what LEAN's Python shows."""

    def __init__(self, message: str = "") -> None:
        self.message = message
        super().__init__(message)


class ArgumentException(DotNetException):
    """System.ArgumentException; names the parameter as .NET does."""

    def __init__(self, message: str = "", parameter: str | None = None) -> None:
        self.parameter = parameter
        super().__init__(f"{message} (Parameter '{parameter}')" if parameter else message)


class ArgumentNullException(ArgumentException):
    """System.ArgumentNullException."""


class ArgumentOutOfRangeException(ArgumentException):
    """System.ArgumentOutOfRangeException."""


class InvalidOperationException(DotNetException):
    """System.InvalidOperationException."""


class InvalidCastException(DotNetException):
    """System.InvalidCastException."""


class NullReferenceException(DotNetException):
    """System.NullReferenceException."""


class NotImplementedException(DotNetException):
    """System.NotImplementedException."""


class NotSupportedException(DotNetException):
    """System.NotSupportedException."""


class FormatException(DotNetException):
    """System.FormatException."""


class KeyNotFoundException(DotNetException, KeyError):
    """System.Collections.Generic.KeyNotFoundException; LEAN raises a KeyError for it in Python."""

    __str__ = DotNetException.__str__


class RegressionTestException(DotNetException):
    """QuantConnect.RegressionTestException: LEAN's own algorithms raise it when a promise does not hold."""


class ReadOnlyMemberError(TypeError):
    """The algorithm assigned a member that LEAN lets nobody assign."""
