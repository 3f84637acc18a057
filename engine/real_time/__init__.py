"""Who fires scheduled events as the clock moves (LEAN: Engine/RealTime)."""
