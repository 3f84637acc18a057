"""What brokers charge (LEAN: QuantConnect.Orders.Fees)."""
