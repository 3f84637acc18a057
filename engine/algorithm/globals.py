"""Facts about the run that LEAN keeps for everybody (LEAN: Common/Globals.cs)."""

from __future__ import annotations

from engine.algorithm import environment
from engine.common.errors import EngineError


class _Facts(type):
    @property
    def data_folder(cls) -> str:
        """The folder of LEAN's data files."""
        folder = getattr(environment.current().source, "folder", None)
        if folder is None:
            raise EngineError(
                "Globals.data_folder: these data have no folder; run with a folder of LEAN's files"
            )
        return str(folder)

    @property
    def live_mode(cls) -> bool:
        return environment.current().live_mode

    DataFolder, LiveMode = data_folder, live_mode


class Globals(metaclass=_Facts):
    """`Globals.data_folder` and its kin."""
