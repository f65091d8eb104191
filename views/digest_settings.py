"""Setting a digest up: the form, its preview's buttons, the list of digests, private notices."""

import datetime as dt
import json
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.calendar import WEEKDAY_NAMES, Schedule
from domain.wording import listed
from views import elements
from views.elements import Options, escape, moment
from views.message import Blocks, Message

LIMITED_NAMED = 3
LISTED = 20
CONFIRM_LIMIT = 300
NEXT = "{date_long_pretty} at {time}"


class FormView(BaseModel):
    """All that the form shows. scopes: (value, text) pairs on offer; scope: values chosen.

    metadata: comes back with the form: where it was opened and what it changes.
    """

    model_config = ConfigDict(frozen=True)

    channel_id: str | None
    schedule: Schedule
    scopes: tuple[tuple[str, str], ...] = ()
    scope: tuple[str, ...] = ()
    metadata: dict[str, Any] = {}


class ScheduleLine(BaseModel):
    """A digest that is set up. scope: in words; paused: why, "" when it is active."""

    model_config = ConfigDict(frozen=True)

    id: int
    channel_id: str
    when: str
    scope: str
    owner: str
    active: bool
    paused_because: str = ""
    next_at: dt.datetime | None = None


def form(view: FormView) -> dict[str, Any]:
    """The modal; nothing is scheduled by sending it, a preview comes first."""
    weekdays: Options = [(str(number), name) for number, name in enumerate(WEEKDAY_NAMES)]
    time = dt.time(view.schedule.hour, view.schedule.minute)
    scope = [
        elements.choices_field(
            "scope", "Only of these brands or briefs", view.scopes, initial=view.scope,
            optional=True, placeholder="All of them",
            hint="Nothing chosen: all but brands limited to named people. "
            "A limited brand is in the digest only when it is chosen here.",
        )
    ] if view.scopes else []  # fmt: skip
    return elements.modal(
        "Weekly digest",
        "digest_form",
        [
            elements.channel_field("channel", "Channel", initial=view.channel_id),
            elements.choice_field(
                "weekday", "Day", weekdays, initial=str(view.schedule.weekday)
            ),
            elements.time_field("time", "Time", initial=time),
            elements.text_field(
                "timezone", "Time zone", initial=view.schedule.timezone, longest=60,
                hint="A city will do, for example Berlin or Europe/Berlin.",
            ),
            *scope,
            elements.context("You see a preview first. Nothing is posted until you start it."),
        ],
        submit="Show preview",
        private_metadata=json.dumps(view.metadata),
    )  # fmt: skip


def preview_buttons(schedule_id: int, line: ScheduleLine, limited: tuple[str, ...]) -> Blocks:
    """What stands under a preview. limited: names of limited brands that would be told of."""
    where = f"It goes to <#{line.channel_id}>, {line.when}, of {escape(line.scope)}."
    return [
        elements.divider(),
        elements.section(f"{where} Only you see this preview."),
        elements.actions(
            elements.button(
                "Start this digest", f"digest_start:{schedule_id}", str(schedule_id),
                style="primary", confirm=_confirm(line, limited),
            ),
            elements.button("Change", f"digest_change:{schedule_id}", str(schedule_id)),
        ),
    ]  # fmt: skip


def with_buttons(preview: Message, buttons: Blocks) -> Message:
    """A preview with its buttons, in both of its forms."""
    return Message(
        text=preview.text,
        blocks=[*(preview.blocks or []), *buttons],
        fallback_blocks=[*(preview.fallback_blocks or []), *buttons],
    )


def started(line: ScheduleLine) -> Message:
    """What replaces the preview once it was started."""
    first = f" First one: {moment(line.next_at, NEXT)}." if line.next_at else ""
    text = f"Started: a digest in <#{line.channel_id}>, {line.when}, of {escape(line.scope)}."
    return _plain(f"{text}{first} `/influencer digest` changes, pauses or deletes it.")


