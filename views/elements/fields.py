"""Inputs of a modal, the modal, and Home. A field's name is its block_id and its action_id."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

import slackblocks as sb
from slackblocks.elements import Element

from views.elements.blocks import Block, Options, as_block, multi_select, option, select
from views.elements.text import SECTION_LIMIT, cut, plain, plain_text
from views.message import Blocks

TITLE_LIMIT = 24
VIEW_BLOCKS = 100


def field(
    name: str,
    label: str,
    element: Element,
    *,
    optional: bool = False,
    hint: str | None = None,
    dispatch: bool = False,
) -> Block:
    """An input with its label. dispatch: each change is told at once."""
    return as_block(
        sb.InputBlock(
            plain_text(label, 2_000),
            element,
            dispatch_action=dispatch,
            block_id=name,
            hint=plain_text(hint, 2_000) if hint else None,
            optional=optional,
        ),
        name,
    )


def text_field(
    name: str,
    label: str,
    *,
    initial: str = "",
    optional: bool = False,
    hint: str | None = None,
    placeholder: str | None = None,
    multiline: bool = False,
    longest: int = SECTION_LIMIT,
) -> Block:
    """One line, or several, of text. longest: characters, at most 3,000."""
    element = sb.PlainTextInput(
        name,
        initial_value=cut(initial, longest) or None,
        multiline=multiline,
        max_length=longest,
        placeholder=plain_text(placeholder, 150) if placeholder else None,
    )
    return field(name, label, element, optional=optional, hint=hint)


def number_field(
    name: str,
    label: str,
    *,
    initial: str = "",
    optional: bool = False,
    hint: str | None = None,
    placeholder: str | None = None,
    decimals: bool = False,
) -> Block:
    """A number. Check the value anyway: clients check, requests need not."""
    element = sb.NumberInput(
        decimals,
        name,
        initial_value=initial or None,
        placeholder=plain_text(placeholder, 150) if placeholder else None,
    )
    return field(name, label, element, optional=optional, hint=hint)


def date_field(
    name: str,
    label: str,
    *,
    initial: dt.date | None = None,
    optional: bool = False,
    hint: str | None = None,
) -> Block:
    """A calendar date; comes back as YYYY-MM-DD."""
    element = sb.DatePicker(name, initial_date=initial.isoformat() if initial else None)
    return field(name, label, element, optional=optional, hint=hint)


def choice_field(
    name: str,
    label: str,
    options: Options,
    *,
    initial: str | None = None,
    optional: bool = False,
    hint: str | None = None,
    placeholder: str | None = None,
) -> Block:
    """A choice of one."""
    element = select(name, options, initial, placeholder)
    return field(name, label, element, optional=optional, hint=hint)


def choices_field(
    name: str,
    label: str,
    options: Options,
    *,
    initial: Iterable[str] = (),
    optional: bool = False,
    hint: str | None = None,
    placeholder: str | None = None,
) -> Block:
    """A choice of several."""
    element = multi_select(name, options, initial, placeholder)
    return field(name, label, element, optional=optional, hint=hint)


def checkboxes_field(
    name: str,
    label: str,
    options: Options,
    *,
    initial: Iterable[str] = (),
    optional: bool = True,
    hint: str | None = None,
) -> Block:
    """Up to ten boxes to tick."""
    offered = [option(value, text) for value, text in options[:10]]
    wanted = set(initial)
    element = sb.CheckboxGroup(
        name,
        offered,
        initial_options=[each for each in offered if each.value in wanted] or None,
    )
    return field(name, label, element, optional=optional, hint=hint)


def radio_field(
    name: str,
    label: str,
    options: Options,
    *,
    initial: str | None = None,
    optional: bool = False,
    hint: str | None = None,
) -> Block:
    """A choice of one, all choices in sight; at most ten."""
    offered = [option(value, text) for value, text in options[:10]]
    chosen = next((each for each in offered if each.value == initial), None)
    element = sb.RadioButtonGroup(name, offered, initial_option=chosen)
    return field(name, label, element, optional=optional, hint=hint)


def people_field(
    name: str,
    label: str,
    *,
    initial: Sequence[str] = (),
    optional: bool = False,
    hint: str | None = None,
    most: int | None = None,
) -> Block:
    """Several people of the workspace, by Slack id."""
    element = sb.UserMultiSelectMenu(
        name, initial_users=list(initial) or None, max_selected_items=most
    )
    return field(name, label, element, optional=optional, hint=hint)


def person_field(
    name: str,
    label: str,
    *,
    initial: str | None = None,
    optional: bool = False,
    hint: str | None = None,
) -> Block:
    """One person of the workspace, by Slack id."""
    element = sb.UserSelectMenu(name, initial_user=initial)
    return field(name, label, element, optional=optional, hint=hint)


def channel_field(
    name: str,
    label: str,
    *,
    initial: str | None = None,
    optional: bool = False,
    hint: str | None = None,
) -> Block:
    """A public or private channel, by Slack id."""
    element = sb.ConversationSelectMenu(
        name,
        initial_conversation=initial,
        filter=sb.ConversationFilter(include=["public", "private"], exclude_bot_users=True),
    )
    return field(name, label, element, optional=optional, hint=hint)


def time_field(
    name: str,
    label: str,
    *,
    initial: dt.time | None = None,
    optional: bool = False,
    hint: str | None = None,
) -> Block:
    """A time of day; comes back as HH:MM."""
    element = sb.TimePicker(name, initial_time=f"{initial:%H:%M}" if initial else None)
    return field(name, label, element, optional=optional, hint=hint)


def file_field(
    name: str,
    label: str,
    filetypes: Sequence[str],
    *,
    hint: str | None = None,
    optional: bool = False,
    most: int = 1,
) -> Block:
    """Files to hand over, at most 10 MB each."""
    element = sb.FileInput(name, filetypes=list(filetypes), max_files=most)
    return field(name, label, element, optional=optional, hint=hint)


def modal(
    title: str,
    callback_id: str,
    blocks: Blocks,
    *,
    submit: str | None = None,
    close: str = "Cancel",
    private_metadata: str = "",
    notify_on_close: bool = False,
    clear_on_close: bool = False,
) -> dict[str, Any]:
    """A modal. title, submit and close: at most 24 characters; private_metadata: 3,000."""
    view: dict[str, Any] = {
        "type": "modal",
        "callback_id": callback_id,
        "title": _label(title),
        "close": _label(close),
        "blocks": blocks[:VIEW_BLOCKS],
    }
    if submit:
        view["submit"] = _label(submit)
    if private_metadata:
        view["private_metadata"] = private_metadata
    if notify_on_close:
        view["notify_on_close"] = True
    if clear_on_close:
        view["clear_on_close"] = True
    return view


def home(blocks: Blocks) -> dict[str, Any]:
    """App Home."""
    return {"type": "home", "blocks": blocks[:VIEW_BLOCKS]}


def _label(text: str) -> dict[str, Any]:
    return {"type": "plain_text", "text": plain(text, TITLE_LIMIT)}
