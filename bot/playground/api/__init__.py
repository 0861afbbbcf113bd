"""Slack's Web API, as far as the app may need it: one table of methods.

arguments      what a call came with; places: the channel, person or message it names
methods        the table, who may call what, and carrying a call out
chat, streams, conversations, people, views, assistant, apps    the methods by family
limits         how much the app may post
calls          calls as they come over HTTP, and what faults make of them
responses      the addresses that an app may answer an act at without a token
"""
