"""From requests to orders and from orders to events (LEAN: Engine/TransactionHandlers)."""
