"""A card: one creator before the approvers, with what speaks for and against."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from domain.creator import ProfileSnapshot
from domain.decision import REOPENED, EarlierDecision, reason_line
from domain.fit import Fit
from domain.part import PartName
from domain.partnership import Stage
from domain.places import country_name
from domain.shortlist import DECIDED, LONGEST_REASON, UNDECIDED, CardState
from domain.votes import Vote
from domain.wording import counted, listed
from views import creator_facts, elements, summary
from views.creator_facts import plain_handle
from views.elements import actions, button, context, day, escape, moment, section
from views.message import Blocks, Message

MOST_REASONS = 5
MOST_EARLIER = 3
MOST_CAUTIONS = 4
INTERNAL = frozenset({PartName.COST, PartName.RELATIONSHIP})
"""Parts of the fit whose evidence is no business of people from outside."""


@dataclass(frozen=True)
class Votes:
    """Names of people by what they say. earlier: with votes from before it was opened again."""

    approvals: tuple[str, ...] = ()
    maybes: tuple[str, ...] = ()
    rejections: tuple[str, ...] = ()
    awaited: tuple[str, ...] = ()
    earlier: tuple[tuple[str, Vote], ...] = ()


@dataclass(frozen=True)
class GivenReason:
    """Why somebody thinks so: their name, a category and one line."""

    name: str
    category: str
    text: str


@dataclass(frozen=True)
class CardView:
    """All that a card shows. Names are plain text as people wrote them.

    profile, fit: as the card was posted. partnership_id: of an approved card. today: for ages.
    outsiders: guests or people of other organisations may read it: then it says nothing of costs,
    of what speaks against, of why people think so, and of what the team knows of other work.
    cautions: what to know before they are asked, plain text; none where outsiders read.
    """

    card_id: int
    profile: ProfileSnapshot
    fit: Fit
    state: CardState
    brief: str
    asker: str
    quorum: int
    votes: Votes
    today: dt.date
    decided_by: tuple[str, ...] = ()
    decided_at: dt.datetime | None = None
    reasons: tuple[GivenReason, ...] = ()
    earlier: tuple[EarlierDecision, ...] = ()
    brief_changed: bool = False
    partnership_id: int | None = None
    cancelled: bool = False
    outsiders: bool = False
    cautions: tuple[str, ...] = ()
    asker_left: bool = False


def card(view: CardView) -> Message:
    """The card as it stands."""
    blocks: Blocks = [
        section(_who(view.profile)),
        section(_fit(view.fit, outsiders=view.outsiders)),
        section(f"*{_state(view)}*\n{_votes(view)}".rstrip()),
    ]
    if view.cautions and not view.outsiders:
        warned = [f"⚠️ {escape(one, 240)}" for one in view.cautions[:MOST_CAUTIONS]]
        blocks.insert(1, section("\n".join(warned)))
    small = [
        *(_reason(reason, view) for reason in view.reasons[-MOST_REASONS:]),
        *(
            f"Earlier: {escape(one.describe_in_full(view.today), 300)}"
            for one in (() if view.outsiders else view.earlier[:MOST_EARLIER])
        ),
        *(["The brief has changed since this card was posted."] if view.brief_changed else []),
    ]
    if small:
        blocks.append(context("\n".join(small)))
    blocks.extend(_buttons(view))
    return Message(text=_plain(view), blocks=blocks)


def not_counted(view: CardView, reason: str) -> Message:
    """Told once in private: why this person's vote doesn't count."""
    return Message(
        text=f"Your vote on {escape(plain_handle(view.profile))} was not counted. {reason} "
        "This goes for the whole shortlist; I say it once."
    )


def contradiction(view: CardView, sentence: str) -> Message:
    """Told once in private: ✅ and ❌ of one person count as 🤔."""
    return Message(text=f"{escape(plain_handle(view.profile))}: {sentence}")


def work_goes_on(
    view: CardView, partnership_id: int, stage: Stage, by: str, reason: str
) -> Message:
    """Asks the owner of a partnership what becomes of it, now that its card was reopened."""
    handle, number = plain_handle(view.profile), str(partnership_id)
    reopened = (
        f"{escape(by)} reopened the decision on {escape(handle)} for {escape(view.brief)}: "
        f"“{escape(reason)}”."
    )
    log = button(f"Log {handle}", f"log:{number}", number)
    if stage == Stage.DONE:
        said = f"{reopened} Your partnership is done and stays on the record as it is."
        return Message(text=said, blocks=[section(said), actions(log)])
    said = f"{reopened} {_under_way(stage)}, so the partnership stays until you say otherwise."
    keep = button(f"Keep working with {handle}", f"card_keep:{number}", number)
    if stage == Stage.LIVE:
        close = button(f"Mark {handle} as done", f"card_done:{number}", number)
    else:
        close = button(f"End it with {handle}", f"card_end:{number}", number, style="danger")
    return Message(text=said, blocks=[section(said), actions(keep, close, log)])


def _under_way(stage: Stage) -> str:
    if stage == Stage.APPROVED:
        return "Something was logged for it already"
    return f"Work on it has begun ({stage})"


def why_modal(
    card_id: int, profile: ProfileSnapshot, categories: list[str], *, outsiders: bool = False
) -> dict[str, Any]:
    """Asks why: a category, and one line. outsiders: may read the card, so it shows no reason."""
    where = "wherever your team finds this creator again"
    on_card = "The card says only that you gave a reason. The line shows"
    blocks = [
        elements.choice_field(
            "category", "What is it about?", [(each, each.capitalize()) for each in categories]
        ),
        elements.text_field(
            "reason",
            "In one line",
            optional=True,
            longest=LONGEST_REASON,
            hint=f"{on_card} {where}." if outsiders else f"It shows on the card, and {where}.",
        ),
    ]
    return elements.modal(
        f"Why? {plain_handle(profile)}",
        "card_why",
        blocks,
        submit="Save",
        private_metadata=str(card_id),
    )


def reopen_modal(card_id: int, profile: ProfileSnapshot) -> dict[str, Any]:
    """Asks for the line with which a decided card is reopened."""
    handle = plain_handle(profile)
    blocks = [
        elements.plain_section(
            f"Earlier votes on {handle} stay listed and count again only when given anew."
        ),
        elements.text_field("reason", "Why reopen it? In one line", longest=LONGEST_REASON),
    ]
    return elements.modal(
        f"Reopen {handle}", "card_reopen", blocks, submit="Reopen", private_metadata=str(card_id)
    )


def _who(profile: ProfileSnapshot) -> str:
    facts = [
        creator_facts.platform(profile),
        creator_facts.followers(profile),
        creator_facts.engagement(profile),
        *([country_name(profile.country)] if profile.country else []),
        f"figures of {day(profile.as_of)}" if profile.as_of else "date of the figures unknown",
    ]
    return f"{creator_facts.title(profile)}\n{' · '.join(facts)}"


def _fit(fit: Fit, *, outsiders: bool) -> str:
    lines = [fit_line(fit)]
    if outsiders:
        open_parts = Fit(parts=tuple(part for part in fit.parts if part.name not in INTERNAL))
        lines += [f"For: {escape(part.evidence)}" for part in open_parts.strongest_for()]
        return "\n".join(lines)
    lines += [f"For: {escape(part.evidence)}" for part in fit.strongest_for()]
    lines += [f"Against: {escape(part.evidence)}" for part in fit.strongest_against()]
    return "\n".join(lines)


def fit_line(fit: Fit) -> str:
    """ "*Fit 78* of 100 · 90 % known", in mrkdwn."""
    if fit.withheld:
        return creator_facts.fit(fit)
    if fit.shown is None:
        return "*Fit unknown* · nothing is known of what was asked"
    little = " · too little known" if fit.too_little_known else ""
    return f"*Fit {fit.shown}* of 100 · {fit.coverage * 100:.0f} % known{little}"


def _state(view: CardView) -> str:
    names = escape(listed(view.decided_by))
    when = f", {moment(view.decided_at, '{date_short}')}" if view.decided_at else ""
    if view.state == CardState.OPEN:
        return f"Open · {counted(view.quorum, 'approval')} needed"
    if view.state == CardState.SPLIT:
        return f"Split · {summary.decides_split(view.asker, asker_left=view.asker_left)}"
    if view.state == CardState.WITHDRAWN:
        return "Withdrawn · the shortlist was cancelled" if view.cancelled else "Withdrawn"
    sign = "✅ Approved" if view.state == CardState.APPROVED else "❌ Rejected"
    return f"{sign} by {names}{when}"


def _votes(view: CardView) -> str:
    votes = view.votes
    said = [
        f"{words}: {escape(', '.join(names))}"
        for words, names in (
            ("Approve", votes.approvals),
            ("Maybe", votes.maybes),
            ("Reject", votes.rejections),
            ("Waiting for", votes.awaited if view.state in UNDECIDED else ()),
        )
        if names
    ]
    if votes.earlier:
        earlier = ", ".join(f"{name} ({vote})" for name, vote in votes.earlier)
        anew = ", to be given anew" if view.state in UNDECIDED else ""
        said.append(f"Earlier votes{anew}: {escape(earlier)}")
        if view.state in UNDECIDED:
            said.append("To vote again press a button, or take your reaction away and add it again")
    return " · ".join(said)


def _reason(reason: GivenReason, view: CardView) -> str:
    if view.outsiders:
        did = "Reopened by {}" if reason.category == REOPENED else "{} gave a reason"
        return did.format(escape(reason.name))
    if reason.category == REOPENED:
        return f"Reopened by {escape(reason.name)}: {escape(reason.text)}"
    line = escape(reason_line(reason.category, reason.text))
    return f"{escape(reason.name)} says {line}" if reason.name else line


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
            actions(why, press("Withdraw", "withdraw", confirm=_withdraw_question(handle))),
        ]
        if view.state == CardState.SPLIT:
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
        return [actions(*log, why, press("Reopen", "reopen"))]
    return [actions(why)]


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
    said = _state(view).replace("✅ ", "").replace("❌ ", "")
    return f"{name} for {escape(view.brief)}: {fit}. {said}. {_votes(view)}".rstrip(". ") + "."
