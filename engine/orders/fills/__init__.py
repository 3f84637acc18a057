"""When and at what price orders fill (LEAN: QuantConnect.Orders.Fills)."""
