"""What `/influencer help` shows."""

import difflib

from views.message import Message

COMMANDS: dict[str, tuple[str, str]] = {}


def overview(word: str) -> Message:
    """All commands, led by a suggestion when `word` is not one of them."""
    lines = [f"`/influencer {usage}` {meaning}" for usage, meaning in COMMANDS.values()]
    if word and word != "help":
        near = difflib.get_close_matches(word, COMMANDS, n=1)
        hint = f" Did you mean `/influencer {near[0]}`?" if near else ""
        lines.insert(0, f"I don't know “{word}”.{hint}")
    return Message(text="\n".join(lines) or "Help")
