"""What the `mayi` command can do: a module for each kind of work, a function for each command.

A function's docstring is the command's help. Its parts come from `bot.wiring`, its words from
`bot.views`. Imports stand inside the functions, so that a short question starts fast.
"""
