"""Parameters of a LEAN project: the part `parameters` of its config.json, as LEAN's own tool reads it."""

from __future__ import annotations

import json
from pathlib import Path

from engine.common.errors import EngineError


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
