"""Cards and summaries as they stand now, posted or redrawn from what is stored."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from domain import shortlist as rules
from domain.creator import ProfileSnapshot
from domain.decision import EarlierDecision
from domain.fit import Fit
from domain.roles import why_barred
from domain.shortlist import CardState
from domain.source_terms import fit_under_terms, under_terms
from domain.votes import SEEDS
from handlers import cautions, fit_facts
from storage import (
    approvals,
    brands,
    briefs,
    cards,
    creators,
    decisions,
    outbox,
    people,
    reasons,
    shortlists,
)
from storage.cards import number_of
from storage.models import Brief, Card, Reason, Shortlist
from storage.transaction import Transaction
from views import card as card_view
from views import summary as summary_view
from views.card import CardView, GivenReason, Votes
from views.creator_facts import plain_handle
from views.summary import SummaryLine, SummaryView

SOMEBODY = "somebody"


def card_key(card_id: int) -> str:
    """What a card's messages are about, and the key of the first of them."""
    return f"card:{card_id}"


def summary_key(shortlist_id: int) -> str:
    """What a summary's messages are about, and the key of the first of them."""
    return f"summary:{shortlist_id}"


def post_card(tx: Transaction, card: Card, shortlist: Shortlist) -> None:
    """Post a card for the first time, in the summary's thread or in the channel."""
    key = card_key(number_of(card))
    thread = summary_key(shortlists.number_of(shortlist)) if shortlist.in_thread else None
    message = card_view.card(view_of(tx, card, shortlist)).payload()
    outbox.post(tx, key, shortlist.channel_id, message, about=key, reply_to=thread)


def seed_card(tx: Transaction, card: Card, shortlist: Shortlist) -> None:
    """Put the vote reactions on a card, behind all that is posted; without the scope none come."""
    key = card_key(number_of(card))
    for emoji in SEEDS:
        outbox.call(
            tx, f"seed:{key}:{emoji}", "reactions.add", f"{shortlist.channel_id}:seeds",
            {"name": emoji}, changes=key,
        )  # fmt: skip


def redraw_card(tx: Transaction, card: Card, shortlist: Shortlist) -> None:
    """Edit the card's newest message."""
    message = card_view.card(view_of(tx, card, shortlist)).payload()
    _edit_newest(tx, card_key(number_of(card)), message)


def redraw_cards(tx: Transaction, changed: Iterable[Card]) -> None:
    """Edit the newest message of cards of any shortlist."""
    for card in changed:
        shortlist = shortlists.get(tx, card.shortlist_id)
        if shortlist is not None:
            redraw_card(tx, card, shortlist)


def post_card_again(tx: Transaction, card: Card, shortlist: Shortlist) -> None:
    """Post a card anew, under a key of its own: from now on this message is edited."""
    about = card_key(number_of(card))
    key = f"{about}:{len(outbox.posted_about(tx, about)) + 1}"
    root = newest_key(tx, summary_key(card.shortlist_id)) if shortlist.in_thread else None
    message = card_view.card(view_of(tx, card, shortlist)).payload()
    outbox.post(tx, key, shortlist.channel_id, message, about=about, reply_to=root)


def post_summary_again(tx: Transaction, shortlist: Shortlist) -> None:
    """Post the summary anew; the approvers are mentioned, for they have to find it."""
    about = summary_key(shortlists.number_of(shortlist))
    key = f"{about}:{len(outbox.posted_about(tx, about)) + 1}"
    message = summary_view.summary(summary_of(tx, shortlist, mention=True)).payload()
    outbox.post(tx, key, shortlist.channel_id, message, about=about)


def post_summary(tx: Transaction, shortlist: Shortlist) -> None:
    """Post the summary, which mentions the approvers."""
    key = summary_key(shortlists.number_of(shortlist))
    message = summary_view.summary(summary_of(tx, shortlist, mention=True)).payload()
    outbox.post(tx, key, shortlist.channel_id, message, about=key)


