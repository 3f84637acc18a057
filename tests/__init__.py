"""Ours: an installed distribution brings a package of this name, which `python -m tests...` would find instead."""
