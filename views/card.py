"""A card: one creator before the approvers, with what speaks for and against."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from domain.client_review import Tick
from domain.creator import ProfileSnapshot
from domain.decision import REOPENED, reason_line
from domain.fit import Fit
from domain.part import PartName
from domain.places import country_name
from domain.shortlist import DECIDED, UNDECIDED, CardState
from domain.wording import counted, listed, named
from views import creator_facts, elements, summary
from views.card_view import CardView, ClientsDecision, ForClient, GivenReason
from views.creator_facts import plain_handle
from views.elements import actions, button, context, day, escape, moment, section
from views.message import Blocks, Message

MOST_NAMED = 5
MOST_REASONS = 5
MOST_EARLIER = 3
MOST_CAUTIONS = 4
_INTERNAL = {PartName.COST: Tick.COST, PartName.RELATIONSHIP: Tick.OTHER_BRANDS}
"""Parts of the fit whose evidence is no business of people from outside, unless it is ticked."""


def card(view: CardView) -> Message:
    """The card as it stands."""
    blocks: Blocks = [
        section(_who(view.profile)),
        section(_fit(view)),
        section(f"*{state_line(view)}*\n{votes_line(view)}".rstrip()),
    ]
    if view.cautions and view.may_say(Tick.OTHER_BRANDS):
        warned = [f"⚠️ {escape(one, 240)}" for one in view.cautions[:MOST_CAUTIONS]]
        blocks.insert(1, section("\n".join(warned)))
    if view.client is not None:
        blocks.append(section(client_line(view.client)))
    small = [*told(view), *reason_lines(view)]
    if view.brief_changed and view.for_client is None:
        small.append("The brief has changed since this card was posted.")
    if small:
        blocks.append(context("\n".join(small)))
    blocks.extend(_buttons(view))
    return Message(text=_plain(view), blocks=blocks)


def _expected(view: CardView) -> list[str]:
    said = escape(view.expected, 200)
    return [said[:1].upper() + said[1:]] if said else []


def speaks(view: CardView) -> tuple[list[str], list[str]]:
    """What speaks for a creator and against, plain text, as far as the readers may know it."""
    kept = tuple(
        part
        for part in view.fit.parts
        if part.name not in _INTERNAL or view.may_say(_INTERNAL[part.name])
    )
    fit = view.fit if len(kept) == len(view.fit.parts) else Fit(parts=kept)
    against = fit.strongest_against() if view.may_say(Tick.WEAKNESSES) else ()
    return [part.evidence for part in fit.strongest_for()], [part.evidence for part in against]


def _fit(view: CardView) -> str:
    strong, weak = speaks(view)
    said = [f"For: {escape(one)}" for one in strong] + [f"Against: {escape(one)}" for one in weak]
    return "\n".join([fit_line(view.fit), *_expected(view), *said])


def told(view: CardView) -> list[str]:
    """What was ticked for a client, and earlier decisions, in mrkdwn."""
    shown = view.for_client or ForClient()
    said = [f"Fee: {escape(shown.fee, 60)}"] if shown.fee else []
    if shown.contact:
        said.append(f"Contact: {escape(shown.contact, 120)}")
    if shown.approved_by:
        said.append(f"Approved in the team by {escape(listed(shown.approved_by), 200)}")
    said += [f"Team: {_reason(one)}" for one in shown.team_reasons[-MOST_REASONS:]]
    if view.may_say(Tick.OTHER_BRANDS):
        earlier = view.earlier[:MOST_EARLIER]
        said += [f"Earlier: {escape(one.describe_in_full(view.today), 300)}" for one in earlier]
    return said


def client_line(client: ClientsDecision) -> str:
    """Where the client's step stands, in mrkdwn."""
    if client.state is None or client.state == CardState.WITHDRAWN:
        return "*Client:* not asked yet"
    if client.state == CardState.OPEN:
        names = escape(named(client.awaited, MOST_NAMED))
        return (
            f"*Client:* asked, waiting for {names}" if names else "*Client:* asked, no answer yet"
        )
    if client.state == CardState.SPLIT:
        return "*Client:* their votes are split"
    sign = "✅ approved" if client.state == CardState.APPROVED else "❌ rejected"
    when = f", {moment(client.decided_at, '{date_short}')}" if client.decided_at else ""
    return f"*Client:* {sign} by {_deciders(client.decided_by, client.on_behalf_of)}{when}"


def _deciders(names: Sequence[str], on_behalf_of: str) -> str:
    """ "Ana and Ben", or "Jane Doe (recorded by Ana)", in mrkdwn."""
    said = escape(listed(names))
    return f"{escape(on_behalf_of, 60)} (recorded by {said})" if on_behalf_of else said


def _who(profile: ProfileSnapshot) -> str:
    facts = [
        creator_facts.platform(profile),
        creator_facts.followers(profile),
        creator_facts.engagement(profile),
        *([country_name(profile.country)] if profile.country else []),
        f"figures of {day(profile.as_of)}" if profile.as_of else "date of the figures unknown",
    ]
    return f"{creator_facts.title(profile)}\n{' · '.join(facts)}"


def fit_line(fit: Fit) -> str:
    """ "*Fit 78* of 100 · 90 % known", in mrkdwn."""
    if fit.withheld:
        return creator_facts.fit(fit)
    if fit.shown is None:
        return "*Fit unknown* · nothing is known of what was asked"
    little = " · too little known" if fit.too_little_known else ""
    return f"*Fit {fit.shown}* of 100 · {fit.coverage * 100:.0f} % known{little}"


