"""Trading rules: one file per strategy, written like its rule sheet, and what several of them share. No LEAN here."""
