"""Logging what came of a partnership: one short form that leads to three others."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.goal import Goal
from domain.partnership import TALKS, Stage
from domain.partnership_form import COST_FIELDS, LONGEST_DELIVERABLES, PartnershipForm
from domain.result_form import LONGEST_NOTE, REVENUE, fields_for
from domain.results import Totals
from views import elements
from views.elements import Block, escape
from views.message import Blocks
from views.partners import PartnershipLine, brought, post_name, summary

WHAT = {
    "stage": "Stage, posts and cost",
    "terms": "Deliverables, rights and dates",
    "results": "Results",
    "feedback": "Audience feedback",
    "codes": "Promo code and tracking link",
}
WRITE = ("write", "A text to send them")
ALL_POSTS = "all"
_COST_LABELS = {
    "fee": "Fee",
    "product_value": "Product value",
    "shipping": "Shipping",
    "paid_boost": "Paid boost",
    "other": "Other cost",
}
_RATINGS = {"5": "very good", "4": "good", "3": "mixed", "2": "poor", "1": "very poor"}
_CURRENCIES = (
    "EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "TRY", "UAH",
    "AUD", "CAD", "NZD", "JPY", "CNY", "KRW", "INR", "IDR", "SGD", "HKD", "THB", "VND", "PHP",
    "BRL", "MXN", "COP", "CLP", "ARS", "NGN", "KES", "ZAR", "AED", "SAR", "EGP", "ILS",
)  # fmt: skip


class HubView(BaseModel):
    """What the first form shows. choices: (value, label) of partnerships and new ones.

    line: the partnership chosen to begin with, None for a new one. notes: what was just saved.
    what: a key of `WHAT`. metadata: comes back with the form.
    """

    model_config = ConfigDict(frozen=True)

    handle: str
    choices: tuple[tuple[str, str], ...]
    chosen: str
    line: PartnershipLine | None = None
    notes: tuple[str, ...] = ()
    what: str = "stage"
    metadata: dict[str, Any] = {}


class StageView(BaseModel):
    """What the form of stage, posts and cost shows. stages: those that may be chosen.

    names: of stages, where the brand calls them otherwise.
    """

    model_config = ConfigDict(frozen=True)

    handle: str
    heading: str
    form: PartnershipForm
    stages: tuple[Stage, ...]
    now: Stage | None = None
    names: Mapping[Stage, str] = {}
    metadata: dict[str, Any] = {}


class ResultsView(BaseModel):
    """What the form of results shows. posts: (value, link) pairs, the newest first.

    so_far: what is known of each post, and of all together under "".
    """

    model_config = ConfigDict(frozen=True)

    handle: str
    heading: str
    goal: Goal | None
    today: dt.date
    posts: tuple[tuple[str, str], ...] = ()
    so_far: tuple[tuple[str, dt.date, Totals], ...] = ()
    currency: str | None = None
    metadata: dict[str, Any] = {}


def hub(view: HubView) -> dict[str, Any]:
    """Which partnership, and what to log; after saving, what is known by now."""
    blocks: Blocks = [elements.section(escape(note, 600)) for note in view.notes]
    if view.line is not None:
        blocks.append(elements.section(summary(view.line)))
    blocks.append(
        elements.choice_field("partnership", "Partnership", view.choices, initial=view.chosen)
    )
    question = "What else do you want to log?" if view.notes else "What do you want to log?"
    in_talks = view.line is not None and view.line.stage in TALKS
    options = [*WHAT.items(), *([WRITE] if in_talks else [])]
    blocks.append(elements.radio_field("what", question, options, initial=view.what))
    return elements.modal(
        f"Log {view.handle}",
        "log_choose",
        blocks,
        submit="Next",
        close="Done" if view.notes else "Cancel",
        private_metadata=_kept(view.metadata),
    )


def stage_form(view: StageView) -> dict[str, Any]:
    """Stage, posts, deliverables, cost and owner, with what is known filled in."""
    typed = view.form
    blocks = [
        elements.plain_context(elements.clean(view.heading, 300)),
        elements.choice_field("stage", "Stage", _stages(view), initial=typed.stage or None),
        elements.text_field(
            "posts", "Links of the published posts", initial=typed.posts, optional=True,
            multiline=True, hint="One a line.", placeholder="https://www.instagram.com/p/…",
        ),
        elements.date_field(
            "posted_on", "Publishing day of new posts", optional=True,
            hint="If it is known, the digest counts their first week in full.",
        ),
        elements.text_field(
            "deliverables", "Notes on deliverables", initial=typed.deliverables, optional=True,
            multiline=True, longest=LONGEST_DELIVERABLES,
            placeholder="Morning light, product in the first three seconds",
            hint="What is owed by when has a form of its own: Terms.",
        ),
        elements.choice_field(
            "currency", "Currency of the costs", _currencies(typed.currency),
            initial=typed.currency or None, optional=True,
            hint="For amounts that name none; “500 THB” works as well.",
        ),
        *(_cost(name, typed) for name in COST_FIELDS),
        elements.person_field("owner", "Owner", initial=typed.owner or None, optional=True),
    ]  # fmt: skip
    return _form(view.handle, "log_stage", blocks, view.metadata)


def results_form(view: ResultsView) -> dict[str, Any]:
    """Totals to date, the figures of the brief's goal first."""
    first, others = fields_for(view.goal)
    lines = [elements.clean(view.heading, 300)]
    lines += [_so_far(*known) for known in view.so_far[:6]]
    blocks: Blocks = [
        elements.plain_context(*lines),
        elements.section(
            "Give *totals to date*, not only what is new. Leave empty what you don't know: what "
            "was logged before stands."
        ),
    ]
    if view.posts:
        options = [(value, post_name(url, 70)) for value, url in view.posts]
        if len(options) > 1:
            options.append((ALL_POSTS, "All posts together"))
        blocks.append(elements.choice_field("post", "Post", options, initial=options[0][0]))
    blocks += [
        elements.text_field(
            "new_post", "Link of another post" if view.posts else "Link of the post",
            optional=True, placeholder="https://www.instagram.com/p/…", longest=500,
        ),
        elements.date_field("as_of", "Date of these figures", initial=view.today),
        *(_figure(name, view) for name in first),
    ]  # fmt: skip
    if first:
        blocks.append(elements.section("*More figures*"))
    blocks += [_figure(name, view) for name in others]
    return _form(view.handle, "log_results", blocks, view.metadata)


