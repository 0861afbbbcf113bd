"""The schema's history: append-only, written by hand; applied by knowledge.database."""
