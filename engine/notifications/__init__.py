"""Messages an algorithm sends to people (LEAN: Common/Notifications)."""
