"""Questions, named by what they answer. They return values of ``alliance/``, never rows."""
