"""`python -m bot` is `influencer-bot`."""

from bot.cli import main

main()
