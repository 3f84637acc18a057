"""What can go wrong with documents. Each error carries its facts and builds its own sentence."""

from __future__ import annotations


class MachinesError(Exception):
    """Base of all errors of `objectstore` and `state`; `code` is stable and can be searched for in logs."""

    code = "OM000"


class PersistenceError(MachinesError):
    """A document could not be stored or read. Follows: no entries until it works again."""

    code = "OM300"

    def __init__(self, key: str, problem: str) -> None:
        self.key = key
        self.problem = problem
        super().__init__(key, problem)

    def __str__(self) -> str:
        return f"{self.key}: {self.problem}"


class CorruptDocument(PersistenceError):
    """A document is torn, tampered with, foreign or not what its schema says. Set aside, never guessed at."""

    code = "OM301"


class SchemaTooNew(PersistenceError):
    """A document was written by a later version of this package."""

    code = "OM302"

    def __init__(self, key: str, schema: int, newest: int) -> None:
        self.schema = schema
        self.newest = newest
        super().__init__(key, f"was written with schema {schema}, this version reads up to schema {newest}")

    def __reduce__(self) -> tuple[type[SchemaTooNew], tuple[str, int, int]]:
        return type(self), (self.key, self.schema, self.newest)


class InvalidKey(PersistenceError):
    """A key that LEAN's object store would refuse, or that could be the folder of another key."""

    code = "OM303"


class MissingKey(PersistenceError):
    """Nothing is stored under a key."""

    code = "OM304"

    def __init__(self, key: str) -> None:
        super().__init__(key, "is not stored")

    def __reduce__(self) -> tuple[type[MissingKey], tuple[str]]:
        return type(self), (self.key,)
