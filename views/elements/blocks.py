"""Blocks of a message or Home, and the buttons and selects in them; built with slackblocks."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import slackblocks as sb
from slackblocks.elements import Element

from views.elements.text import SECTION_LIMIT, cut, mrkdwn, plain_text

Block = dict[str, Any]
Options = Sequence[tuple[str, str]]
"""(value, text shown) pairs of a select; at most 100."""
Style = Literal["primary", "danger"]

CONTEXT_LIMIT = 2_000
HEADER_LIMIT = 150
LABEL_LIMIT = 75


def as_block(block: sb.Block, block_id: str | None) -> Block:
    """A block as a dict, without the random id that would make every drawing differ."""
    drawn: Block = block._resolve()
    if block_id is None:
        drawn.pop("block_id", None)
    return drawn


def sections(lines: Sequence[str]) -> list[Block]:
    """Lines of mrkdwn as paragraphs, as many lines in each as it takes: none is lost."""
    groups: list[list[str]] = []
    room = 0
    for line in lines:
        if len(line) + 1 > room or not groups:
            groups.append([])
            room = SECTION_LIMIT
        groups[-1].append(line)
        room -= len(line) + 1
    return [section("\n".join(group)) for group in groups]


def section(
    text: str,
    *,
    accessory: Element | None = None,
    fields: Sequence[str] = (),
    block_id: str | None = None,
) -> Block:
    """A paragraph of mrkdwn, with up to ten short fields and one element beside it."""
    drawn = sb.SectionBlock(
        mrkdwn(text),
        block_id=block_id,
        fields=[mrkdwn(each, 2_000) for each in fields[:10]] or None,
        accessory=accessory,
    )
    return as_block(drawn, block_id)


def plain_section(
    text: str, *, accessory: Element | None = None, block_id: str | None = None
) -> Block:
    """A paragraph of plain text, for what people or files wrote."""
    return as_block(
        sb.SectionBlock(plain_text(text), block_id=block_id, accessory=accessory), block_id
    )


def context(*texts: str, block_id: str | None = None) -> Block:
    """One small grey line of up to ten mrkdwn pieces."""
    pieces: list[sb.Element | Any] = [mrkdwn(each, CONTEXT_LIMIT) for each in texts[:10]]
    return as_block(sb.ContextBlock(pieces, block_id=block_id), block_id)


def plain_context(*texts: str, block_id: str | None = None) -> Block:
    """One small grey line of up to ten plain pieces."""
    pieces: list[sb.Element | Any] = [plain_text(each, CONTEXT_LIMIT) for each in texts[:10]]
    return as_block(sb.ContextBlock(pieces, block_id=block_id), block_id)


def header(text: str, block_id: str | None = None) -> Block:
    """A heading, in plain text."""
    return as_block(sb.HeaderBlock(plain_text(text, HEADER_LIMIT), block_id=block_id), block_id)


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def actions(*elements: Element, block_id: str | None = None) -> Block:
    """A row of buttons and selects, at most 25."""
    return as_block(sb.ActionsBlock(list(elements[:25]), block_id=block_id), block_id)


def button(
    text: str,
    action_id: str,
    value: str | None = None,
    *,
    style: Style | None = None,
    confirm: sb.Confirm | None = None,
    label: str | None = None,
    url: str | None = None,
) -> sb.Button:
    """A button. label: what a screen reader says, where the text alone is not enough."""
    return sb.Button(
        plain_text(text, LABEL_LIMIT),
        action_id,
        url=url,
        value=value,
        style=style,
        confirm=confirm,
        accessibility_label=cut(label, LABEL_LIMIT) if label else None,
    )


def confirm(
    title: str, text: str, yes: str, no: str = "Cancel", style: Style | None = None
) -> sb.Confirm:
    """A question asked before a button acts."""
    return sb.Confirm(
        plain_text(title, 100),
        plain_text(text, 300),
        plain_text(yes, 30),
        plain_text(no, 30),
        **({"style": style} if style else {}),
    )


def option(value: str, text: str, description: str | None = None) -> sb.Option:
    """One choice; `value` comes back, at most 150 characters."""
    return sb.Option(
        plain_text(text, LABEL_LIMIT),
        value,
        description=plain_text(description, LABEL_LIMIT) if description else None,
    )


def select(
    action_id: str,
    options: Options,
    initial: str | None = None,
    placeholder: str | None = None,
    confirm: sb.Confirm | None = None,
) -> sb.StaticSelectMenu:
    """A choice of one, for `actions`, `section` or `field`."""
    offered = [option(value, text) for value, text in options[:100]]
    chosen = next((each for each in offered if each.value == initial), None)
    return sb.StaticSelectMenu(
        action_id,
        offered,
        initial_option=chosen,
        placeholder=plain_text(placeholder, 150) if placeholder else None,
        confirm=confirm,
    )


def person_select(
    action_id: str, placeholder: str, confirm: sb.Confirm | None = None
) -> sb.UserSelectMenu:
    """A choice of one person."""
    return sb.UserSelectMenu(action_id, placeholder=plain_text(placeholder, 150), confirm=confirm)


def multi_select(
    action_id: str, options: Options, initial: Iterable[str] = (), placeholder: str | None = None
) -> sb.StaticMultiSelectMenu:
    """A choice of several."""
    offered = [option(value, text) for value, text in options[:100]]
    wanted = set(initial)
    return sb.StaticMultiSelectMenu(
        action_id,
        offered,
        initial_options=[each for each in offered if each.value in wanted] or None,
        placeholder=plain_text(placeholder, 150) if placeholder else None,
    )


def overflow(action_id: str, options: Options) -> sb.OverflowMenu:
    """The ⋯ menu, at most five entries."""
    return sb.OverflowMenu(action_id, [option(value, text) for value, text in options[:5]])
