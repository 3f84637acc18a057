"""Kills the host everywhere, breaks its documents and its broker, and checks that nothing is lost."""
