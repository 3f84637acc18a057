"""Turns end-of-day option chains of other vendors into LEAN's files."""
