"""Asks the client about creators whom the team approved: a preview first, then their cards."""

import json
from collections.abc import Sequence
from typing import Any

from domain import shortlist as rules
from domain.client_review import ClientReview, Step, Tick, step_of
from domain.shortlist import CardState
from handlers import access, channels, client_cards, client_files, drawing, posting
from handlers import people as people_handler
from handlers.answer import Answer, Refused
from handlers.cards import GONE, require_asker_or_manager, row_number
from handlers.context import Context
from handlers.features import Feature
from handlers.payloads import Action, Submission
from storage import audit, briefs, cards, people, shortlists
from storage.cards import number_of
from storage.models import Brief, Card, Person, Shortlist
from storage.transaction import Transaction
from views import client as view

NOTHING_TO_SEND = (
    "There is nobody to ask the client about: creators whom the team approved, and who were not "
    "put before the client yet, can be."
)
CHANGED = "What the client may see or who decides was changed meanwhile. Please look again."


def ask(action: Action, context: Context) -> None:
    """Open the preview of what the client would read."""
    with context.reading() as tx:
        person = access.require_member(tx, context)
        first = _first(tx, person, shortlists.get(tx, row_number(action.value)))
        form = _form(tx, first)
    context.open_modal(action.trigger_id, form)


def submit(submission: Submission, context: Context) -> Answer:
    """Put the chosen creators before the client, as they were shown."""
    kept = json.loads(submission.metadata or "{}")
    review = ClientReview.model_validate(kept.get("review") or {})
    chosen = {row_number(one) for one in submission.chosen("creators")} or set(kept["cards"])
    if review.channel:
        people_handler.learn_now(context, review.approvers)
        problem = channels.why_not(review.channel, context)
        if problem:
            return _again(kept, context, problem)
    with context.writing() as tx:
        person = access.require_member(tx, context)
        first = _first(tx, person, shortlists.lock(tx, row_number(str(kept["shortlist"]))))
        if _review(tx, first) != review:
            return Answer(view=_form(tx, first, CHANGED))
        if review.channel:
            why = posting.why_not_approvers(tx, review.approvers, as_client=True)
            if why:
                return Answer(view=_form(tx, first, why))
        wanted = [card for card in _ready(tx, first) if number_of(card) in chosen]
        if not wanted:
            raise Refused(NOTHING_TO_SEND)
        asked = _list(tx, first, review)
        _put_before(tx, wanted, asked)
        audit.record(
            tx, "ask client", "shortlist", shortlists.number_of(first),
            after={"cards": [number_of(card) for card in wanted], **review.model_dump(mode="json")},
        )  # fmt: skip
        if not review.channel:
            client_files.order(tx, asked, person, submission.text("file") or "html")
        for card in wanted:
            drawing.redraw_card(tx, card)
        drawing.redraw_summary(tx, first)
        drawing.correct_all_decided(tx, first)
        return context.settle(tx, Answer(view=view.sent(len(wanted), review.channel)))


def _again(kept: dict[str, Any], context: Context, problem: str) -> Answer:
    with context.reading() as tx:
        person = access.require_member(tx, context)
        first = _first(tx, person, shortlists.get(tx, row_number(str(kept["shortlist"]))))
        return Answer(view=_form(tx, first, problem))


def _first(tx: Transaction, person: Person, found: Shortlist | None) -> Shortlist:
    """The team's shortlist, for its asker and managers who see its brand."""
    if found is None or not found.asks_client:
        raise Refused(GONE)
    if not access.may_see_brand(tx, person, found.brand_id):
        raise Refused(GONE)
    require_asker_or_manager(tx, person, found)
    return found


def _form(tx: Transaction, first: Shortlist, problem: str = "") -> dict[str, Any]:
    ready, review = _ready(tx, first), _review(tx, first)
    if not ready:
        raise Refused(NOTHING_TO_SEND)
    kept = {
        "shortlist": shortlists.number_of(first),
        "cards": [number_of(card) for card in ready],
        "review": review.model_dump(mode="json"),
    }
    shown = client_cards.preview(tx, ready, first, review)
    return view.send_form(_title(tx, first), shown, review, json.dumps(kept), problem)


