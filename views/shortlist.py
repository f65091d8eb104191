"""The modals with which a shortlist is made, and the list of where each stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from domain.wording import counted, listed, named
from views import elements
from views.elements import Options, actions, button, context, escape, field, section, select
from views.message import Blocks, Message
from views.summary import CANCELLED, MOST_NAMED, OPEN, SummaryView, tally

NEW = "new"
MOST_HANDLES = 12
MOST_LISTED = 20
"""In each of two groups: together they stay below Slack's 50 blocks."""


@dataclass(frozen=True)
class ShortlistForm:
    """What the modal begins with. open_lists: shortlists that creators can be added to.

    add_to: the one chosen, None for a new shortlist. brief: the chosen one's number. creators:
    profile numbers with handles, all of them chosen to begin with.
    """

    creators: Options
    briefs: Options
    open_lists: Options = ()
    add_to: str | None = None
    brief: str | None = None
    channel: str | None = None
    quorum: str = "1"
    approvers: tuple[str, ...] = ()
    metadata: str = ""


@dataclass(frozen=True)
class Skipped:
    """A creator who was on this brief's shortlists before. said: what became of it."""

    handle: str
    said: str


@dataclass(frozen=True)
class Standing:
    """Where one shortlist stands. link: to its summary, None when that is not to be had."""

    summary: SummaryView
    channel_id: str
    link: str | None = None


def form(shown: ShortlistForm) -> dict[str, Any]:
    """The modal: a new shortlist, or creators for one that is open."""
    blocks: Blocks = [_creators(shown.creators)]
    if shown.open_lists:
        choices = [(NEW, "A new shortlist"), *shown.open_lists]
        chosen = select("shortlist_add_to", choices, shown.add_to or NEW)
        blocks.append(field("add_to", "Put them on", chosen, dispatch=True))
    if shown.add_to is None:
        blocks.extend(_new_fields(shown))
    return elements.modal(
        "Shortlist", "shortlist", blocks, submit="Post", private_metadata=shown.metadata
    )


def approvers_block(brief: str | None) -> str:
    """The approvers' field: another one for each brief, so that its people can be filled in."""
    return f"approvers:{brief or ''}"


def who_is_meant(
    typed: str,
    colleague: str | None,
    choices: Options,
    others: Sequence[str] = (),
) -> Message:
    """Asks which creator is to be put on a shortlist; each choice is a button that goes on.

    colleague: the name of somebody of the team whom Slack put there. choices: what the button
    carries, and the creator's platform and handle. others: further names that are not clear.
    """
    name = escape(typed, 60)
    if colleague is not None:
        said = f"That is {escape(colleague, 60)} from your team"
        said += "; did you mean one of these creators?" if choices else ". "
        said += "" if choices else "For a creator, type the handle without @, or `instagram:anna`."
    elif choices:
        said = f"Which creator do you mean by “{name}”?"
    else:
        said = f"I don’t know a creator “{name}”. Try `/influencer find {name}`."
    if others:
        said += f" Please type {escape(listed(others), 200)} again afterwards: not clear either."
    if not choices:
        return Message(text=said)
    buttons = [
        button(f"Shortlist {label}", f"shortlist:choice:{number}", value)
        for number, (value, label) in enumerate(choices[:5])
    ]
    return Message(text=said, blocks=[section(said), actions(*buttons)])


def no_brief() -> dict[str, Any]:
    """There is no brief yet, and a shortlist needs one."""
    blocks = [
        section(
            "A shortlist is for a brief, and there is none yet. Name and niche are "
            "enough. Then press *Shortlist* again."
        ),
        actions(button("New brief", "brief_new", style="primary")),
    ]
    return elements.modal("Shortlist", "shortlist_no_brief", blocks, close="Close")


