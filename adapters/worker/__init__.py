"""The loops that claim work and carry it out: dispatch, relay and upkeep."""
