"""Ears and mouth: requests in, replies out, whatever the platform."""