def feedback_form(handle: str, line: PartnershipLine | None, metadata: dict[str, Any]) -> Block:
    """What the audience said: a rating and a note."""
    blocks: Blocks = []
    if line is not None and (line.rating or line.note):
        blocks.append(elements.context(f"So far: {escape(feedback_words(line), 300)}"))
    blocks += [
        elements.radio_field(
            "rating",
            "How did the audience take it?",
            [(number, f"{number} – {words}") for number, words in _RATINGS.items()],
            optional=True,
        ),
        elements.text_field(
            "note", "In a few words", optional=True, multiline=True, longest=LONGEST_NOTE,
            placeholder="What people wrote in the comments",
        ),
    ]  # fmt: skip
    return _form(handle, "log_feedback", blocks, metadata)


def feedback_words(line: PartnershipLine) -> str:
    """ "4 of 5, “loved the texture”"."""
    rating = [f"{line.rating} of 5"] if line.rating else []
    note = [f"“{line.note}”"] if line.note else []
    return ", ".join([*rating, *note])


def _form(handle: str, callback_id: str, blocks: Blocks, metadata: dict[str, Any]) -> Block:
    return elements.modal(
        f"Log {handle}", callback_id, blocks, submit="Save", private_metadata=_kept(metadata)
    )


def _kept(metadata: dict[str, Any]) -> str:
    return json.dumps(metadata, ensure_ascii=False, separators=(",", ":"))


def _stages(view: StageView) -> list[tuple[str, str]]:
    def name(stage: Stage) -> str:
        words = elements.clean(view.names.get(stage, stage), 40)
        return words[:1].upper() + words[1:]

    now = [(view.now.value, f"{name(view.now)} (as now)")] if view.now else []
    return [*now, *((stage.value, name(stage)) for stage in view.stages)]


def _currencies(first: str) -> list[tuple[str, str]]:
    codes = dict.fromkeys([*([first] if first else []), *_CURRENCIES])
    return [(code, code) for code in codes]


def _cost(name: str, typed: PartnershipForm) -> Block:
    return elements.text_field(
        name, _COST_LABELS[name], initial=getattr(typed, name), optional=True, longest=40
    )


def _figure(name: str, view: ResultsView) -> Block:
    if name == REVENUE:
        example = f"1,200 {view.currency}" if view.currency else "€1,200"
        label = "Revenue, with its currency"
    else:
        example, label = "", name.capitalize()
    known = [totals for _, _, totals in view.so_far]
    so_far = getattr(known[0], name) if len(known) == 1 and len(view.posts) <= 1 else None
    if isinstance(so_far, int):
        example = f"so far {so_far:,}"
    return elements.text_field(name, label, optional=True, longest=40, placeholder=example or None)


def _so_far(url: str, as_of: dt.date, totals: Totals) -> str:
    what = post_name(url) if url else "All posts together"
    return f"{what}, {elements.day(as_of)}: {brought(totals)}"
