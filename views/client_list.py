"""The list for a client without Slack: a page to read and print, and rows for a spreadsheet."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from domain.exporting import Row, plain, together
from domain.shortlist import DECIDED, CardState
from domain.wording import listed
from views import creator_facts
from views.card import fit_line, speaks
from views.card_view import CardView, ForClient, GivenReason
from views.elements import day
from views.pages import render


class Entry(BaseModel):
    """One creator as the page shows them; plain text. extra: (label, text) of what was ticked."""

    model_config = ConfigDict(frozen=True)

    name: str
    handle: str
    link: str | None
    facts: str
    fit: str
    strong: tuple[str, ...]
    weak: tuple[str, ...]
    extra: tuple[tuple[str, str], ...]
    answer: str


def page(brief: str, shown: Sequence[CardView], on: dt.date) -> bytes:
    """The list as one HTML page without scripts."""
    entries = [_entry(one) for one in shown]
    return render("client_list", brief=brief, entries=entries, on=day(on)).encode()


def rows(shown: Sequence[CardView]) -> list[Row]:
    """The list as rows, with room for the client's answers."""
    return [_row(one) for one in shown]


def _entry(view: CardView) -> Entry:
    strong, weak = speaks(view)
    profile = view.profile
    facts = [
        creator_facts.platform(profile),
        creator_facts.followers(profile),
        creator_facts.engagement(profile),
        *([country] if (country := creator_facts.country(profile)) else []),
        f"figures of {day(profile.as_of)}" if profile.as_of else "date of the figures unknown",
    ]
    return Entry(
        name=profile.display_name or creator_facts.plain_handle(profile),
        handle=creator_facts.plain_handle(profile),
        link=creator_facts.link(profile),
        facts=" · ".join(facts),
        fit=fit_line(view.fit).replace("*", ""),
        strong=tuple(strong),
        weak=tuple(weak),
        extra=tuple(_extra(view)),
        answer=_answer(view),
    )


def _row(view: CardView) -> Row:
    profile, figures = view.profile, view.profile.figures
    strong, weak = speaks(view)
    rate = figures.engagement_rate
    row: dict[str, Any] = {
        "Creator": profile.display_name or creator_facts.plain_handle(profile),
        "Handle": profile.handle,
        "Platform": profile.platform.value,
        "Link": creator_facts.link(profile),
        "Followers": figures.followers,
        "Engagement rate %": None if rate is None else plain(round(rate * 100, 6)),
        "Country": creator_facts.country(profile),
        "Figures of": profile.as_of.isoformat() if profile.as_of else None,
        "Fit of 100": view.fit.shown,
        "For": together(strong),
    }
    if weak:
        row["Against"] = together(weak)
    return {**row, **dict(_extra(view)), "Your answer (yes or no)": _answer(view), "Why": None}


def _extra(view: CardView) -> list[tuple[str, str]]:
    """What was ticked for this client, plain text."""
    shown = view.for_client or ForClient()
    said = [
        ("Fee", shown.fee),
        ("E-mail", shown.contact),
        ("Approved in the team by", listed(shown.approved_by) if shown.approved_by else ""),
        ("The team says", "; ".join(_reason(one) for one in shown.team_reasons)),
        ("Please note", "; ".join(view.cautions)),
        ("Earlier", "; ".join(one.describe_in_full(view.today) for one in view.earlier)),
    ]
    return [(label, text) for label, text in said if text]


def _reason(reason: GivenReason) -> str:
    why = f"{reason.category}: {reason.text}" if reason.text else reason.category
    return f"{why} ({reason.name})"


def _answer(view: CardView) -> str:
    if view.state not in DECIDED:
        return ""
    return "yes" if view.state == CardState.APPROVED else "no"
