"""From a folder of rules to an edition, and what it would change."""
