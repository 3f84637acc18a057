"""A durable paper broker, and the live order of events against it (LEAN: Brokerages/Paper, Engine/Setup)."""
