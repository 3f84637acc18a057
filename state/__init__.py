"""The generic state machine and its manager. Knows no LEAN, no option and no strategy."""
