"""What a search without results shows: which word did it, and what would find somebody."""

from dataclasses import dataclass

from domain.wording import counted
from views import elements
from views.elements import button, escape, section
from views.message import Message
from views.results import SearchState, other_currency

NOTHING_NEAR = (
    "No part of it alone finds anybody either. Words are looked for in names, handles, bios and "
    "categories; `/influencer help` shows what else a search can ask."
)


@dataclass(frozen=True)
class Relaxed:
    """A search that has results. said: how it differs, "without “under $50”"."""

    text: str
    said: str
    total: int


@dataclass(frozen=True)
class NoResults:
    """said: the search in words. culprit: the part or two that narrow it to nothing.

    unknown: creators of whom a figure that was asked for is not known.
    """

    state: SearchState
    said: str
    culprit: str = ""
    relaxed: tuple[Relaxed, ...] = ()
    unknown: int = 0
    other_currency: int = 0


def nobody(view: NoResults) -> Message:
    """Nobody matches; the nearest searches that have results are buttons."""
    lead = f"Nobody matches {escape(view.said, 600)}."
    if view.culprit:
        verb = "together narrow" if "” and “" in view.culprit else "narrows"
        lead += f" {escape(view.culprit, 200)} {verb} it to nothing."
    blocks = [section(lead)]
    if not (view.culprit or view.relaxed or view.unknown or view.other_currency):
        blocks.append(section(NOTHING_NEAR))
    buttons = [
        button(
            f"{one.said[:1].upper()}{one.said[1:]} ({one.total:,})",
            f"find_run:{at}",
            SearchState(one.text).value(),
        )
        for at, one in enumerate(view.relaxed)
    ]
    if view.unknown:
        them = f"Show {view.unknown:,} with unknowns"
        buttons.append(button(them, "find_unknown", view.state.value(s=0, u=1)))
        of_whom = counted(view.unknown, "creator may", "creators may")
        blocks.append(section(f"{of_whom} match: a figure that you ask for is not known of them."))
    if view.other_currency:
        blocks.append(section(other_currency(view.other_currency)))
    if buttons:
        blocks.append(elements.actions(*buttons))
    return Message(text=lead, blocks=blocks)


def no_creators(may_import: bool) -> Message:
    """The workspace has no creators yet: how to bring some in."""
    who = "" if may_import else " (an owner or manager can)"
    steps = (
        f"1. Type `/influencer import`{who}.",
        "2. Hand over a CSV or Excel file from any tool, check the columns and confirm.",
        "3. Search again.",
    )
    lead = "There are no creators here yet. Three steps:"
    return Message(
        text="\n".join((lead, *steps)), blocks=[section(f"*{lead}*\n" + "\n".join(steps))]
    )


def which_brief(asked: str, choices: tuple[tuple[str, str], ...], *, none: bool) -> Message:
    """`for` names several briefs, or none: the choices, each running the search with it."""
    name = escape(asked, 60)
    if not asked and choices:
        lead = "For which brief?"
    elif none and not choices and not asked:
        lead = "There are no briefs yet. `/influencer brief` writes one."
    elif none and not choices:
        lead = f"There is no brief “{name}”. `/influencer brief` writes one."
    elif none:
        lead = f"There is no brief “{name}”. Did you mean one of these?"
    else:
        lead = f"“{name}” may be one of these briefs:"
    buttons = [
        button(brief, f"find_run:{at}", SearchState(text).value())
        for at, (brief, text) in enumerate(choices)
    ]
    blocks = [section(lead), *([elements.actions(*buttons)] if buttons else [])]
    return Message(text=lead, blocks=blocks)
