"""Parameters of a LEAN project: the part `parameters` of its config.json, as LEAN's own tool reads it."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from pathlib import Path

from engine.common.errors import EngineError


def add_parameter_option(parser: argparse.ArgumentParser) -> None:
    """Let a command line set parameters of the algorithm."""
    parser.add_argument(
        "--parameter",
        metavar=("NAME", "VALUE"),
        nargs=2,
        action="append",
        default=[],
        help="set a parameter of the algorithm; may be repeated, and goes before config.json",
    )


def parameters_of(arguments: argparse.Namespace, preset: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the project's parameters, with preset ones before them and those of the command line before all."""
    return read_project_parameters(arguments.file.parent) | dict(preset or {}) | dict(arguments.parameter)


def read_project_parameters(project: Path) -> dict[str, str]:
    """Return the parameters by name, as texts; none where the folder has no config.json.

    Raises
    ------
    EngineError
        If config.json is there and cannot be used.
    """
    file = project / "config.json"
    if not file.is_file():
        return {}
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise EngineError(f"{file}: not JSON: {error}") from None
    parameters = content.get("parameters", {}) if isinstance(content, dict) else None
    if not isinstance(parameters, dict):
        raise EngineError(f"{file}: an object with an object `parameters` was expected")
    return {name: str(value) for name, value in parameters.items()}
