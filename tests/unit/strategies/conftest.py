"""Lets the rules' tests use the scripted world of the host's tests."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "algorithm"))
