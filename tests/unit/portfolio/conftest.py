"""Accounts for the tests of this folder."""

from tests.unit.securities.conftest import new_account

__all__ = ["new_account"]
