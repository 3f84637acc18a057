"""The built-in market data: the real S&P 500 and VIX path with modelled option quotes."""
