"""What the passages mean for the question: opinion, then verdict."""
