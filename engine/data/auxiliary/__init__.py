"""Renames, delistings, splits, dividends and rolls (LEAN: Common/Data/Auxiliary)."""