def posted(count: int, skipped: Sequence[Skipped]) -> dict[str, Any]:
    """What was posted, and who was not because they were on this brief's shortlists before."""
    said = f"{counted(count, 'card')} posted." if count else "Nothing was posted."
    lines = [f"*{escape(one.handle)}* · {escape(one.said)}" for one in skipped]
    blocks = [
        section(f"{said} Left out:"),
        *elements.sections(lines),
    ]
    return elements.modal("Shortlist", "shortlist_posted", blocks, close="Close")


def terms(
    shortlist_id: int, quorum: int, approvers: Sequence[str], *, for_client: bool = False
) -> dict[str, Any]:
    """Changes who decides, and how many of them. for_client: also people from outside may."""
    hint = "Guests and people from Slack Connect count on these cards." if for_client else None
    blocks = [
        elements.people_field("approvers", "Approvers", initial=approvers, hint=hint),
        elements.number_field("quorum", "Approvals needed", initial=str(quorum)),
    ]
    return elements.modal(
        "Who decides?",
        "shortlist_terms",
        blocks,
        submit="Save",
        private_metadata=str(shortlist_id),
    )


def standings(
    still_open: Sequence[Standing],
    closed: Sequence[Standing],
    open_count: int = 0,
    closed_count: int = 0,
) -> Message:
    """Where each shortlist stands, the newest of each group.

    open_count, closed_count: how many there are; those not listed are counted.
    """
    if not still_open and not closed:
        said = (
            "No shortlist yet. Find creators with `/influencer find skincare micro`, "
            "then press *Shortlist*."
        )
        return Message(text=said, blocks=[section(said)])
    blocks: Blocks = []
    text: list[str] = []
    for title, group, many in (
        ("Waiting for a decision", still_open, open_count),
        ("Closed lately", closed, closed_count),
    ):
        lines = [_standing_text(one) for one in group[:MOST_LISTED]]
        if lines:
            blocks += [elements.header(title), *(section(line) for line in lines)]
            text += lines
        if many > len(lines):
            more = f"… and {many - len(lines):,} more, made earlier"
            blocks.append(context(more))
            text.append(more)
    blocks.append(context("Add to one: `/influencer shortlist add @anna`"))
    return Message(text="\n".join(text), blocks=blocks)


def _new_fields(shown: ShortlistForm) -> Blocks:
    return [
        field(
            "brief",
            "Brief",
            select("shortlist_brief", shown.briefs, shown.brief, "Choose a brief"),
            dispatch=True,
        ),
        elements.channel_field("channel", "Post in", initial=shown.channel),
        elements.people_field(
            approvers_block(shown.brief),
            "Approvers",
            initial=shown.approvers,
            hint="Full members of your workspace. Being named here makes them approvers.",
        ),
        elements.number_field("quorum", "Approvals needed for each creator", initial=shown.quorum),
        elements.radio_field(
            "layout",
            "Cards go",
            [("thread", "into the thread of one summary"), ("channel", "into the channel itself")],
            initial="thread",
        ),
    ]


def _creators(creators: Options) -> dict[str, Any]:
    """Who is put before the approvers; of several, some can be taken out."""
    if len(creators) == 1:
        return elements.plain_section(f"Putting {creators[0][1]} before approvers.")
    return elements.choices_field(
        "creators", "Creators", creators, initial=[number for number, _ in creators]
    )


def _standing_text(one: Standing) -> str:
    view = one.summary
    names = {
        state: [line.handle for line in view.lines if line.state == state]
        for state in dict.fromkeys(line.state for line in view.lines)
    }
    said = [f"{state}: {escape(named(handles, MOST_HANDLES))}" for state, handles in names.items()]
    awaited = list(dict.fromkeys(name for line in view.lines for name in line.awaited))
    if view.state == OPEN and awaited:
        said.append(f"waiting for {escape(named(awaited, MOST_NAMED))}")
    name = escape(view.brief)
    title = f"*<{one.link}|{name}>*" if one.link else f"*{name}*"
    where = f"in <#{one.channel_id}>, asked by {escape(view.asker)}"
    state = "cancelled" if view.state == CANCELLED else tally(view.lines)
    return f"{title} {where} · {state}\n{' · '.join(said)}"
