"""Measuring answers and retrieval with figures that docs/verdicts.md defines.

The same code serves compliance staff, the benchmarks and, later, the replay of golden questions
before a publication.
"""
