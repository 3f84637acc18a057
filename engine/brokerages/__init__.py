"""The backtesting brokerage, and what real brokerages accept and charge (LEAN: QuantConnect.Brokerages)."""
