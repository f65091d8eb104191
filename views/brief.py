"""The form of a brief, the list of briefs, and one brief in full."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.brief import LONGEST_NAME
from domain.brief_form import BriefForm, written_weights
from domain.calendar import Days
from domain.creator import Money, Platform
from domain.fit import Weights
from domain.goal import Goal
from domain.money import format_money
from domain.wording import PLATFORM_NAMES, counted, listed
from views import elements
from views.elements import escape
from views.message import Blocks, Message

LISTED = 10
GOALS = {
    Goal.AWARENESS: ("Awareness", "impressions"),
    Goal.ENGAGEMENT: ("Engagement", "engagements"),
    Goal.CONVERSIONS: ("Conversions", "conversions"),
}


class BriefLine(BaseModel):
    """A brief as it is listed. countries, languages, niches: names as people read them."""

    model_config = ConfigDict(frozen=True)

    id: int
    name: str
    brand: str | None = None
    brand_is_limited: bool = False
    niches: tuple[str, ...] = ()
    must_have: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    platforms: tuple[Platform, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    budget: Money | None = None
    goal: Goal | None = None
    target: int | None = None
    product: str = ""
    deliverables: str = ""
    required_tags: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    link: str = ""
    weights: Weights = Weights()
    archived: bool = False


class FormView(BaseModel):
    """All that the form shows. brands: (id, name) pairs; tiers: (value, label) pairs.

    metadata: comes back with the form: which brief in which version, and where to show it.
    """

    model_config = ConfigDict(frozen=True)

    title: str
    form: BriefForm = BriefForm()
    brand: str | None = None
    brands: tuple[tuple[str, str], ...] = ()
    tiers: tuple[tuple[str, str], ...] = ()
    currency: str | None = None
    weights: Weights = Weights()
    metadata: dict[str, Any] = {}


def form(view: FormView) -> dict[str, Any]:
    """The modal; only name and niche are required."""
    return elements.modal(
        view.title,
        "brief_form",
        [*_who(view), *_campaign(view), *_posts(view), *_weighing(view)],
        submit="Save",
        private_metadata=json.dumps(view.metadata),
    )


def _who(view: FormView) -> Blocks:
    typed = view.form
    brands = [
        elements.choice_field(
            "brand", "Brand", view.brands, initial=view.brand, optional=True,
            placeholder="The client or own brand",
        )
    ] if view.brands else []  # fmt: skip
    return [
        elements.text_field(
            "name", "Name", initial=typed.name, longest=LONGEST_NAME, placeholder="Spring skincare"
        ),
        elements.text_field(
            "niches", "Niches", initial=typed.niches, placeholder="skincare, vegan food",
            hint="With commas between them. Any language you search in works.",
        ),
        *brands,
        elements.text_field(
            "new_brand", "Or a new brand" if brands else "Brand", optional=True, longest=80
        ),
        elements.text_field("product", "Product", initial=typed.product, optional=True),
        elements.text_field(
            "must_have", "Must-have words", initial=typed.must_have, optional=True,
            hint="Only creators who use all of these words or phrases.",
        ),
        elements.text_field(
            "never", "Never words", initial=typed.never, optional=True,
            hint="Creators who use one of these are not shown for this brief.",
        ),
        elements.choices_field("tiers", "Tiers", view.tiers, initial=typed.tiers, optional=True),
        elements.choices_field(
            "platforms", "Platforms", _platform_options(), initial=typed.platforms, optional=True
        ),
        elements.text_field(
            "countries", "Countries of the audience", initial=typed.countries, optional=True,
            placeholder="Germany, Austria, CH",
        ),
        elements.text_field(
            "languages", "Languages", initial=typed.languages, optional=True,
            placeholder="German, English",
        ),
    ]  # fmt: skip


def _campaign(view: FormView) -> Blocks:
    typed = view.form
    example = f"5,000 {view.currency}" if view.currency else "€5,000"
    return [
        elements.date_field("starts_on", "Start", initial=_date(typed.starts_on), optional=True),
        elements.date_field("ends_on", "End", initial=_date(typed.ends_on), optional=True),
        elements.text_field(
            "budget", "Budget with currency", initial=typed.budget, optional=True, longest=60,
            placeholder=example,
        ),
        elements.choice_field(
            "goal", "Goal",
            [(goal.value, f"{name} ({counts})") for goal, (name, counts) in GOALS.items()],
            initial=typed.goal or None, optional=True,
        ),
        elements.text_field(
            "target", "Target number", initial=typed.target, optional=True, longest=30,
            placeholder="50,000",
        ),
    ]  # fmt: skip


def _posts(view: FormView) -> Blocks:
    typed = view.form
    return [
        elements.text_field(
            "required_tags", "Accounts to tag", initial=typed.required_tags, optional=True,
            placeholder="@yourbrand",
        ),
        elements.text_field(
            "hashtags", "Hashtags", initial=typed.hashtags, optional=True,
            placeholder="#ad #yourbrand",
        ),
        elements.text_field(
            "link", "Link", initial=typed.link, optional=True, placeholder="https://…"
        ),
        elements.text_field(
            "deliverables", "Deliverables", initial=typed.deliverables, optional=True,
            multiline=True, placeholder="2 Reels, 3 Stories, rights for 30 days",
        ),
    ]  # fmt: skip


def _weighing(view: FormView) -> Blocks:
    return [
        elements.text_field(
            "weights", "Weights of the fit", initial=view.form.weights, optional=True,
            longest=300, placeholder=written_weights(view.weights),
            hint="Leave empty for the weights of the goal. Parts you leave out keep theirs.",
        )
    ]  # fmt: skip


def saved(name: str, *, new: bool, unknown: Sequence[str], find_with: str) -> dict[str, Any]:
    """What the form becomes once the brief is stored. unknown: words that are no niches."""
    blocks = [
        elements.section(
            f"✅ *{escape(name)}* is {'ready' if new else 'changed'}.\n"
            f"Next: `/influencer find for {escape(find_with)}`"
        )
    ]
    if unknown:
        words = listed([f"“{escape(word)}”" for word in unknown])
        blocks.append(
            elements.context(f"No niche of mine: {words}. I look for it in names and bios instead.")
        )
    if not new:
        blocks.append(elements.context("Cards that were posted before keep their fit and say so."))
    return elements.modal("Brief saved", "brief_saved", blocks, close="Done")


def listing(lines: Sequence[BriefLine], *, archived: bool = False, note: str = "") -> Message:
    """Briefs with their buttons, the last changed first."""
    heading = "Archived briefs" if archived else "Briefs"
    blocks: Blocks = [elements.header(heading)]
    if note:
        blocks.append(elements.section(escape(note)))
    for line in lines[:LISTED]:
        blocks += [elements.section(summary(line)), elements.actions(*_buttons(line))]
    if len(lines) > LISTED:
        more = counted(len(lines) - LISTED, "more brief")
        blocks.append(elements.context(f"{more}: `/influencer brief` and a part of the name."))
    if not lines:
        blocks.append(elements.section("None yet." if not archived else "None."))
    if not archived:
        blocks.append(
            elements.actions(
                elements.button("New brief", "brief_new", style="primary"),
                elements.button("Archived", "brief_archived", label="Show archived briefs"),
            )
        )
    else:
        blocks.append(elements.actions(elements.button("Back to briefs", "brief_list")))
    names = ", ".join(line.name for line in lines[:LISTED])
    return Message(text=escape(f"{heading}: {names}" if names else f"{heading}: none"),
                   blocks=blocks)  # fmt: skip


def choices(asked: str, lines: Sequence[BriefLine], *, near: bool) -> Message:
    """Several briefs were meant, or (near) none, and these come nearest."""
    said = escape(asked, 60)
    note = f"No brief is called “{said}”." if near else f"“{said}” may be any of these."
    return Message(
        text=note,
        blocks=[
            elements.section(note),
            *(
                elements.section(
                    summary(line),
                    accessory=elements.button(
                        "Open", f"brief_open:{line.id}", str(line.id), label=f"Open {line.name}"
                    ),
                )
                for line in lines[:LISTED]
            ),
        ],
    )


def in_full(line: BriefLine) -> Message:
    """One brief with all that it says."""
    rows = [
        ("Product", escape(line.product)),
        ("Must have", _words(line.must_have)),
        ("Never", _words(line.never)),
        ("Accounts to tag", " ".join(f"@{escape(tag)}" for tag in line.required_tags)),
        ("Hashtags", " ".join(f"#{escape(tag)}" for tag in line.hashtags)),
        ("Link", escape(line.link)),
        ("Deliverables", escape(line.deliverables, 500)),
        ("Weights", escape(written_weights(line.weights))),
    ]
    details = "\n".join(f"*{label}:* {text}" for label, text in rows if text)
    return Message(
        text=f"{escape(line.name)}: {escape(', '.join(line.niches))}",
        blocks=[
            elements.section(summary(line)),
            elements.section(details),
            elements.actions(*_buttons(line)),
        ],
    )


def summary(line: BriefLine) -> str:
    """A brief in two or three short lines of mrkdwn."""
    brand = f" · {escape(line.brand, 60)}" if line.brand else ""
    limited = " (limited to named people)" if line.brand and line.brand_is_limited else ""
    looks_for = [
        *line.niches,
        *line.tiers,
        *(PLATFORM_NAMES[platform] for platform in line.platforms),
        *line.countries,
        *line.languages,
    ]
    terms = [
        text
        for text in (
            _dates(line.starts_on, line.ends_on),
            format_money(line.budget) if line.budget else "",
            _goal(line.goal, line.target),
        )
        if text
    ]
    rows = [f"*{escape(line.name)}*{brand}{limited}", escape(", ".join(looks_for), 300)]
    return "\n".join([*rows, *([" · ".join(terms)] if terms else [])])


def _buttons(line: BriefLine) -> list[Any]:
    number = str(line.id)
    if line.archived:
        return [
            elements.button("Restore", f"brief_restore:{number}", number,
                            label=f"Restore {line.name}")
        ]  # fmt: skip
    return [
        elements.button("Edit", f"brief_edit:{number}", number, label=f"Edit {line.name}"),
        elements.button("Copy", f"brief_copy:{number}", number, label=f"Copy {line.name}"),
        elements.button(
            "Archive",
            f"brief_archive:{number}",
            number,
            label=f"Archive {line.name}",
            confirm=elements.confirm(
                "Archive this brief?",
                f"{line.name} is no longer listed or found by “for”. Its shortlists and "
                "partnerships stay, and you can restore it.",
                "Archive",
            ),
        ),
    ]


def _dates(starts_on: dt.date | None, ends_on: dt.date | None) -> str:
    if starts_on and ends_on:
        return Days(first=starts_on, last=ends_on).describe()
    if starts_on:
        return f"from {elements.day(starts_on)}"
    return f"until {elements.day(ends_on)}" if ends_on else ""


def _goal(goal: Goal | None, target: int | None) -> str:
    if goal is None:
        return ""
    name, counts = GOALS[goal]
    return f"goal: {target:,} {counts}" if target is not None else f"goal: {name.lower()}"


def _words(entries: Sequence[str]) -> str:
    return escape(", ".join(entries), 500)


def _platform_options() -> list[tuple[str, str]]:
    return [
        (platform.value, "Podcast" if platform == Platform.PODCAST else PLATFORM_NAMES[platform])
        for platform in Platform
        if platform != Platform.OTHER
    ]


def _date(typed: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(typed)
    except ValueError:
        return None