def redraw_summary(tx: Transaction, shortlist: Shortlist) -> None:
    """Edit the summary's newest message; nobody is notified."""
    message = summary_view.summary(summary_of(tx, shortlist)).payload()
    _edit_newest(tx, summary_key(shortlists.number_of(shortlist)), message)


def say_all_decided(tx: Transaction, shortlist: Shortlist) -> None:
    """Say once that the whole shortlist is decided; later changes edit that message."""
    number = shortlists.number_of(shortlist)
    message = summary_view.all_decided(summary_of(tx, shortlist)).payload()
    key = f"decided:{number}"
    root = newest_key(tx, summary_key(number))
    if not outbox.post(tx, key, shortlist.channel_id, message, reply_to=root):
        outbox.update_posted(tx, key, message)


def correct_all_decided(tx: Transaction, shortlist: Shortlist) -> None:
    """A card was reopened after the whole shortlist was said to be decided."""
    message = summary_view.all_decided(summary_of(tx, shortlist)).payload()
    outbox.update_posted(tx, f"decided:{shortlists.number_of(shortlist)}", message)


def link_to_summary(tx: Transaction, workspace_url: str, shortlist: Shortlist) -> str | None:
    """The address of the summary in Slack; None while it, or the workspace's, is not known."""
    posted = outbox.posted_about(tx, summary_key(shortlists.number_of(shortlist)))
    if not posted or not posted[-1].ts or not workspace_url:
        return None
    stamp = posted[-1].ts.replace(".", "")
    return f"{workspace_url.rstrip('/')}/archives/{posted[-1].channel_id}/p{stamp}"


def view_of(tx: Transaction, card: Card, shortlist: Shortlist) -> CardView:
    """A card with all that it shows, seen with the eyes of everybody in its channel."""
    known = cards.rules_of(tx, [card], shortlist)[number_of(card)]
    given = reasons.of_cards(tx, [number_of(card)])[number_of(card)]
    brief = briefs.get(tx, shortlist.brief_id) if shortlist.brief_id else None
    outsiders = may_be_read_outside(shortlist)
    partnership = (
        approvals.of_card(tx, number_of(card)) if card.state == CardState.APPROVED else None
    )
    asker = people.by_id(tx, shortlist.asker_id)
    names = _names(tx, [known])
    return CardView(
        card_id=number_of(card),
        profile=under_terms(ProfileSnapshot.model_validate(card.profile), tx.underived),
        fit=fit_under_terms(Fit.model_validate(card.fit), tx.underived),
        state=CardState(card.state),
        brief=brief.name if brief else shortlist.name,
        asker=asker.name or SOMEBODY,
        asker_left=known.asker_left,
        quorum=shortlist.quorum,
        votes=_votes(known, names),
        today=tx.now.astimezone(ZoneInfo(asker.timezone)).date(),
        decided_by=tuple(names.get(one, SOMEBODY) for one in card.decided_by),
        decided_at=card.decided_at,
        reasons=_reasons(tx, given),
        earlier=() if outsiders else _earlier(tx, card, shortlist),
        brief_changed=brief is not None and brief.version != card.brief_version,
        partnership_id=partnership.id if partnership else None,
        cancelled=shortlist.state == shortlists.CANCELLED,
        outsiders=outsiders,
        cautions=() if outsiders else _cautions(tx, card, shortlist, brief),
    )


def summary_of(tx: Transaction, shortlist: Shortlist, *, mention: bool = False) -> SummaryView:
    """A shortlist with all that its summary shows."""
    rows = cards.of_shortlist(tx, shortlists.number_of(shortlist))
    known = cards.rules_of(tx, rows, shortlist)
    names = _names(tx, known.values())
    brief = briefs.get(tx, shortlist.brief_id) if shortlist.brief_id else None
    named = shortlists.approvers(tx, shortlists.number_of(shortlist))
    asker = people.by_id(tx, shortlist.asker_id)
    return SummaryView(
        shortlist_id=shortlists.number_of(shortlist),
        brief=brief.name if brief else shortlist.name,
        asker=asker.name or SOMEBODY,
        asker_left=why_barred(asker) is not None,
        quorum=shortlist.quorum,
        approvers=tuple((person.slack_user_id, person.name or SOMEBODY) for person in named),
        lines=tuple(_line(row, known[number_of(row)], names) for row in rows),
        state=shortlist.state,
        in_thread=shortlist.in_thread,
        mention=mention,
        outsiders=may_be_read_outside(shortlist),
    )


