"""The list of briefs, one brief in full, and what the form becomes once it is stored."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.brief_form import written_weights
from domain.calendar import Days
from domain.client_review import ClientReview
from domain.creator import Money, Platform
from domain.fit import Weights
from domain.goal import Goal
from domain.money import format_money
from domain.wording import PLATFORM_NAMES, counted, listed
from views import elements
from views import written_blocks as written
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
    client: ClientReview | None = None


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
    blocks: Blocks = [written.header(heading)]
    if note:
        blocks.append(written.section(escape(note)))
    for line in lines[:LISTED]:
        blocks += [written.section(summary(line)), written.actions(*_buttons(line))]
    if len(lines) > LISTED:
        more = counted(len(lines) - LISTED, "more brief")
        blocks.append(written.context(f"{more}: `/influencer brief` and a part of the name."))
    if not lines:
        blocks.append(written.section("None yet." if not archived else "None."))
    if not archived:
        blocks.append(
            written.actions(
                written.button("New brief", "brief_new", style="primary"),
                written.button("Archived", "brief_archived", label="Show archived briefs"),
            )
        )
    else:
        blocks.append(written.actions(written.button("Back to briefs", "brief_list")))
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
            written.section(note),
            *(
                written.section(
                    summary(line),
                    accessory=written.button(
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
        ("Client", _client(line.client) if line.client else ""),
    ]
    details = "\n".join(f"*{label}:* {text}" for label, text in rows if text)
    return Message(
        text=f"{escape(line.name)}: {escape(', '.join(line.niches))}",
        blocks=[
            written.section(summary(line)),
            written.section(details),
            written.actions(*_buttons(line)),
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
            written.button("Restore", f"brief_restore:{number}", number,
                            label=f"Restore {line.name}")
        ]  # fmt: skip
    return [
        written.button("Edit", f"brief_edit:{number}", number, label=f"Edit {line.name}"),
        written.button("Copy", f"brief_copy:{number}", number, label=f"Copy {line.name}"),
        written.button(
            "Codes & links",
            f"brief_codes:{number}",
            number,
            label=f"Promo codes and tracking links of {line.name}",
        ),
        written.button(
            "Archive",
            f"brief_archive:{number}",
            number,
            label=f"Archive {line.name}",
            confirm=written.confirm(
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


def _client(review: ClientReview) -> str:
    sees = listed([tick.value for tick in review.sees]) if review.sees else "nothing internal"
    if not review.channel:
        return f"decides after the team, by a file; sees {sees}"
    names = listed([elements.mention(one) for one in review.approvers])
    needed = counted(review.quorum, "approval")
    return f"{names} in <#{review.channel}> after the team, {needed} needed; sees {sees}"


def _words(entries: Sequence[str]) -> str:
    return escape(", ".join(entries), 500)
