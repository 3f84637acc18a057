"""Orders, tickets, requests and events (LEAN: QuantConnect.Orders)."""
