"""What is compared: each a process (or a few) of its own, started ready and then told to go."""
