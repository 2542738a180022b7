"""The rehearsal: a year of an alliance on a virtual clock, with people who answer and providers that fail.

Told what nobody would be told for real, it shows an alliance what a charter means before it is activated. With faults
it is the harness that tries the scheduler: the same code as in production, everything around it played.
"""
