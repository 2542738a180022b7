"""The memory: the only package that knows SQL. Hands out values of ``alliance/``, never rows."""
