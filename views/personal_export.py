"""What is said of a file with all that is known of one creator."""

from domain.wording import counted
from views import elements
from views.message import Message


def begun() -> Message:
    """The files are on their way."""
    text = (
        "I am writing down all that is known of this creator. Two files come to you in a private "
        "message: JSON for machines, Excel to read. This is on the record."
    )
    return Message(text=text, blocks=[elements.section(text)])


def comment(rows: int, leaves_out: bool) -> str:
    """What stands beside a file."""
    limited = (
        "\nWhat belongs to brands limited to others is left out: ask somebody who sees them too."
        if leaves_out
        else ""
    )
    return (
        f"All that is known of one creator: {counted(rows, 'thing')}. Who of your team wrote or "
        f"voted what, comments of other people and orders of customers are left out. Please give "
        f"it to nobody else, and delete it here afterwards.{limited}"
    )
