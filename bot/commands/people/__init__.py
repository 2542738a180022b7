"""Offices, seats and people, and how each of them is reached."""
