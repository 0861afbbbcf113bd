"""Finding the passages that speak to a question."""
