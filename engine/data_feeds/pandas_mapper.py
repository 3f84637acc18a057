"""Lets pandas find symbols by their tickers: `frame.loc["SPY"]` (LEAN: Common/PandasMapper.py).

An index of ours holds Symbol objects. pandas' look-ups are wrapped so that a text that stands for a known
symbol is tried as that symbol first, and as itself if that is not found.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from engine.common.symbol import Symbol
from engine.common.symbol_cache import SymbolCache

_done = False


def map_symbols() -> None:
    """Wrap pandas' look-ups, once per process."""
    global _done
    if _done:
        return
    _done = True
    import pandas as pd

    indexing = pd.core.indexing
    for owner, name in (
        (indexing._LocationIndexer, "__getitem__"),
        (indexing._ScalarAccessIndexer, "__getitem__"),
        (pd.Index, "get_loc"),
        (pd.DataFrame, "__getitem__"),
    ):
        setattr(owner, name, _found_by_symbol(getattr(owner, name)))
    pd.Index.__contains__ = _contained_by_symbol(pd.Index.__contains__)  # type: ignore[method-assign]


def _mapped(key: Any) -> Any:
    kind = type(key)
    if kind is str:
        return SymbolCache.try_get_symbol(key) or key
    if kind is tuple:
        return tuple(_mapped(item) for item in key)
    if kind is list:
        return [_mapped(item) for item in key]
    if kind is dict:
        return {name: _mapped(value) for name, value in key.items()}
    return key


def _found_by_symbol(look_up: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(look_up)
    def wrapped(self: Any, *keys: Any, **named: Any) -> Any:
        mapped = [_mapped(key) for key in keys]
        try:
            return look_up(self, *mapped, **_mapped(named))
        except KeyError:
            pass
        try:
            return look_up(self, *keys, **named)
        except KeyError:
            tried = [str(key) for key in mapped if isinstance(key, (str, Symbol))]
            asked = [str(key) for key in keys if isinstance(key, (str, Symbol))]
            raise KeyError(
                f"No key found for either mapped or original key. Mapped Key: {tried}; Original Key: {asked}"
            ) from None

    return wrapped


def _contained_by_symbol(contains: Callable[..., bool]) -> Callable[..., bool]:
    @functools.wraps(contains)
    def wrapped(self: Any, *keys: Any) -> bool:
        return contains(self, *keys) or contains(self, *[_mapped(key) for key in keys])

    return wrapped
