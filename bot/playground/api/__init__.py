"""Slack's Web API, as far as the app may need it: one table of methods.

arguments      what a call came with, read as Slack reads it
methods        the table, who may call what, and carrying a call out
chat, streams, conversations, people, views, assistant, apps    the methods by family
responses      the addresses that an app may answer an act at without a token
"""
