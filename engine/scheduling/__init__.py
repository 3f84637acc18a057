"""When things happen: date rules, time rules and the events made of them (LEAN: Common/Scheduling)."""
