"""What people from outside would read, on top of the form that posts it."""

from collections.abc import Sequence
from typing import Any

from views import elements
from views.message import Blocks, Message

MOST_SHOWN = 3
_OURS = "preview:"


def with_preview(
    view: dict[str, Any], metadata: str, channel_id: str, messages: Sequence[Message]
) -> dict[str, Any]:
    """The same form with what would be posted on top; what was typed is kept.

    messages: all that would be posted, of which the first are shown. metadata: the form's new one.
    """
    kept = ("type", "callback_id", "title", "submit", "close", "clear_on_close", "notify_on_close")
    fields = {name: view[name] for name in kept if view.get(name)}
    own = [
        block
        for block in view.get("blocks", [])
        if not str(block.get("block_id", "")).startswith(_OURS)
    ]
    shown = [*_preview(channel_id, messages), elements.divider()]
    ours = [{**block, "block_id": f"{_OURS}{place}"} for place, block in enumerate(shown)]
    return {**fields, "private_metadata": metadata, "blocks": [*ours, *own]}


def _preview(channel_id: str, messages: Sequence[Message]) -> Blocks:
    lead = (
        f"⚠️ Guests or people of other organisations read <#{channel_id}>. "
        "*This is what they will read;* press the button below once more to post it."
    )
    blocks: Blocks = [elements.section(lead)]
    for message in messages[:MOST_SHOWN]:
        blocks.append(elements.divider())
        blocks += [block for block in message.blocks or [] if block["type"] != "actions"]
    more = len(messages) - MOST_SHOWN
    if more > 0:
        blocks.append(elements.context(f"… and {more} more like these."))
    return blocks
