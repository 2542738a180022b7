"""The clock: alarms that ring, ticks that work off what is due, and the sender."""
