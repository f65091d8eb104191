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
    """One creator. handle: with "@". Names are plain text as people wrote them.

    client: where the client's step stands, mrkdwn; "" = nobody asks the client. on_behalf_of:
    whose decision `decided_by` recorded. reasons: why the approvers think so, by name, plain text.
    """

    handle: str
    state: CardState
    approvals: int = 0
    maybes: int = 0
    rejections: int = 0
    awaited: tuple[str, ...] = ()
    decided_by: tuple[str, ...] = ()
    client: str = ""
    on_behalf_of: str = ""
    reasons: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class SummaryView:
    """A shortlist. approvers: (Slack id, name); mention: notify them, when it is first posted.

    state: "open", "decided" or "cancelled". outsiders: people from outside may read it.
    for_client: it is the client's. asks_client: what this team's list approves goes to a client;
    to_send: how many of them were not asked about yet; client_number: of the client's list, 0 =
    none; client_waits: something there is undecided.
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
    for_client: bool = False
    asks_client: bool = False
    to_send: int = 0
    client_number: int = 0
    client_waits: bool = False


def summary(view: SummaryView) -> Message:
    """The summary as it stands."""
    title = "For your decision" if view.for_client else "Shortlist"
    blocks: Blocks = [header(f"{title} · {view.brief}"), section(_asked(view))]
    blocks += elements.sections([_line(line, view) for line in view.lines])
    blocks.append(context(tally(view.lines)))
    if view.outsiders and not view.for_client:
        blocks.append(context(LEFT_OUT))
    buttons = [] if view.for_client else [*_client_buttons(view), *_buttons(view)]
    if buttons:
        blocks.append(actions(*buttons))
    what = "For your decision" if view.for_client else "Shortlist"
    text = f"{what} for {escape(view.brief)}: {_asked(view)} {tally(view.lines)}"
    return Message(text=text, blocks=blocks)


def all_decided(view: SummaryView) -> Message:
    """Says that the whole shortlist is decided, or that a card was reopened since."""
    open_now = [line.handle for line in view.lines if line.state in _UNDECIDED]
    brief = escape(view.brief)
    if open_now:
        said_again = f"Reopened for {brief}: {escape(listed(open_now))} to be decided."
        return Message(text=said_again, blocks=[section(said_again)] if view.asks_client else None)
    said = ["Everything is decided, thank you."]
    if not view.for_client:
        said = [f"The shortlist for {brief} is decided."]
    approved = _handles(view, CardState.APPROVED)
    rejected = _handles(view, CardState.REJECTED)
    if approved:
        said.append(f"✅ Approved: {escape(listed(approved))}.")
    if rejected:
        said.append(f"❌ Rejected: {escape(listed(rejected))}.")
    if view.asks_client and view.to_send:
        said.append(f"Next: {escape(view.asker)} or a manager asks the client.")
    if view.asks_client:  # an edit without blocks would leave the button
        ask = [actions(_ask_client(view))] if view.to_send else []
        return Message(text="\n".join(said), blocks=[section("\n".join(said)), *ask])
    if approved and not view.for_client:
        said.append(_owns(view, approved))
    return Message(text="\n".join(said))


def client_decided(view: SummaryView) -> Message:
    """Tells the team what the client decided, and why. view: of the client's list."""
    open_now = [line.handle for line in view.lines if line.state in _UNDECIDED]
    brief = escape(view.brief)
    if open_now:
        return Message(text=f"{brief}: the client is to decide on {escape(listed(open_now))}.")
    said = [f"{brief}: the client has decided."]
    approved = _handles(view, CardState.APPROVED)
    for sign, handles in (("✅ Approved", approved), ("❌ Rejected", _rejected(view))):
        if handles:
            said.append(f"{sign}: {escape(listed(handles))}.")
    said += [
        f"{escape(line.handle)}: {escape(name or 'somebody')} says {escape(why, 320)}"
        for line in view.lines
        for name, why in line.reasons
    ][:MOST_ASKED]
    recorded = list(dict.fromkeys(line.on_behalf_of for line in view.lines if line.on_behalf_of))
    if recorded:
        said.append(f"Answers of {escape(listed(recorded), 200)} were recorded on their behalf.")
    if approved:
        said.append(_owns(view, approved))
    return Message(text="\n".join(said))


def _rejected(view: SummaryView) -> list[str]:
    return _handles(view, CardState.REJECTED)


def _owns(view: SummaryView, approved: list[str]) -> str:
    owns = "partnership" if len(approved) == 1 else "partnerships"
    return f"{escape(view.asker)} owns the {owns}."


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
    hides = view.outsiders and not view.for_client
    by = f" by {escape(named(line.decided_by, MOST_NAMED))}" if line.decided_by else ""
    if line.on_behalf_of:
        by = f" by {escape(line.on_behalf_of, 60)} (recorded{by})"
    by = "" if hides else by
    if line.state == CardState.APPROVED:
        client = f" · {line.client}" if line.client else ""
        return f"✅ {handle} · approved{by}{client}"
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
    votes = "not decided" if hides else ", ".join(counts) or "no votes yet"
    if line.state == CardState.SPLIT:
        decides = decides_split(view.asker, asker_left=view.asker_left)
        return (
            f"⏳ {handle} · open: {decides}"
            if hides
            else f"⚖️ {handle} · split ({votes}): {decides}"
        )
    awaited = escape(named(line.awaited, MOST_NAMED))
    waiting = f" · waiting for {awaited}" if awaited else ""
    return f"⏳ {handle} · open: {votes}{waiting}"


def _handles(view: SummaryView, state: CardState) -> list[str]:
    return [line.handle for line in view.lines if line.state == state]


def change_approvers(view: SummaryView) -> Any:
    """The button that opens the form with approvers and quorum."""
    number = view.shortlist_id
    return button("Change approvers", f"shortlist_terms:{number}", str(number))


def _ask_client(view: SummaryView) -> Any:
    number = str(view.shortlist_id)
    return button("Ask the client", f"client_send:{number}", number, style="primary")


def _client_buttons(view: SummaryView) -> list[Any]:
    """What can be done about the client's step of a team's list."""
    number = str(view.shortlist_id)
    found = []
    if view.to_send:
        found.append(_ask_client(view))
    if view.client_waits:
        found.append(button("Client’s answers", f"client_answer:{number}", number))
    if view.client_number:
        found.append(button("List as a file", f"client_file:{number}", number))
        client = str(view.client_number)
        words = "Client’s approvers"
        found.append(button(words, f"shortlist_terms:{client}", client))
    return found


def _buttons(view: SummaryView) -> list[Any]:
    if view.state != OPEN:
        return []
    number = view.shortlist_id
    return [
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
    ]
