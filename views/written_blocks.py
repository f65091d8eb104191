"""Blocks as `views.elements` gives them, written out.

An answer to `find` has thirty of them, one to `show` ten, and they are drawn while a person waits;
slackblocks takes longer over those than the rest of the drawing. A test holds both against each
other.
"""

from typing import Any

from domain.wording import cut_mrkdwn
from views.elements.blocks import HEADER_LIMIT, LABEL_LIMIT, Style
from views.elements.text import SECTION_LIMIT, cut, plain

Block = dict[str, Any]


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph of mrkdwn, with one element beside it."""
    written = {"type": "mrkdwn", "text": cut_mrkdwn(text, SECTION_LIMIT) or " ", "verbatim": True}
    block: Block = {"type": "section", "text": written}
    return block if accessory is None else {**block, "accessory": accessory}


def plain_section(text: str) -> Block:
    """A paragraph of plain text, for what people or files wrote."""
    return {"type": "section", "text": _plain(text, SECTION_LIMIT)}


def header(text: str) -> Block:
    """A heading, in plain text."""
    return {"type": "header", "text": _plain(text, HEADER_LIMIT)}


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
        "text": _plain(text, LABEL_LIMIT),
        "action_id": action_id,
    }
    if style:
        drawn["style"] = style
    drawn["value"] = value
    if label:
        drawn["accessibility_label"] = cut(label, LABEL_LIMIT)
    return drawn


def actions(*elements: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def _plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": plain(text, limit) or " "}