def _ready(tx: Transaction, first: Shortlist) -> list[Card]:
    """The team's cards that the client was not asked about yet, or no longer is."""
    rows = cards.of_shortlist(tx, shortlists.number_of(first))
    theirs = cards.of_client(tx, [number_of(row) for row in rows])
    return [
        row
        for row in rows
        if step_of(
            CardState(row.state),
            CardState(theirs[number_of(row)].state) if number_of(row) in theirs else None,
        )
        is Step.TO_SEND
    ]


def _review(tx: Transaction, first: Shortlist) -> ClientReview:
    """How the client is asked: as the list is that they have already, else as the brief says."""
    asked = shortlists.of_client(tx, shortlists.number_of(first))
    if asked is None:
        brief = _brief(tx, first)
        return (briefs.content(brief).client if brief else None) or ClientReview()
    named = shortlists.approvers(tx, shortlists.number_of(asked))
    return ClientReview(
        channel=asked.channel_id,
        approvers=tuple(sorted(one.slack_user_id for one in named)),
        quorum=asked.quorum,
        sees=tuple(Tick(one) for one in asked.sees or ()),
    )


def _list(tx: Transaction, first: Shortlist, review: ClientReview) -> Shortlist:
    """The client's list, made where there is none, open again where it was decided."""
    asked = shortlists.of_client(tx, shortlists.number_of(first))
    if asked is not None:
        asked.state, asked.decided_at = shortlists.OPEN, None
        tx.session.add(asked)
        tx.session.flush()
        return asked
    named = [people.get(tx, slack_id) for slack_id in review.approvers]
    for person in named:
        access.ask_slack(tx, person)
    return shortlists.create(
        tx,
        Shortlist(
            workspace_id=tx.workspace_id,
            brief_id=first.brief_id,
            brand_id=first.brand_id,
            brief_version=first.brief_version,
            name=f"{_title(tx, first)} (client)",
            channel_id=review.channel,
            has_outsiders=True,
            in_thread=True,
            quorum=review.quorum,
            asker_id=first.asker_id,
            kind=shortlists.CLIENT,
            first_id=first.id,
            sees=[tick.value for tick in review.sees],
            created_at=tx.now,
        ),
        [person.id for person in named if person.id is not None],
    )


def _put_before(tx: Transaction, team: Sequence[Card], asked: Shortlist) -> None:
    known = cards.of_client(tx, [number_of(card) for card in team])
    is_new = not cards.of_shortlist(tx, shortlists.number_of(asked))
    back = [known[number_of(card)] for card in team if number_of(card) in known]
    made = [_add(tx, card, asked) for card in team if number_of(card) not in known]
    for row in back:
        locked = cards.lock(tx, number_of(row))
        if locked is not None:
            drawing.redraw_card(tx, cards.record(tx, locked, rules.put_back(locked.rules)))
    if is_new:
        drawing.post_summary(tx, asked)
    else:
        drawing.redraw_summary(tx, asked)
        drawing.correct_all_decided(tx, asked)
    for row in made:
        drawing.post_card(tx, row, asked)
    for row in made:
        drawing.seed_card(tx, row, asked)


def _add(tx: Transaction, team: Card, asked: Shortlist) -> Card:
    """The client's card: of the creator of the team's, wherever a merge has put that one."""
    made = Card(
        workspace_id=tx.workspace_id,
        shortlist_id=shortlists.number_of(asked),
        creator_id=team.creator_id,
        profile_id=team.profile_id,
        fit=team.fit,
        profile=team.profile,
        brief_version=team.brief_version,
        first_id=team.id,
        created_at=tx.now,
    )
    tx.session.add(made)
    tx.session.flush()
    return made


def _title(tx: Transaction, first: Shortlist) -> str:
    brief = _brief(tx, first)
    return brief.name if brief else first.name


def _brief(tx: Transaction, first: Shortlist) -> Brief | None:
    return briefs.get(tx, first.brief_id) if first.brief_id else None


FEATURE = Feature(actions={"client_send": ask}, submissions={"client_send": submit})
