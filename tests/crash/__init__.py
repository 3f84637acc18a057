"""Kills the host everywhere, breaks its documents and its broker, and checks that nothing is lost."""

from __future__ import annotations

import sys
from pathlib import Path

# The scripted world imports its neighbours by their bare names, as its own tests do.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "unit" / "algorithm"))
