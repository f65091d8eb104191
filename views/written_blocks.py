"""Blocks as `views.elements` gives them, written out.

An answer to `find` has thirty of them, those to `show`, `list` and `brief` ten, and they are drawn
while a person waits; slackblocks takes longer over those than the rest of the drawing. A test holds
both against each other.
"""

from typing import Any

from domain.wording import cut_mrkdwn
from views.elements.blocks import CONTEXT_LIMIT, HEADER_LIMIT, LABEL_LIMIT, Style
from views.elements.text import SECTION_LIMIT, cut, plain

Block = dict[str, Any]


def section(text: str, accessory: Block | None = None) -> Block:
    """A paragraph of mrkdwn, with one element beside it."""
    block: Block = {"type": "section", "text": _mrkdwn(text, SECTION_LIMIT)}
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
    value: str | None = None,
    *,
    style: Style | None = None,
    confirm: Block | None = None,
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
    if value is not None:
        drawn["value"] = value
    if confirm:
        drawn["confirm"] = confirm
    if label:
        drawn["accessibility_label"] = cut(label, LABEL_LIMIT)
    return drawn


def confirm(title: str, text: str, yes: str, no: str = "Cancel") -> Block:
    """A question asked before a button acts."""
    return {
        "title": _plain(title, 100),
        "text": _plain(text, 300),
        "confirm": _plain(yes, 30),
        "deny": _plain(no, 30),
    }


def context(*texts: str) -> Block:
    """One small grey line of up to ten mrkdwn pieces."""
    return {"type": "context", "elements": [_mrkdwn(one, CONTEXT_LIMIT) for one in texts[:10]]}


def actions(*elements: Block) -> Block:
    """A row of buttons."""
    return {"type": "actions", "elements": list(elements)}


def _mrkdwn(text: str, limit: int) -> Block:
    return {"type": "mrkdwn", "text": cut_mrkdwn(text, limit) or " ", "verbatim": True}


def _plain(text: str, limit: int) -> Block:
    return {"type": "plain_text", "text": plain(text, limit) or " "}
