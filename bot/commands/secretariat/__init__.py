"""What the secretariat does for the alliance, and what it looks at."""
