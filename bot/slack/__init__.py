"""Slack: our messages as blocks, modals and a home page, and what people type there."""