def may_be_read_outside(shortlist: Shortlist) -> bool:
    """Whether guests or people of other organisations read it, or may."""
    return shortlist.has_outsiders is not False


def _earlier(tx: Transaction, card: Card, shortlist: Shortlist) -> tuple[EarlierDecision, ...]:
    limited_to_others = brands.hidden_from(tx, None) - {shortlist.brand_id}
    found = decisions.about(tx, [card.creator_id], limited_to_others, number_of(card))
    return tuple(found.get(card.creator_id, ()))


def _cautions(
    tx: Transaction, card: Card, shortlist: Shortlist, brief: Brief | None
) -> tuple[str, ...]:
    """What everybody in the channel should know before the creator is asked."""
    hidden = brands.hidden_from(tx, None) - {shortlist.brand_id}
    asker = people.by_id(tx, shortlist.asker_id)
    today = tx.now.astimezone(ZoneInfo(asker.timezone)).date()
    plan = cautions.plan_of(tx, fit_facts.brief_criteria(brief, hidden))
    creator_id = creators.current_id(tx, card.creator_id)
    known = cautions.of_creators(tx, [creator_id], [creator_id], plan, hidden, today)
    elsewhere = decisions.in_use_elsewhere(tx, [creator_id], hidden)
    said = known.get(creator_id, cautions.NONE).said
    return (*said, *(["In use elsewhere"] if elsewhere else []))


def _line(card: Card, known: rules.Card, names: dict[str, str]) -> SummaryLine:
    votes = known.votes
    profile = ProfileSnapshot.model_validate(card.profile)
    return SummaryLine(
        handle=plain_handle(profile),
        state=known.state,
        approvals=len(votes.approvals),
        maybes=len(votes.maybes),
        rejections=len(votes.rejections),
        awaited=_named(votes.awaited, names) if known.state in rules.UNDECIDED else (),
        decided_by=_named(known.decided_by, names),
    )


def _votes(known: rules.Card, names: dict[str, str]) -> Votes:
    votes = known.votes
    return Votes(
        approvals=_named(votes.approvals, names),
        maybes=_named(votes.maybes, names),
        rejections=_named(votes.rejections, names),
        awaited=_named(votes.awaited, names),
        earlier=tuple((names.get(one, SOMEBODY), vote) for one, vote in known.earlier_votes),
    )


def _reasons(tx: Transaction, given: Sequence[Reason]) -> tuple[GivenReason, ...]:
    people_by_id = people.by_ids(tx, {one.person_id for one in given if one.person_id})
    return tuple(
        GivenReason(
            people_by_id[one.person_id].name if one.person_id in people_by_id else SOMEBODY,
            one.category,
            one.text,
        )
        for one in given
    )


def _names(tx: Transaction, known: Iterable[rules.Card]) -> dict[str, str]:
    """Names by Slack id of all who have a part in these cards."""
    wanted = {
        slack_id for one in known for slack_id in (*one.approvers, *one.ballots, *one.decided_by)
    }
    return people.names(tx, wanted)


def _named(slack_ids: Iterable[str], names: dict[str, str]) -> tuple[str, ...]:
    return tuple(names.get(one) or SOMEBODY for one in slack_ids)


def _edit_newest(tx: Transaction, about: str, message: dict[str, object]) -> None:
    key = newest_key(tx, about)
    if key is not None:
        outbox.update_posted(tx, key, message)


def newest_key(tx: Transaction, about: str) -> str | None:
    """The key of the newest message that shows this."""
    posted = outbox.posted_about(tx, about)
    return posted[-1].message_key if posted else None
