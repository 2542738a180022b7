"""Slack: its way out (transport), and what its refusals mean."""
