"""A local workspace that stands in for Slack's servers: strict, on loopback, for trying and tests.

It knows nothing of the rest of `bot`, of `jobs` and `knowledge`, as Slack does not.

records    what a workspace holds, as frozen values: people, channels, messages, views
state      the memory they live in, and a feed of what changed
manifest   what the app's manifest lets it do, hear and offer
scenario   the sample company: who one can be, and where they talk
"""
