"""A local workspace that stands in for Slack's servers: strict, on loopback, for trying and tests.

It knows nothing of the rest of `bot`, of `jobs` and `knowledge`, as Slack does not.
"""
