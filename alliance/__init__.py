"""The rules of a climate alliance: frozen values and pure verbs. Standard library only; no clock, no I/O."""
