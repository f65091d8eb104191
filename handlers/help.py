"""`/influencer help`, and what a typo gets."""

from handlers.answer import Answer
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Command
from views import help as view


def show_help(command: Command, context: Context) -> Answer:
    """What the bot can do; for an unknown word, the nearest known one first."""
    return Answer(message=view.overview(command.word))


FEATURE = Feature(commands={"": show_help, "help": show_help})
