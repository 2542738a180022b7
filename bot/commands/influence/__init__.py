"""Framework conditions and what is asked of others."""
