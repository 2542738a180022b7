"""Agendas, minutes and the decisions in them, from the first item to the copy that is sent."""
