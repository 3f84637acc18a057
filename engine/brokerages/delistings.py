"""What a delisting does to universes (LEAN: BacktestingBrokerage.cs, ProcessDelistings)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.data.universe_selection.user_defined_universe import UserDefinedUniverse

if TYPE_CHECKING:
    from engine.algorithm.qc_algorithm import QCAlgorithm
    from engine.securities.security import Security


def leave_universes(algorithm: QCAlgorithm, security: Security) -> None:
    """Take what is delisted out of every universe that has it."""
    universes = algorithm.universe_manager
    for symbol, universe in list(universes.items()):
        if not universe.contains_member(security.symbol):
            continue
        if not isinstance(universe, UserDefinedUniverse):
            universe.remove_member(algorithm.utc_stamp, security)
        elif universe.remove(security.symbol):
            universes.update_universe(symbol, universe, "replace")
    universes.process_changes()
