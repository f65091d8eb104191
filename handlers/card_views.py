"""What cards and summaries show, from what is stored, with the eyes of everybody in a channel."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from domain import shortlist as rules
from domain.client_review import Step, step_of
from domain.creator import ProfileSnapshot
from domain.decision import REOPENED, EarlierDecision, recalled
from domain.fit import Fit
from domain.forecast_words import expected_words
from domain.roles import why_barred
from domain.shortlist import UNDECIDED, CardState
from domain.source_terms import fit_under_terms, under_terms
from handlers import cautions, fit_facts
from storage import (
    approvals,
    brands,
    briefs,
    cards,
    creators,
    decisions,
    forecasts,
    people,
    reasons,
    shortlists,
)
from storage.cards import number_of
from storage.models import Brief, Card, Person, Reason, Shortlist
from storage.transaction import Transaction
from views.card import client_line
from views.card_view import CardView, ClientsDecision, GivenReason, Votes
from views.creator_facts import plain_handle
from views.summary import SummaryLine, SummaryView

SOMEBODY = "somebody"


def view_of(tx: Transaction, card: Card, shortlist: Shortlist) -> CardView:
    """A team's card with all that it shows, or what is the same on a client's."""
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
        today=_today_of(tx, asker),
        decided_by=tuple(names.get(one, SOMEBODY) for one in card.decided_by),
        decided_at=card.decided_at,
        on_behalf_of=card.on_behalf_of,
        reasons=given_reasons(tx, given, card, shortlist),
        earlier=() if outsiders else earlier(tx, card, shortlist),
        brief_changed=brief is not None and brief.version != card.brief_version,
        partnership_id=partnership.id if partnership else None,
        cancelled=shortlist.state == shortlists.CANCELLED,
        outsiders=outsiders,
        cautions=() if outsiders else cautions_of(tx, card, shortlist, brief, asker),
        client=_client(tx, card, shortlist),
        expected=expected(tx, card, outsiders=outsiders),
    )


def expected(tx: Transaction, card: Card, *, outsiders: bool) -> str:
    """What was forecast; people from outside are not told that nothing could be."""
    kept = forecasts.of_cards(tx, [number_of(card)]).get(number_of(card))
    if kept is None or (outsiders and kept.forecast.is_empty):
        return ""
    return expected_words(kept.forecast)


def summary_of(tx: Transaction, shortlist: Shortlist, *, mention: bool = False) -> SummaryView:
    """A shortlist with all that its summary shows."""
    number = shortlists.number_of(shortlist)
    rows = cards.of_shortlist(tx, number)
    known = cards.rules_of(tx, rows, shortlist)
    names = _names(tx, known.values())
    brief = briefs.get(tx, shortlist.brief_id) if shortlist.brief_id else None
    named = shortlists.approvers(tx, number)
    asker = people.by_id(tx, shortlist.asker_id)
    outsiders = may_be_read_outside(shortlist)
    view = SummaryView(
        shortlist_id=number,
        brief=brief.name if brief else shortlist.name,
        asker=asker.name or SOMEBODY,
        asker_left=why_barred(asker) is not None,
        quorum=shortlist.quorum,
        approvers=tuple((person.slack_user_id, person.name or SOMEBODY) for person in named),
        lines=tuple(_line(row, known[number_of(row)], names) for row in rows),
        state=shortlist.state,
        in_thread=shortlist.in_thread,
        mention=mention,
        outsiders=outsiders,
        for_client=shortlist.kind == shortlists.CLIENT,
    )
    return _with_clients_step(tx, view, rows, shortlist) if shortlist.asks_client else view


def with_reasons(tx: Transaction, view: SummaryView, shortlist: Shortlist) -> SummaryView:
    """A summary of a client's list with why its people decided so."""
    rows = cards.of_shortlist(tx, shortlists.number_of(shortlist))
    given = reasons.of_cards(tx, [number_of(row) for row in rows])
    lines = [
        replace(
            line,
            reasons=tuple(
                (one.name, recalled(one.category, one.text))
                for one in given_reasons(tx, given[number_of(row)], row, shortlist)
                if one.category != REOPENED
            ),
        )
        for line, row in zip(view.lines, rows, strict=True)
    ]
    return replace(view, lines=tuple(lines))


def may_be_read_outside(shortlist: Shortlist) -> bool:
    """Whether guests or people of other organisations read it, or may."""
    return shortlist.kind == shortlists.CLIENT or shortlist.has_outsiders is not False


