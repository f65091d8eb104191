"""The form in which figures of several posts are filled in, and the sheet for the same."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.goal import Metric
from domain.results import Reading, Totals, totals_on
from domain.wording import counted
from views import elements
from views.elements import escape
from views.message import Blocks, Message
from views.partners import linked_post, post_name
from views.post_forms import DISCLOSED, NO, YES

__all__ = ["ALL_METRICS", "NO", "NOTHING_MISSING", "SHEET_METRICS", "YES"]

ALL_METRICS = tuple(Metric)
SHEET_METRICS = tuple(Metric)
NOTHING_MISSING = "No figures are missing this week: nothing is left to fill in."


class FiguresField(BaseModel):
    """A post whose figures are asked for. so_far: in words, "" = nothing; as_of: of what day."""

    model_config = ConfigDict(frozen=True)

    post_id: int
    who: str
    brief: str
    url: str
    posted_on: dt.date | None
    so_far: str
    as_of: dt.date | None
    metrics: tuple[Metric, ...]
    asks_disclosure: bool


def form(
    posts: Sequence[FiguresField], notes: Sequence[str], today: dt.date, *, more: int
) -> dict[str, Any]:
    """Figures of several posts. notes: what was just saved, mrkdwn. more: posts for the next."""
    blocks: Blocks = [elements.section(note) for note in notes]
    intro = "Give *totals to date*. Leave empty what you don't know: what was logged before stands."
    if more:
        intro += f" {counted(more, 'more post follows', 'more posts follow')}."
    blocks.append(elements.section(intro))
    blocks.append(elements.date_field("as_of", "Date of these figures", initial=today))
    for post in posts:
        blocks += _asked(post)
    return elements.modal(
        "Figures of posts",
        "figures",
        blocks,
        submit="Save and go on" if more else "Save",
        private_metadata=json.dumps([post.post_id for post in posts]),
    )


def saved(notes: Sequence[str]) -> dict[str, Any]:
    """After the last post."""
    said = [*notes, "That was all for this week. Thank you!"]
    return elements.modal(
        "Figures of posts", "figures_saved", [elements.section(one) for one in said], close="Done"
    )


def kept(url: str, words: str, odd: Sequence[str]) -> str:
    """What was stored of one post, in mrkdwn."""
    check = f"\nPlease check: {escape('; '.join(odd), 300)}. Kept as you gave them." if odd else ""
    return f"{linked_post(url)}: {escape(words, 600)}{check}"


def first_field(view: dict[str, Any], post_id: int) -> str:
    """The first figure's field of a post, as the form that was sent off has it."""
    blocks = [str(block.get("block_id", "")) for block in view.get("blocks", [])]
    names = [name for name in blocks if name.endswith(f":{post_id}")]
    return next(iter(names), "as_of")


def newest(readings: Sequence[Reading]) -> Totals:
    """The totals as they are known now."""
    return totals_on(readings, dt.date.max)


def line(names: Sequence[tuple[str, str]], count: int) -> str:
    """What is missing, on one line of the private message. names: who and link of the first."""
    shown = [f"{escape(who, 40)} {linked_post(url)}" for who, url in names[:3]]
    rest = count - len(shown)
    listed = ", ".join([*shown, *([f"{rest} more"] if rest > 0 else [])])
    wait = "post waits" if count == 1 else "posts wait"
    return f"{count} {wait} for this week's figures: {listed}"


def missing(names: Sequence[tuple[str, str]]) -> Message:
    """What is missing, with what can be done. names: who and link of each post."""
    text = line(names, len(names))
    return Message(text=text, blocks=[elements.section(text), elements.actions(*buttons())])


def buttons() -> list[Any]:
    """What the line offers."""
    return [
        elements.button("Fill in", "figures_fill", label="Fill in figures of posts"),
        elements.button("Get a sheet", "figures_sheet", label="Get a sheet for figures of posts"),
    ]


def sheet_words(count: int) -> str:
    """What stands with the sheet."""
    return (
        f"The {counted(count, 'post')} that lack this week's figures. Fill in what you know, save "
        "the file and hand it over with `/influencer import`."
    )


def sheet_not_sent(code: str, scope: str) -> Message:
    """The sheet did not reach the person."""
    why = f"the app lacks the right `{escape(scope, 40)}`" if scope else escape(code, 80)
    return Message(
        text=f"The sheet could not be sent: {why}. *Fill in* on my message asks for the same."
    )


def _asked(post: FiguresField) -> Blocks:
    brief = f" · {escape(post.brief, 80)}" if post.brief else ""
    about = [f"*{escape(post.who, 60)}*{brief}: {linked_post(post.url)}"]
    if post.posted_on:
        about.append(f"live since {elements.day(post.posted_on)}")
    if post.so_far and post.as_of:
        about.append(f"so far {escape(post.so_far, 200)} (to {elements.day(post.as_of)})")
    fields = [
        elements.text_field(
            f"{metric.value}:{post.post_id}",
            f"{metric.value.capitalize()} ({post.who})",
            optional=True,
            longest=40,
        )
        for metric in post.metrics
    ]
    if post.asks_disclosure:
        fields.append(
            elements.choice_field(
                f"said:{post.post_id}",
                f"Does {post_name(post.url, 40)} say that it is advertising?",
                DISCLOSED,
                optional=True,
            )
        )
    return [elements.divider(), elements.section("\n".join(about)), *fields]
