"""The strategies' host inside a LEAN algorithm: data, clock, orders, reconciliation. No trading rule."""
