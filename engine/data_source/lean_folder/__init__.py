"""LEAN's data folder as a source of data."""
