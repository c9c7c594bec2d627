"""Benchmarks: ratios measured in one run on one machine, never a timed test.

`./dev bench NAME` runs `python -m bench.NAME`. What was measured, on which machine and by which
command is written down in `docs/measurements.md`.
"""
