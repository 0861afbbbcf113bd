"""Where guidelines and terms come from."""
