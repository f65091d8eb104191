"""The few building blocks of every message, modal and Home; built with slackblocks.

Block functions give plain dicts, ready for Slack; element functions (`button`, `select`) give
what goes into them. Texts longer than Slack takes are cut here, so no text can break a message.
In mrkdwn, everything that people or files wrote goes through `escape` first.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, Literal

import slackblocks as sb
from slackblocks.elements import Element

from domain.wording import cut_mrkdwn
from views.message import Blocks

Block = dict[str, Any]
Options = Sequence[tuple[str, str]]
"""(value, text shown) pairs of a select; at most 100."""
Style = Literal["primary", "danger"]

SECTION_LIMIT = 3_000
CONTEXT_LIMIT = 2_000
HEADER_LIMIT = 150
LABEL_LIMIT = 75
TITLE_LIMIT = 24
MESSAGE_BLOCKS = 50
VIEW_BLOCKS = 100

_INVISIBLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


# ---- text ------------------------------------------------------------------------------------


def cut(text: str, limit: int) -> str:
    """The text, or its beginning with "…": never more than `limit` characters."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def clean(text: str, limit: int | None = None) -> str:
    """Text that people or files wrote, as plain text on one line.

    Control and direction marks go; a text with right-to-left letters is isolated, so that it
    does not reorder what stands beside it.
    """
    line = _INVISIBLE.sub("", " ".join(text.split()))
    if limit is not None:
        line = cut(line, limit)
    if not line.isascii() and any(
        unicodedata.bidirectional(letter) in ("R", "AL") for letter in line
    ):
        return f"{_ISOLATE}{line}{_END_ISOLATE}"
    return line


def escape(text: str, limit: int | None = None) -> str:
    """As `clean`, safe inside mrkdwn: no mention, link, quote or code can come of it."""
    safe = clean(text, limit).replace("`", "'")
    return safe.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def mention(slack_user_id: str) -> str:
    """A mention that notifies; elsewhere people are named by `escape(person.name)`."""
    return f"<@{slack_user_id}>"


def moment(instant: dt.datetime, shown: str = "{date_short_pretty} at {time}") -> str:
    """An instant in the reader's own time zone, in mrkdwn."""
    utc = instant.astimezone(dt.UTC)
    return f"<!date^{int(utc.timestamp())}^{shown}|{utc:%d %B %Y %H:%M} UTC>"


def day(date: dt.date) -> str:
    """A calendar date as people write it, for example 2 November 2026."""
    return f"{date.day} {date:%B %Y}"


def mrkdwn(text: str, limit: int = SECTION_LIMIT) -> sb.Text:
    """A mrkdwn text object."""
    return sb.Text(cut_mrkdwn(text, limit) or " ")


def plain_text(text: str, limit: int = SECTION_LIMIT) -> sb.Text:
    """A plain text object: nothing in it is ever a mention, a link or a format."""
    return sb.Text(cut(text, limit) or " ", type_=sb.TextType.PLAINTEXT)


# ---- blocks ----------------------------------------------------------------------------------


def _block(block: sb.Block, block_id: str | None) -> Block:
    """A block as a dict, without the random id that would make every drawing differ."""
    drawn: Block = block._resolve()
    if block_id is None:
        drawn.pop("block_id", None)
    return drawn


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
    return _block(drawn, block_id)


def plain_section(
    text: str, *, accessory: Element | None = None, block_id: str | None = None
) -> Block:
    """A paragraph of plain text, for what people or files wrote."""
    return _block(
        sb.SectionBlock(plain_text(text), block_id=block_id, accessory=accessory), block_id
    )


def context(*texts: str, block_id: str | None = None) -> Block:
    """One small grey line of up to ten mrkdwn pieces."""
    pieces: list[sb.Element | Any] = [mrkdwn(each, CONTEXT_LIMIT) for each in texts[:10]]
    return _block(sb.ContextBlock(pieces, block_id=block_id), block_id)


def plain_context(*texts: str, block_id: str | None = None) -> Block:
    """One small grey line of up to ten plain pieces."""
    pieces: list[sb.Element | Any] = [plain_text(each, CONTEXT_LIMIT) for each in texts[:10]]
    return _block(sb.ContextBlock(pieces, block_id=block_id), block_id)


def header(text: str, block_id: str | None = None) -> Block:
    """A heading, in plain text."""
    return _block(sb.HeaderBlock(plain_text(text, HEADER_LIMIT), block_id=block_id), block_id)


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def actions(*elements: Element, block_id: str | None = None) -> Block:
    """A row of buttons and selects, at most 25."""
    return _block(sb.ActionsBlock(list(elements[:25]), block_id=block_id), block_id)


# ---- elements --------------------------------------------------------------------------------


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
    action_id: str, options: Options, initial: str | None = None, placeholder: str | None = None
) -> sb.StaticSelectMenu:
    """A choice of one, for `actions`, `section` or `field`."""
    offered = [option(value, text) for value, text in options[:100]]
    chosen = next((each for each in offered if each.value == initial), None)
    return sb.StaticSelectMenu(
        action_id,
        offered,
        initial_option=chosen,
        placeholder=plain_text(placeholder, 150) if placeholder else None,
    )


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


# ---- inputs of a modal; the block_id is the field's name, and its action_id too ----------------


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
    return _block(
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


# ---- whole views -----------------------------------------------------------------------------


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
    return {"type": "plain_text", "text": cut(text, TITLE_LIMIT)}
