"""Data in, lines out: how each thing reads. Pure."""
