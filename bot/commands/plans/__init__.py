"""Climate action plans and their versions."""
