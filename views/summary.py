"""The summary of a shortlist: who asks whom, and where each creator stands."""

from dataclasses import dataclass
from typing import Any

from domain.shortlist import CardState
from domain.wording import counted, listed, named
from views import elements
from views.elements import actions, button, confirm, context, escape, header, section
from views.message import Blocks, Message

OPEN, DECIDED, CANCELLED = "open", "decided", "cancelled"
MOST_NAMED = 5
"""People named on one line; a shortlist has at most 100 lines and 50 approvers."""
MOST_ASKED = 20
LEFT_OUT = (
    "Guests or people from outside may read this channel, so the cards say less here. "
    "Your team sees everything with `/influencer show`."
)


@dataclass(frozen=True)
class SummaryLine:
    """One creator. handle: with "@". Names are plain text as people wrote them."""

    handle: str
    state: CardState
    approvals: int = 0
    maybes: int = 0
    rejections: int = 0
    awaited: tuple[str, ...] = ()
    decided_by: tuple[str, ...] = ()


@dataclass(frozen=True)
class SummaryView:
    """A shortlist. approvers: (Slack id, name); mention: notify them, when it is first posted.

    state: "open", "decided" or "cancelled". outsiders: people from outside may read it.
    """

    shortlist_id: int
    brief: str
    asker: str
    quorum: int
    approvers: tuple[tuple[str, str], ...]
    lines: tuple[SummaryLine, ...]
    state: str = OPEN
    in_thread: bool = True
    mention: bool = False
    outsiders: bool = False
    asker_left: bool = False


def summary(view: SummaryView) -> Message:
    """The summary as it stands."""
    blocks: Blocks = [header(f"Shortlist · {view.brief}"), section(_asked(view))]
    blocks += elements.sections([_line(line, view) for line in view.lines])
    blocks.append(context(tally(view.lines)))
    if view.outsiders:
        blocks.append(context(LEFT_OUT))
    if view.state == OPEN:
        blocks.append(_buttons(view))
    text = f"Shortlist for {escape(view.brief)}: {_asked(view)} {tally(view.lines)}"
    return Message(text=text, blocks=blocks)


def all_decided(view: SummaryView) -> Message:
    """Says that the whole shortlist is decided, or that a card was reopened since."""
    open_now = [line.handle for line in view.lines if line.state in _UNDECIDED]
    brief = escape(view.brief)
    if open_now:
        return Message(text=f"Reopened for {brief}: {escape(listed(open_now))} to be decided.")
    said = [f"The shortlist for {brief} is decided."]
    approved = _handles(view, CardState.APPROVED)
    rejected = _handles(view, CardState.REJECTED)
    if approved:
        said.append(f"✅ Approved: {escape(listed(approved))}.")
    if rejected:
        said.append(f"❌ Rejected: {escape(listed(rejected))}.")
    if approved:
        owns = "partnership" if len(approved) == 1 else "partnerships"
        said.append(f"{escape(view.asker)} owns the {owns}.")
    return Message(text="\n".join(said))


def votes_go_to_cards(view: SummaryView) -> Message:
    """Told once in private: a reaction on the summary is no vote."""
    where = "in the thread below it" if view.in_thread else "below it"
    return Message(
        text=f"A reaction on the summary for {escape(view.brief)} is no vote, for it names nobody. "
        f"Please react to the creators’ cards {where}, or press their buttons."
    )


def tally(lines: tuple[SummaryLine, ...]) -> str:
    """ "3 of 5 decided: 2 approved, 1 rejected", or that nobody is left."""
    counts = {
        state: sum(line.state == state for line in lines)
        for state in (CardState.APPROVED, CardState.REJECTED)
    }
    still = [line for line in lines if line.state != CardState.WITHDRAWN]
    if not still:
        return "Nobody is left on this shortlist"
    said = f"{sum(counts.values())} of {len(still)} decided"
    parts = [f"{count} {state}" for state, count in counts.items() if count]
    return f"{said}: {', '.join(parts)}" if parts else said


def decides_split(asker: str, *, asker_left: bool) -> str:
    """Who decides where the approvers disagree, in mrkdwn."""
    if asker_left:
        return f"managers decide, for {escape(asker)} has left"
    return f"{escape(asker)} decides"


_UNDECIDED = (CardState.OPEN, CardState.SPLIT)


def _asked(view: SummaryView) -> str:
    asker = escape(view.asker)
    if view.state == CANCELLED:
        return f"Cancelled. {asker} had asked for it."
    if view.mention:
        names = listed([elements.mention(slack_id) for slack_id, _ in view.approvers])
    else:
        names = escape(named([name for _, name in view.approvers], MOST_ASKED))
    asked = f"{asker} asks {names}: {counted(view.quorum, 'approval')} needed for each creator."
    if view.state == DECIDED:
        return asked
    where = "in the thread" if view.in_thread else "below"
    how = f"Press a card’s buttons {where}, or react to it: ✅ 👍 approve, 🤔 maybe, ❌ 👎 reject."
    return f"{asked} {how}"


def _line(line: SummaryLine, view: SummaryView) -> str:
    handle = f"*{escape(line.handle)}*"
    by = f" by {escape(named(line.decided_by, MOST_NAMED))}" if line.decided_by else ""
    if line.state == CardState.APPROVED:
        return f"✅ {handle} · approved{by}"
    if line.state == CardState.REJECTED:
        return f"❌ {handle} · rejected{by}"
    if line.state == CardState.WITHDRAWN:
        return f"➖ {handle} · withdrawn"
    counts = [
        f"{count} {word}"
        for word, count in (
            ("approve", line.approvals),
            ("maybe", line.maybes),
            ("reject", line.rejections),
        )
        if count
    ]
    votes = ", ".join(counts) or "no votes yet"
    if line.state == CardState.SPLIT:
        decides = decides_split(view.asker, asker_left=view.asker_left)
        return f"⚖️ {handle} · split ({votes}): {decides}"
    awaited = escape(named(line.awaited, MOST_NAMED))
    waiting = f" · waiting for {awaited}" if awaited else ""
    return f"⏳ {handle} · open: {votes}{waiting}"


def _handles(view: SummaryView, state: CardState) -> list[str]:
    return [line.handle for line in view.lines if line.state == state]


def change_approvers(view: SummaryView) -> Any:
    """The button that opens the form with approvers and quorum."""
    number = view.shortlist_id
    return button("Change approvers", f"shortlist_terms:{number}", str(number))


def _buttons(view: SummaryView) -> elements.Block:
    number = view.shortlist_id
    return actions(
        change_approvers(view),
        button(
            "Cancel this shortlist",
            f"shortlist_cancel:{number}",
            str(number),
            confirm=confirm(
                "Cancel this shortlist?",
                "What is decided stays decided. What is open is withdrawn.",
                "Cancel the shortlist",
                "Keep it",
            ),
        ),
    )
