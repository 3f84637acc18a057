"""Trading rules: one file per strategy, written like its rule sheet, and what several share. No LEAN here."""
