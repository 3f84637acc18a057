"""`live --paper` as the command line runs it, in a process that kills itself: `python -m tests.crash.dying_run N ...`.

The process ends with SIGKILL at the N-th thing that leaves a trace (steps do not count); the arguments after N
are those of `options-machines`.
"""

from __future__ import annotations

import functools
import os
import signal
import sys

import engine.live_launcher
from command_line.main import main


class Countdown:
    """A probe that kills the process."""

    def __init__(self, left: int) -> None:
        self.left = left

    def __call__(self, kind: str, detail: str) -> None:
        if kind == "step":
            return
        self.left -= 1
        if self.left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    countdown = Countdown(int(sys.argv[1]))
    engine.live_launcher.run_live = functools.partial(engine.live_launcher.run_live, probe=countdown)
    sys.exit(main(sys.argv[2:]))
