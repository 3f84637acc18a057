"""The engine agrees with what LEAN did on every scenario: statistics, OrderListHash, order events and logs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance import golden

_SHARED = Path(__file__).parents[3] / "shared" / "lean-golden" / "scenarios"
_NAMES = sorted(path.stem for path in _SHARED.glob("*.json")) or ["the-folder-shared-is-absent"]


@pytest.mark.parametrize("name", _NAMES)
def test_scenario_runs_as_in_lean(name: str, shared: Path, tmp_path: Path) -> None:
    """Statistics, order events and log of a scenario are LEAN's, to the last character."""
    folder = shared / "lean-golden" / "scenarios"
    run = golden.run(folder / f"{name}.json", folder / f"{name}.py", shared / "lean-data", tmp_path)
    assert run.differences() == []