def given_reasons(
    tx: Transaction, given: Sequence[Reason], card: Card, shortlist: Shortlist
) -> tuple[GivenReason, ...]:
    """Why people think so; what the client's own people said on their card is open to them."""
    if not given:
        return ()
    known = people.by_ids(tx, {one.person_id for one in given if one.person_id})
    clients = {
        person.id
        for person in shortlists.approvers(tx, shortlists.number_of(shortlist))
        if shortlist.kind == shortlists.CLIENT
    }
    recorded = {person.id for person in known.values() if person.slack_user_id in card.decided_by}
    said = []
    for one in given:
        name = known[one.person_id].name if one.person_id in known else SOMEBODY
        theirs = one.person_id in clients
        if card.on_behalf_of and one.person_id in recorded and one.category != REOPENED:
            name, theirs = f"{card.on_behalf_of} (recorded by {name})", True
        said.append(GivenReason(name, one.category, one.text, is_open=theirs))
    return tuple(said)


def earlier(tx: Transaction, card: Card, shortlist: Shortlist) -> tuple[EarlierDecision, ...]:
    """What was decided about the creator before."""
    limited_to_others = brands.hidden_from(tx, None) - {shortlist.brand_id}
    found = decisions.about(tx, [card.creator_id], limited_to_others, number_of(card))
    if not found:
        return ()
    client = cards.of_client(tx, [number_of(card)]).get(number_of(card))
    own = {card.first_id, client.id if client else None}
    return tuple(one for one in found.get(card.creator_id, ()) if one.card_id not in own)


def cautions_of(
    tx: Transaction, card: Card, shortlist: Shortlist, brief: Brief | None, asker: Person
) -> tuple[str, ...]:
    """What everybody in the channel should know before the creator is asked.

    asker: whoever asked for the shortlist.
    """
    hidden = brands.hidden_from(tx, None) - {shortlist.brand_id}
    plan = cautions.plan_of(tx, fit_facts.brief_criteria(brief, hidden))
    creator_id = creators.current_id(tx, card.creator_id)
    known = cautions.of_creators(tx, [creator_id], [creator_id], plan, hidden, _today_of(tx, asker))
    elsewhere = decisions.in_use_elsewhere(tx, [creator_id], hidden)
    said = known.get(creator_id, cautions.NONE).said
    return (*said, *(["In use elsewhere"] if elsewhere else []))


def _today_of(tx: Transaction, person: Person) -> dt.date:
    return tx.now.astimezone(ZoneInfo(person.timezone)).date()


def _client(tx: Transaction, card: Card, shortlist: Shortlist) -> ClientsDecision | None:
    """What the client says of a creator whom the team approved, for the team's card."""
    if not shortlist.asks_client or card.state != CardState.APPROVED:
        return None
    number = shortlists.number_of(shortlist)
    theirs = cards.of_client(tx, [number_of(card)]).get(number_of(card))
    asked = shortlists.of_client(tx, number)
    if theirs is None or asked is None:
        return ClientsDecision(number)
    known = cards.rules_of(tx, [theirs], asked)[number_of(theirs)]
    names = _names(tx, [known])
    given = reasons.of_cards(tx, [number_of(theirs)])[number_of(theirs)]
    return ClientsDecision(
        shortlist_id=number,
        state=known.state,
        awaited=_named(known.votes.awaited, names) if known.state in UNDECIDED else (),
        decided_by=_named(known.decided_by, names),
        decided_at=theirs.decided_at,
        on_behalf_of=theirs.on_behalf_of,
        reasons=given_reasons(tx, given, theirs, asked),
    )


def _with_clients_step(
    tx: Transaction, view: SummaryView, rows: Sequence[Card], shortlist: Shortlist
) -> SummaryView:
    theirs = cards.of_client(tx, [number_of(row) for row in rows])
    asked = shortlists.of_client(tx, view.shortlist_id)
    states = [
        CardState(theirs[number].state) if (number := number_of(row)) in theirs else None
        for row in rows
    ]
    steps = [step_of(CardState(row.state), state) for row, state in zip(rows, states, strict=True)]
    lines = []
    for line, row in zip(view.lines, rows, strict=True):
        said = _client(tx, row, shortlist)
        words = client_line(said).replace("*Client:*", "client:") if said else ""
        lines.append(replace(line, client=words))
    return replace(
        view,
        lines=tuple(lines),
        asks_client=True,
        to_send=steps.count(Step.TO_SEND),
        client_number=shortlists.number_of(asked) if asked else 0,
        client_waits=Step.WITH_CLIENT in steps,
    )


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
        on_behalf_of=known.on_behalf_of,
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


def _names(tx: Transaction, known: Iterable[rules.Card]) -> dict[str, str]:
    """Names by Slack id of all who have a part in these cards."""
    wanted = {
        slack_id for one in known for slack_id in (*one.approvers, *one.ballots, *one.decided_by)
    }
    return people.names(tx, wanted)


def _named(slack_ids: Iterable[str], names: dict[str, str]) -> tuple[str, ...]:
    return tuple(names.get(one) or SOMEBODY for one in slack_ids)
