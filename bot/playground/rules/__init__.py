"""What Slack accepts in a message or a view, and what it refuses.

shapes    the parts that rules are put together from
blocks    each block and element that the app may use
messages  a whole message: text, blocks, metadata, chunks of a stream
views     a whole modal or Home tab
"""
