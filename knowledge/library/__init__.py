"""What the rules say: sources, passages, outcomes, editions."""
