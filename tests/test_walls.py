"""The walls of the house: what may import what, what LEAN's image holds, and how large files may be."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

# What LEAN runs, and which of these rooms each may import. LEAN takes the folder as it is: nothing here may
# import the engine or the tool.
MAY_IMPORT = {
    "state": {"state", "objectstore"},
    "objectstore": {"state", "objectstore"},
    "strategies": {"state", "objectstore", "strategies"},
    "algorithm": {"state", "objectstore", "strategies", "algorithm"},
    "main": {"state", "objectstore", "strategies", "algorithm", "main"},
}
OURS = {*MAY_IMPORT, "engine", "command_line", "tests", "bench"}
SPEAKS_LEAN = {"algorithm", "main"}
IMAGE = {"pandas", "numpy", "scipy", "pytz", "dateutil", "exchange_calendars", "QuantLib", "py_vollib"}
ENGINE_IMPORTED_BY = {"engine", "command_line", "tests", "bench"}
SLOW_TO_IMPORT = {"pandas", "scipy", "QuantLib", "exchange_calendars", "matplotlib", "arch", "pyarrow"}
LARGEST_FILE_BYTES = 32_000  # LEAN's cloud refuses larger ones on its free tier
MOST_LINES = 400


def room_of(file: Path) -> str:
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


def sources() -> list[Path]:
    rooms = (ROOT / room for room in sorted(OURS - {"main"}))
    files = [file for room in rooms for file in sorted(room.rglob("*.py"))]
    return [file for file in [*files, ROOT / "main.py"] if file.is_file()]


def imported(tree: ast.AST) -> Iterator[str]:
    """Yield the top-level packages that a module imports anywhere, not by a relative import."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            yield node.module.split(".")[0]


def imported_at_load(tree: ast.Module) -> set[str]:
    """Return the packages that are imported as soon as a module is."""
    statements = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    return set(imported(ast.Module(statements, [])))


FILES = sources()
IDS = [str(file.relative_to(ROOT)) for file in FILES]
TREES = {file: ast.parse(file.read_text(encoding="utf-8")) for file in FILES}
RUN_BY_LEAN = [file for file in FILES if room_of(file) in MAY_IMPORT]


@pytest.mark.parametrize("file", RUN_BY_LEAN, ids=lambda file: str(file.relative_to(ROOT)))
def test_what_lean_runs_imports_one_way_and_only_what_its_image_holds(file: Path) -> None:
    """main -> algorithm -> strategies -> state and objectstore; LEAN's own names in the first two only."""
    room = room_of(file)
    allowed = MAY_IMPORT[room] | IMAGE | set(sys.stdlib_module_names)
    if room in SPEAKS_LEAN:
        allowed.add("AlgorithmImports")
    assert set(imported(TREES[file])) - allowed == set()


@pytest.mark.parametrize("file", RUN_BY_LEAN, ids=lambda file: str(file.relative_to(ROOT)))
def test_what_lean_runs_fits_its_cloud(file: Path) -> None:
    """Every file that LEAN loads is below the cloud's limit."""
    assert file.stat().st_size < LARGEST_FILE_BYTES


def test_only_the_tool_and_the_tests_import_the_engine() -> None:
    """The engine can be taken away and the product still runs in LEAN."""
    importers = {room_of(file) for file in FILES if "engine" in set(imported(TREES[file]))}
    assert importers <= ENGINE_IMPORTED_BY


def test_the_engine_does_not_know_what_it_runs() -> None:
    """No strategy, no machine and no tool is named by the engine: it runs any algorithm file."""
    strangers = {*MAY_IMPORT, "command_line"}
    found = {
        str(file.relative_to(ROOT)): known
        for file in FILES
        if room_of(file) == "engine" and (known := strangers & set(imported(TREES[file])))
    }
    assert found == {}


def test_the_engine_loads_without_slow_libraries() -> None:
    """A backtest does not wait for libraries it may never use: they are imported where they are needed."""
    found = {
        str(file.relative_to(ROOT)): slow
        for file in FILES
        if room_of(file) in {"engine", "command_line"}
        and (slow := SLOW_TO_IMPORT & imported_at_load(TREES[file]))
    }
    assert found == {}


def test_modules_are_of_a_size_to_be_read() -> None:
    """A module of more than 400 lines is named; of more than a half more, refused."""
    lengths = {name: len(file.read_text(encoding="utf-8").splitlines()) for name, file in zip(IDS, FILES)}
    long = {name: lines for name, lines in lengths.items() if lines > MOST_LINES}
    if long:
        warnings.warn(f"long modules: {long}", stacklevel=1)
    assert max(lengths.values()) <= MOST_LINES * 3 // 2


def test_no_folder_is_dropped_by_leans_tool() -> None:
    """lean-cli leaves folders of these names out when it pushes a project to the cloud."""
    dropped = {"live", "storage", "report", "backtests", "optimizations", "bin", "obj"}
    pushed = {part for file in RUN_BY_LEAN for part in file.relative_to(ROOT).parts[:-1]}
    assert pushed & dropped == set()
