"""`python -m bot` is the `mayi` command."""

from bot.cli import main

main()
