"""`main.py` with every invariant checked after every step of its host."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from main import OptionsMachines
from tests.invariants import Checker


class CheckedMachines(OptionsMachines):
    """The default algorithm under observation; a broken invariant ends the run."""

    def initialize(self) -> None:
        super().initialize()
        host = self.machines.host
        self.checker = Checker(host)
        step = host._tick

        def checked() -> None:
            step()
            self.checker.step()

        host._tick = checked  # type: ignore[method-assign]

    def on_end_of_algorithm(self) -> None:
        super().on_end_of_algorithm()
        self.checker.finish()
