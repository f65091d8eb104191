"""Blocks as `views.elements` gives them, written out.

An answer to `find` has thirty of them and is drawn while a person waits; slackblocks takes longer
over those than the rest of the drawing. A test holds both against each other.
"""

from typing import Any

from domain.wording import cut_mrkdwn
from views.elements.blocks import LABEL_LIMIT, Style
from views.elements.text import SECTION_LIMIT, cut, plain

Block = dict[str, Any]


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph of mrkdwn, with one element beside it."""
    written = {"type": "mrkdwn", "text": cut_mrkdwn(text, SECTION_LIMIT) or " ", "verbatim": True}
    block: Block = {"type": "section", "text": written}
    return block if accessory is None else {**block, "accessory": accessory}


def button(
    text: str,
    action_id: str,
    value: str,
    *,
    style: Style | None = None,
    label: str | None = None,
) -> Block:
    """A button. label: what a screen reader says, where the text alone is not enough."""
    drawn: Block = {
        "type": "button",
        "text": {"type": "plain_text", "text": plain(text, LABEL_LIMIT) or " "},
        "action_id": action_id,
        "value": value,
    }
    if style:
        drawn["style"] = style
    if label:
        drawn["accessibility_label"] = cut(label, LABEL_LIMIT)
    return drawn


def actions(*elements: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements)}
