"""Volatility models of securities (LEAN: QuantConnect.Securities, Volatility)."""
