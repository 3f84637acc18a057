"""What fills lose to the market (LEAN: QuantConnect.Orders.Slippage)."""
