"""How much may be sold short, and at what price (LEAN: Common/Data/Shortable)."""
