"""Orders an operator gives a running algorithm (LEAN: Common/Commands)."""