def listing(lines: list[ScheduleLine]) -> Message:
    """All digests that are set up, each with its buttons."""
    blocks: Blocks = [elements.section("*Weekly digests*")]
    for line in lines[:LISTED]:
        blocks += [elements.section(_described(line)), elements.actions(*_buttons(line))]
    if not lines:
        blocks.append(elements.section("None is set up."))
    if len(lines) > LISTED:
        blocks.append(elements.context(f"… and {len(lines) - LISTED} more"))
    blocks.append(elements.actions(elements.button("New digest", "digest_new", style="primary")))
    said = [f"{line.when} in <#{line.channel_id}>{_state(line)}" for line in lines]
    return Message(text="\n".join(["Weekly digests:", *(said or ["none"])]), blocks=blocks)


def paused(line: ScheduleLine) -> Message:
    """What the owner is told, once, when a digest can't be posted any more."""
    text = (
        f"I paused the weekly digest in <#{line.channel_id}>, {line.when}. "
        f"{escape(line.paused_because)} Put that right and press Resume, or choose another channel."
    )
    buttons = [
        elements.button("Resume", f"digest_resume:{line.id}", str(line.id), style="primary"),
        elements.button("Choose another channel", f"digest_change:{line.id}", str(line.id)),
    ]
    return Message(text=text, blocks=[elements.section(text), elements.actions(*buttons)])


def resumed(line: ScheduleLine) -> Message:
    """After a paused digest was resumed: what was missed can be had at once."""
    when = f" Next one: {moment(line.next_at, NEXT)}." if line.next_at else ""
    text = f"Resumed: the digest in <#{line.channel_id}>, {line.when}.{when}"
    now = elements.button("Post one now", f"digest_now:{line.id}", str(line.id))
    return Message(text=text, blocks=[elements.section(text), elements.actions(now)])


def on_its_way(channel_id: str) -> Message:
    """After an extra digest was asked for."""
    return _plain(f"An extra digest is on its way to <#{channel_id}>.")


def preview_on_its_way() -> Message:
    """After a preview was asked for."""
    return _plain("One moment: the preview follows, and only you will see it.")


def _plain(text: str) -> Message:
    return Message(text=text, blocks=[elements.section(text)])


def _confirm(line: ScheduleLine, limited: tuple[str, ...]) -> Any:
    told = (
        f"It tells of {listed(limited[:LIMITED_NAMED])}, limited to named people."
        if limited
        else "Brands limited to named people are not in it."
    )
    text = f"Posted {line.when}. Everybody in the channel can read it. {told}"
    return elements.confirm(
        "Start this digest?", elements.cut(elements.clean(text), CONFIRM_LIMIT), "Start", "Not yet"
    )


def _described(line: ScheduleLine) -> str:
    when = f"*<#{line.channel_id}>* · {line.when}{_state(line)}"
    following = f" · next: {moment(line.next_at, NEXT)}" if line.active and line.next_at else ""
    why = f"\n⚠️ {escape(line.paused_because)}" if line.paused_because else ""
    return f"{when}{following}\nOf {escape(line.scope)}. Set up by {escape(line.owner)}.{why}"


def _state(line: ScheduleLine) -> str:
    return "" if line.active else " · paused"


def _buttons(line: ScheduleLine) -> list[Any]:
    number = str(line.id)
    which = f"the digest on {line.when}"
    toggle = (
        elements.button("Pause", f"digest_pause:{number}", number, label=f"Pause {which}")
        if line.active
        else elements.button("Resume", f"digest_resume:{number}", number, label=f"Resume {which}")
    )
    return [
        toggle,
        elements.button("Change", f"digest_change:{number}", number, label=f"Change {which}"),
        elements.button(
            "Post one now", f"digest_now:{number}", number, label=f"Post {which} now"
        ),
        elements.button(
            "Delete", f"digest_delete:{number}", number, style="danger", label=f"Delete {which}",
            confirm=elements.confirm(
                "Delete this digest?", "What it posted stays in the channel.", "Delete", "Keep it"
            ),
        ),
    ]  # fmt: skip
