"""Wiring and command line: floor 4. May import everything; nothing imports it; only here is the environment read."""