def state_line(view: CardView) -> str:
    """Where a card stands, in mrkdwn: "✅ Approved by Ana, 3 March"."""
    by = "" if view.hides_votes else f" by {_deciders(view.decided_by, view.on_behalf_of)}"
    when = f", {moment(view.decided_at, '{date_short}')}" if view.decided_at else ""
    if view.state == CardState.OPEN:
        return f"Open · {counted(view.quorum, 'approval')} needed"
    if view.state == CardState.SPLIT:
        split = "Open" if view.hides_votes else "Split"
        return f"{split} · {summary.decides_split(view.asker, asker_left=view.asker_left)}"
    if view.state == CardState.WITHDRAWN:
        return "Withdrawn · the shortlist was cancelled" if view.cancelled else "Withdrawn"
    sign = "✅ Approved" if view.state == CardState.APPROVED else "❌ Rejected"
    return f"{sign}{by}{when}"


def kept_back(view: CardView) -> str:
    """How the team votes, for its people, where the card itself does not tell; "" = it does."""
    if not view.hides_votes:
        return ""
    whole = replace(view, outsiders=False)
    return f"*{state_line(whole)}*\n{votes_line(whole)}".rstrip()


def votes_line(view: CardView) -> str:
    """Who says what and who is awaited, in mrkdwn."""
    votes = view.votes
    said = [
        f"{words}: {escape(', '.join(names))}"
        for words, names in (
            ("Approve", votes.approvals),
            ("Maybe", votes.maybes),
            ("Reject", votes.rejections),
            ("Waiting for", votes.awaited if view.state in UNDECIDED else ()),
        )
        if names and (words == "Waiting for" or not view.hides_votes)
    ]
    if votes.earlier and not view.hides_votes:
        earlier = ", ".join(f"{name} ({vote})" for name, vote in votes.earlier)
        anew = ", to be given anew" if view.state in UNDECIDED else ""
        said.append(f"Earlier votes{anew}: {escape(earlier)}")
        if view.state in UNDECIDED:
            said.append("To vote again press a button, or take your reaction away and add it again")
    return " · ".join(said)


def reason_lines(view: CardView) -> list[str]:
    """The last reasons; where outsiders read, only that there are some, but for their own."""
    said = [
        _reason(one) if one.is_open or not view.outsiders else _that_there_is(one)
        for one in view.reasons[-MOST_REASONS:]
    ]
    given = view.client.reasons[-MOST_REASONS:] if view.client else ()
    return said + [
        f"Client: {_that_there_is(one) if view.outsiders else _reason(one)}" for one in given
    ]


def _reason(reason: GivenReason) -> str:
    if reason.category == REOPENED:
        return f"Reopened by {escape(reason.name)}: {escape(reason.text)}"
    line = escape(reason_line(reason.category, reason.text))
    return f"{escape(reason.name)} says {line}" if reason.name else line


def _that_there_is(reason: GivenReason) -> str:
    did = "Reopened by {}" if reason.category == REOPENED else "{} gave a reason"
    return did.format(escape(reason.name))


def _buttons(view: CardView) -> Blocks:
    handle, number = plain_handle(view.profile), view.card_id

    def press(words: str, act: str, **more: Any) -> Any:
        return button(f"{words} {handle}", f"card_{act}:{number}", str(number), **more)

    why = press("Why?", "why")
    if view.state in UNDECIDED:
        rows = [
            actions(
                press("Approve", "approve", style="primary"),
                press("Maybe", "maybe"),
                press("Reject", "reject"),
            ),
            actions(
                why,
                *(
                    []
                    if view.for_client
                    else [press("Withdraw", "withdraw", confirm=_withdraw_question(handle))]
                ),
            ),
        ]
        if view.state == CardState.SPLIT and view.for_client is None:
            decide = actions(
                press("Decide: approve", "settle_approve", style="primary"),
                press("Decide: reject", "settle_reject"),
            )
            rows.insert(0, decide)
        return rows
    if view.state in DECIDED:
        log = []
        if view.partnership_id is not None:
            partnership = view.partnership_id
            log = [button(f"Log {handle}", f"log:{partnership}", str(partnership))]
        ask = _client_buttons(view) if view.client is not None else []
        return [actions(*log, *ask, why, press("Reopen", "reopen"))]
    return [actions(why)]


def _client_buttons(view: CardView) -> list[Any]:
    """Ask the client, or write down what they answered, once the team approved."""
    client, handle = view.client, plain_handle(view.profile)
    if client is None or view.state != CardState.APPROVED:
        return []
    number = str(client.shortlist_id)
    if client.state in (None, CardState.WITHDRAWN):
        return [button("Ask the client", f"client_send:{number}", number, style="primary")]
    if client.state in UNDECIDED:
        label = f"Record the client’s answer on {handle}"
        return [button("Client’s answer", f"client_answer:{number}", number, label=label)]
    return []


def _withdraw_question(handle: str) -> Any:
    return elements.confirm(
        f"Withdraw {handle}?",
        f"{handle} leaves this shortlist undecided. You can shortlist them again.",
        "Withdraw",
    )


def _plain(view: CardView) -> str:
    """The card in one line, for notifications and screen readers."""
    fit = creator_facts.plain_fit(view.fit)
    who = escape(view.profile.display_name or "", 80)
    name = (
        f"{who} ({escape(plain_handle(view.profile))})"
        if who
        else escape(plain_handle(view.profile))
    )
    said = state_line(view).replace("✅ ", "").replace("❌ ", "")
    return f"{name} for {escape(view.brief)}: {fit}. {said}. {votes_line(view)}".rstrip(". ") + "."
