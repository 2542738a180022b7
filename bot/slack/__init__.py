"""Slack: what is heard there, how our messages are dressed for it, and the way out to it."""
