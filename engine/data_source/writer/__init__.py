"""Writes market data as LEAN's files, so that LEAN and our LeanFolder read what a source holds."""
