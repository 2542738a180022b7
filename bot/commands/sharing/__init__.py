"""Experience that is shared, and questions between members."""
