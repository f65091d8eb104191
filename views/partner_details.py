"""One partnership in full: terms, deliverables, posts, and all that was changed of it."""

import datetime as dt
import json
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.agreement import Owed
from domain.partnership import BEFORE_LIVE, TALKS
from domain.shortlist import CardState
from views import elements, forecast
from views.elements import escape, moment
from views.forecast import ForecastView
from views.message import Blocks
from views.partners import PartnershipLine, post_words, summary

MOST_CHANGES = 20


class Change(BaseModel):
    """Something that was changed, when and by whom. before, after: as people read it; "" = none.

    what: "stage", "fee", "owner"…
    """

    model_config = ConfigDict(frozen=True)

    what: str
    at: dt.datetime
    before: str = ""
    after: str = ""
    by: str = ""


def details(
    line: PartnershipLine,
    changes: Sequence[Change],
    metadata: dict[str, Any],
    expected: ForecastView | None = None,
    selling: str = "",
    drafts: Sequence[tuple[int, CardState]] = (),
    comments: Sequence[str] = (),
) -> dict[str, Any]:
    """One partnership in full, for the person who asked. changes: the oldest first.

    selling: its codes and links and what came by them, in mrkdwn; "" = none yet. drafts: versions
    with what became of them. comments: what they say under its posts, a line each.
    """
    name = escape(line.name, 80)
    who = f"*{name}* {escape(line.handle, 60)}" if name else f"*{escape(line.handle, 60)}*"
    blocks: Blocks = [
        elements.section(
            f"{who}{f' · {line.platform}' if line.platform else ''}", accessory=_write(line)
        ),
        elements.section(summary(line if expected is None else _without_forecast(line))),
        *(forecast.blocks_of(expected) if expected else []),
        *_terms(line),
        *_drafts(line, drafts),
        _selling(line, selling),
    ]
    if line.deliverables:
        notes = f"*Notes on deliverables*\n{escape(line.deliverables, 1_000)}"
        blocks.append(elements.section(notes))
    if line.posts:
        heading = f"*Posts* · {line.disclosed}" if line.disclosed else "*Posts*"
        blocks += elements.sections([heading, *map(post_words, line.posts)])
    if comments:
        words = "\n".join(escape(line, 400) for line in comments)
        blocks.append(elements.section(f"*Audience*\n{words}"))
    if changes:
        said = "\n".join(_change(one) for one in changes[-MOST_CHANGES:])
        earlier = len(changes) - MOST_CHANGES
        more = f"\n… and {earlier} earlier" if earlier > 0 else ""
        blocks.append(elements.section(f"*On the record*\n{said}{more}"))
    return elements.modal(
        line.handle,
        "partner_log",
        blocks,
        submit="Log",
        close="Close",
        private_metadata=json.dumps(metadata),
    )


def _write(line: PartnershipLine) -> Any:
    """While it is still about talking to them."""
    if line.stage not in TALKS:
        return None
    number = str(line.id)
    return elements.button("Write", f"outreach:{number}", number, label=f"Write to {line.handle}")


def _drafts(line: PartnershipLine, drafts: Sequence[tuple[int, CardState]]) -> Blocks:
    if not drafts and line.stage not in BEFORE_LIVE:
        return []
    number = str(line.id)
    add = elements.button(
        "Add a draft", f"draft_new:{number}", number,
        label="Put a draft before the approvers",
    )  # fmt: skip
    said = " · ".join(f"version {version} {state}" for version, state in drafts)
    return [elements.section(f"*Drafts:* {said or 'none yet'}", accessory=add)]


def _selling(line: PartnershipLine, selling: str) -> dict[str, Any]:
    number = str(line.id)
    button = elements.button(
        "Codes & links", f"codes:{number}", number, label="Promo codes and tracking links"
    )
    return elements.section(selling or "No promo code or tracking link yet.", accessory=button)


def _without_forecast(line: PartnershipLine) -> PartnershipLine:
    """For a summary above the forecast itself."""
    return line.model_copy(update={"expected": ""})


def _terms(line: PartnershipLine) -> Blocks:
    terms = line.terms
    said = []
    if terms.is_paid is not None:
        said.append(f"*Pay:* {'paid' if terms.is_paid else 'unpaid'}")
    if terms.usage_rights or terms.usage_until:
        said.append(f"*Usage rights:* {_until(terms.usage_rights, terms.usage_until)}")
    if terms.exclusive_of:
        said.append(f"*Exclusivity:* {_until(terms.exclusive_of, terms.exclusive_until)}")
    if terms.follow_up_on:
        said.append(f"*Follow up on:* {elements.day(terms.follow_up_on)}")
    blocks: Blocks = [elements.section("\n".join(said))] if said else []
    if line.owed:
        blocks.append(elements.section("*Deliverables*"))
    for number, owed in line.owed:
        accessory = None
        if owed.done_on is None:
            value = json.dumps([line.id, number])
            accessory = elements.button(
                "Delivered", f"partner_delivered:{number}", value,
                label=f"Mark {owed.words} as delivered",
            )  # fmt: skip
        blocks.append(elements.section(_owed(owed), accessory=accessory))
    return blocks


def _until(what: str, day: dt.date | None) -> str:
    words = escape(what, 300) or "yes"
    return f"{words}, until {elements.day(day)}" if day else words


def _owed(owed: Owed) -> str:
    words = escape(owed.words, 120)
    if owed.done_on is not None:
        return f"✅ {words}, delivered on {elements.day(owed.done_on)}"
    return f"{words}, due {elements.day(owed.due_on)}" if owed.due_on else f"{words}, no date yet"


def _change(change: Change) -> str:
    by = f" by {escape(change.by, 40)}" if change.by else ""
    before, after = escape(change.before, 120), escape(change.after, 120)
    what = escape(change.what, 40)
    if before and after:
        said = f"{what}: {before} → {after}"
    elif after:
        said = f"{what}: {after}"
    else:
        said = f"{what}: {before} taken out"
    return f"{moment(change.at, '{date_short_pretty}')}: {said}{by}"
