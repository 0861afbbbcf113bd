"""A scripted stand-in for a model vendor, over real HTTP on loopback."""
