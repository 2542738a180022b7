"""Meetings: planned, called, moved, held; who comes and who came."""
